import type { ClaimHolder, MailClaim, UserClaims } from '../model/claims.js';
import type { AttributeChange, QuotaUsage, StoredUserData, User } from '../model/model.js';

/** User to create: under the next free id of its context, or a given id in a new context. */
export type NewUser =
  | { readonly user: Omit<User, 'id'>; readonly claims: UserClaims; readonly guard: CreationGuard }
  | { readonly user: User; readonly claims: UserClaims; readonly guard: null };

/** Facts read before the creation that must still hold. */
export interface CreationGuard {
  /** Version of the facts behind the flag below. */
  readonly cascadeVersion: number;
  readonly isUnifiedEnabled: boolean;
  /** True when its filestore must be registered first. */
  readonly holdsFilestore: boolean;
  /** True when usage of an earlier user is recorded under its mailbox's name. */
  readonly hasMailUsage: boolean;
  /** Addresses of it that forwards of the context claim, which give way. */
  readonly forwarded: readonly string[];
}

/** Fate of open mail sessions after a change of their user. */
export type OpenSessions = 'end where concerned' | 'end' | 'stay';

/** Reads users for showing them, one or a page of them in one statement. */
export interface UserDataRepository {
  find(contextId: number, id: number): Promise<StoredUserData | null>;
  /** Existing ones of the users, in any order. */
  findMany(contextId: number, ids: readonly number[]): Promise<StoredUserData[]>;
}

/** Absent = untouched. */
export type UserChanges = Partial<Omit<User, 'contextId' | 'id' | 'isContextAdmin' | 'attributes'>> & {
  readonly attributeChanges?: readonly AttributeChange[];
  /** Replaces all claims of the user. */
  readonly claims?: UserClaims;
};

/**
 * Search by a raw LIKE pattern, as in the original. `*` stands for `%`, `_` for any one character, and `\`
 * escapes. It must match the whole text.
 */
export interface UserSearch {
  readonly pattern: string;
  /** Compare logins without regard to letter case (display names always are). */
  readonly ignoreCase: boolean;
  /** null: all. */
  readonly length: number | null;
  readonly offset: number;
}

/** Credentials of a user for a login check. */
export interface UserCredentials {
  readonly id: number;
  readonly isContextAdmin: boolean;
  readonly passwordHash: string;
}

/** A change of many users' module access at once, all of them bit masks. */
export interface ModuleAccessChange {
  /** Context admins, or all others. */
  readonly ofContextAdmins: boolean;
  /** Only users with exactly these of the modules that a permission tells apart; absent: all. */
  readonly present: number | undefined;
  readonly added: number;
  readonly kept: number;
}

/** The writes of users that the store can make in a transaction of their own. */
export interface UserWrites {
  /**
   * Creates the user with aliases, attributes, claims and membership of its default group, and answers its id.
   * @throws StaleAccessError for outdated facts
   */
  create(user: NewUser): Promise<number>;
  /** Sets a mail quota in MB; false: no such user. */
  setMailQuota(contextId: number, userId: number, mailQuotaMb: number): Promise<boolean>;
}

export interface UserRepository extends UserWrites {
  find(contextId: number, id: number): Promise<User | null>;
  /** Like find, and locks the row until the transaction ends. */
  lock(contextId: number, id: number): Promise<User | null>;
  /** In the order of the ids; ids without a user are left out. Bounded number of queries, however many ids. */
  findMany(contextId: number, ids: readonly number[]): Promise<User[]>;
  findIdByLogin(contextId: number, login: string): Promise<number | null>;
  /** The ids behind those of the logins that exist. */
  findIdsByLogin(contextId: number, logins: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Existing ones of the ids. */
  findExisting(contextId: number, ids: readonly number[]): Promise<ReadonlySet<number>>;
  findIdByDisplayName(contextId: number, displayName: string): Promise<number | null>;
  findCredentials(contextId: number, login: string): Promise<UserCredentials | null>;
  /** Holder of a display name that must be unique in its context. */
  findDisplayNameHolder(contextId: number, displayName: string): Promise<ClaimHolder | null>;
  findMailHolder(claim: MailClaim): Promise<ClaimHolder | null>;
  /** True when a user of another context holds a mail address, in any scope. */
  isAddressHeldElsewhere(address: string, contextId: number): Promise<boolean>;
  /** @param sessions absent: they end where the change concerns them */
  update(contextId: number, id: number, changes: UserChanges, sessions?: OpenSessions): Promise<void>;
  /** Deletes users with everything that hangs on them. */
  delete(contextId: number, ids: readonly number[]): Promise<void>;
  /** Ids in the order of the logins, as the original lists them. */
  search(contextId: number, search: UserSearch): Promise<number[]>;
  /** True when a context has somebody beside its admin. */
  hasOrdinaryUser(contextId: number): Promise<boolean>;
  /** Ids, ascending, of the users that have an alias which ends with the text, whatever the letter case. */
  findIdsByAliasEnding(
    contextId: number,
    ending: string,
    page: Pick<UserSearch, 'length' | 'offset'>,
  ): Promise<number[]>;
  /** Existing ones of the users, ascending, locked until the transaction ends. */
  lockExisting(contextId: number, ids: readonly number[]): Promise<number[]>;
  /** Adds and removes module access of users of every context. */
  changeModuleAccess(change: ModuleAccessChange): Promise<void>;
  /** Every user of every context in ascending order, for rebuilding claims. */
  all(): AsyncIterable<User>;
  /** Drops every claim of every user, and of every forward. */
  deleteAllClaims(): Promise<void>;
  /** Claims the addresses of all forwards that nobody holds. */
  claimForwards(): Promise<void>;
  insertClaims(contextId: number, id: number, claims: UserClaims): Promise<void>;
  usage(contextId: number, ids: readonly number[]): Promise<ReadonlyMap<number, QuotaUsage>>;
}
