/** Who may do what with a resource. */
export interface ResourcePermission {
  /** A user's id, or with `isGroup` a group's; group 0 is everybody. */
  readonly entityId: number;
  readonly isGroup: boolean;
  /** As the client named it, e.g. `book_directly`. */
  readonly privilege: string | null;
}

/** Something that can be booked: a room, a projector. */
export interface Resource {
  readonly contextId: number;
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  readonly email: string;
  readonly available: boolean;
  readonly description: string | null;
  /** In the order in which they were given. */
  readonly permissions: readonly ResourcePermission[];
}

/** Absent = untouched; permissions replace. */
export type ResourceChanges = Partial<Omit<Resource, 'contextId' | 'id'>>;

/** The resources of contexts. Whoever a permission names must be there, locked by the transaction that writes it. */
export interface ResourceRepository {
  /** @throws UniqueConflictError key `resourceName` or `resourceEmail`: unique in a context, whatever the letter case */
  insert(resource: Resource): Promise<void>;
  /** Locks the row until the transaction ends. */
  lock(contextId: number, id: number): Promise<Resource | null>;
  /** In the order of the ids; ids without a resource are left out. Bounded number of queries, however many ids. */
  findMany(contextId: number, ids: readonly number[]): Promise<Resource[]>;
  /** Letter case is ignored. */
  findIdByName(contextId: number, name: string): Promise<number | null>;
  /** Ids of the resources whose name or display name matches, ascending. Pattern as in UserSearch, letter case is ignored. */
  search(contextId: number, pattern: string): Promise<number[]>;
  /** Throws as insert. */
  update(contextId: number, id: number, changes: ResourceChanges): Promise<void>;
  /** False if there was none. */
  delete(contextId: number, id: number): Promise<boolean>;
}
