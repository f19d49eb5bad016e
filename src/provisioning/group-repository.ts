import type { Group } from './model.js';

/** Absent = untouched; memberIds replace. */
export type GroupChanges = Partial<Pick<Group, 'name' | 'displayName' | 'memberIds'>>;

/** The groups of contexts. Members must be users of the same context, locked by the transaction that adds them. */
export interface GroupRepository {
  /** @throws UniqueConflictError key `groupName`: names are unique in a context, whatever the letter case */
  insert(group: Group): Promise<void>;
  find(contextId: number, id: number): Promise<Group | null>;
  /** As find, and locks the row until the transaction ends. */
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
