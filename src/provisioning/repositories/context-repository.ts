import type { AttributeChange, Context, Page } from '../model/model.js';

/** Absent = untouched; loginMappings and restrictions replace. */
export type ContextChanges = Partial<Omit<Context, 'id' | 'adminId' | 'attributes' | 'ownerId'>> & {
  readonly attributeChanges?: readonly AttributeChange[];
};

export interface ContextSearch {
  /** Pattern as in UserSearch, ignoring case, for name, id and login mappings. */
  readonly pattern: string;
  /** null: of any owner. */
  readonly ownerIds: readonly number[] | null;
  /** Absent: all of them. */
  readonly page?: Page | null;
  /** Absent: in any. */
  readonly filestoreId?: number;
  /** Absent: on any. */
  readonly databaseId?: number;
}

export interface ContextRepository {
  /** The next context id that no context has; taken from a sequence, so two transactions never get the same. */
  takeNextId(): Promise<number>;
  /** The next user or group id of a context, null if there is no such context. Locks the context until the transaction ends. Ids are never reused. */
  takeNextPrincipalId(contextId: number): Promise<number | null>;
  insert(context: Context, nextPrincipalId: number): Promise<void>;
  find(id: number): Promise<Context | null>;
  /** Like find, and locks the row until the transaction ends. */
  lock(id: number): Promise<Context | null>;
  findIdByName(name: string): Promise<number | null>;
  /** The context that has a login mapping. */
  findIdByLoginMapping(mapping: string): Promise<number | null>;
  update(id: number, changes: ContextChanges): Promise<void>;
  /** Deletes the context and everything in it; false if there was none. */
  delete(id: number): Promise<boolean>;
  /** Ascending by id. */
  searchIds(search: ContextSearch): Promise<number[]>;
  /** In the order of the ids; those that are not there are left out. */
  findMany(ids: readonly number[]): Promise<Context[]>;
  /** Bytes used in the context's own file storage. */
  usedBytes(ids: readonly number[]): Promise<ReadonlyMap<number, number>>;
  countByOwner(ownerId: number): Promise<number>;
  /** Enables or disables every context of these owners; null: of any. */
  setAllEnabled(ownerIds: readonly number[] | null, enabled: boolean): Promise<void>;
  /** Sets the module access of every user of a context, that of its admin apart. */
  setModuleAccess(contextId: number, masks: { admin: number; others: number }): Promise<void>;
}
