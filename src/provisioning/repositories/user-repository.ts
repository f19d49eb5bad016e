import type { ClaimHolder, MailClaim, UserClaims } from '../model/claims.js';
import type {
  AttributeChange,
  Group,
  QuotaUsage,
  StoredUserAndGroup,
  StoredUserData,
  User,
} from '../model/model.js';

/** A user to be created under the next free id of its context. */
export interface NewUser {
  readonly user: Omit<User, 'id'>;
  readonly claims: UserClaims;
  readonly guard: {
    /** What the flag below was derived from. */
    readonly cascadeVersion: number;
    readonly isUnifiedEnabled: boolean;
    /** Whether its file storage must still be registered. */
    readonly holdsFilestore: boolean;
    /** Whether usage is written down under the name of its mailbox, from an earlier user. */
    readonly hasMailUsage: boolean;
    /** Addresses of it that forwards of the context claim, which give way. */
    readonly forwarded: readonly string[];
  };
}

/** What a session needs to know of a user whose mail quota was changed: how it was before. */
export type MailQuotaBefore = Pick<User, 'isContextAdmin' | 'primaryEmail' | 'mailQuotaMb'>;

/** Reads users for showing them, one or a page of them in one statement. */
export interface UserDataRepository {
  find(contextId: number, id: number): Promise<StoredUserAndGroup | null>;
  /** Those of the ids that exist, in any order. */
  findMany(contextId: number, ids: readonly number[]): Promise<StoredUserData[]>;
  /** Those of the groups that exist, with their members, in any order. */
  findGroups(contextId: number, ids: readonly number[]): Promise<Group[]>;
}

/** Absent = untouched. */
export type UserChanges = Partial<Omit<User, 'contextId' | 'id' | 'isContextAdmin' | 'attributes'>> & {
  readonly attributeChanges?: readonly AttributeChange[];
  /** Replaces all claims of the user. */
  readonly claims?: UserClaims;
};

/**
 * A search as the original understands it: a raw LIKE pattern in which `*` stands for `%`, `_` for any one character
 * and `\` escapes; it must match the whole of the text.
 */
export interface UserSearch {
  readonly pattern: string;
  /** Compare logins without regard to letter case (display names always are). */
  readonly ignoreCase: boolean;
  /** null: all. */
  readonly length: number | null;
  readonly offset: number;
}

/** What a login check needs to know of a user. */
export interface UserCredentials {
  readonly id: number;
  readonly isContextAdmin: boolean;
  readonly passwordHash: string;
}

/** A change of many users' module access at once, all of them bit masks. */
export interface ModuleAccessChange {
  /** Context admins, or all others. */
  readonly ofContextAdmins: boolean;
  /** Only users whose mask is exactly this one; null: all. */
  readonly present: number | null;
  readonly added: number;
  readonly kept: number;
}

export interface UserRepository {
  /** Inserts the user with aliases, attributes, claims and membership of its default group. */
  insert(user: User, claims: UserClaims): Promise<void>;
  /**
   * As insert, under the next id of the context, which it answers.
   * @throws StaleAccessError what was read before does not hold any more
   */
  create(user: NewUser): Promise<number>;
  find(contextId: number, id: number): Promise<User | null>;
  /** As find, and locks the row until the transaction ends. */
  lock(contextId: number, id: number): Promise<User | null>;
  /** In the order of the ids; ids without a user are left out. Bounded number of queries, however many ids. */
  findMany(contextId: number, ids: readonly number[]): Promise<User[]>;
  findIdByLogin(contextId: number, login: string): Promise<number | null>;
  /** The ids behind those of the logins that exist. */
  findIdsByLogin(contextId: number, logins: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Those of the ids that exist. */
  findExisting(contextId: number, ids: readonly number[]): Promise<ReadonlySet<number>>;
  findIdByDisplayName(contextId: number, displayName: string): Promise<number | null>;
  findCredentials(contextId: number, login: string): Promise<UserCredentials | null>;
  /** Who holds a display name of a context that must be unique. */
  findDisplayNameHolder(contextId: number, displayName: string): Promise<ClaimHolder | null>;
  findMailHolder(claim: MailClaim): Promise<ClaimHolder | null>;
  /** Whether a user of another context than this holds a mail address, in whatever scope. */
  isAddressHeldElsewhere(address: string, contextId: number): Promise<boolean>;
  update(contextId: number, id: number, changes: UserChanges): Promise<void>;
  /** Deletes users with everything that hangs on them. */
  delete(contextId: number, ids: readonly number[]): Promise<void>;
  /** Ids ascending. */
  search(contextId: number, search: UserSearch): Promise<number[]>;
  /** Ids, ascending, of the users that have an alias which ends with the text, whatever the letter case. */
  findIdsByAliasEnding(
    contextId: number,
    ending: string,
    page: Pick<UserSearch, 'length' | 'offset'>,
  ): Promise<number[]>;
  /** Those of the ids that are users, ascending, with their rows locked until the transaction ends. */
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
