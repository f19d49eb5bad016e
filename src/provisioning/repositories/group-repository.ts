import type { Group } from '../model/model.js';

/** Absent = untouched; memberIds replace. */
export type GroupChanges = Partial<Pick<Group, 'name' | 'displayName' | 'memberIds'>>;

/** The groups of contexts. Members must be users of the same context, locked by the transaction that adds them. */
export interface GroupRepository {
  /** @throws UniqueConflictError key `groupName`: names are unique in a context, whatever the letter case */
  insert(group: Group): Promise<void>;
  find(contextId: number, id: number): Promise<Group | null>;
  /** Like find, and locks the row until the transaction ends. */
  lock(contextId: number, id: number): Promise<Group | null>;
  /** In the order of the ids; ids without a group are left out. Bounded number of queries, however many ids. */
  findMany(contextId: number, ids: readonly number[]): Promise<Group[]>;
  /** Letter case is ignored. */
  findIdByName(contextId: number, name: string): Promise<number | null>;
  /** Ids of the groups whose name or display name matches, ascending. Pattern as in UserSearch, letter case is ignored. */
  search(contextId: number, pattern: string): Promise<number[]>;
  /** Ids of the groups that a user is a member of, ascending. */
  findIdsByMember(contextId: number, userId: number): Promise<number[]>;
  /** Throws as insert. */
  update(contextId: number, id: number, changes: GroupChanges): Promise<void>;
  /** Adds users that are no members yet. */
  addMembers(contextId: number, id: number, userIds: readonly number[]): Promise<void>;
  removeMembers(contextId: number, id: number, userIds: readonly number[]): Promise<void>;
  /** Deletes groups; users that had one of them as default group get another. */
  delete(contextId: number, ids: readonly number[], newDefaultGroupId: number): Promise<void>;
}

/** Permission of a user or group on a resource. */
export interface ResourcePermission {
  /** A user's id, or with `isGroup` a group's; group 0 is everybody. */
  readonly entityId: number;
  readonly isGroup: boolean;
  /** Privilege as the client named it, e.g. `book_directly`. */
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
