import type { Filestore, Group, QuotaUsage, User } from './model.js';

/** A user with what stands elsewhere about it. */
export interface StoredUserData {
  readonly user: User;
  /** The file storage that its files count to. */
  readonly filestore: Filestore | null;
  readonly usage: QuotaUsage;
}

/** With the group that it is in by default; null: it is in none. */
export interface StoredUserAndGroup extends StoredUserData {
  readonly defaultGroup: Group | null;
}

/** Reads users for showing them, one or a page of them in one statement. */
export interface UserDataRepository {
  find(contextId: number, id: number): Promise<StoredUserAndGroup | null>;
  /** Those of the ids that exist, in any order. */
  findMany(contextId: number, ids: readonly number[]): Promise<StoredUserData[]>;
  /** Those of the groups that exist, with their members, in any order. */
  findGroups(contextId: number, ids: readonly number[]): Promise<Group[]>;
}
