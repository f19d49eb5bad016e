import type { AccessRepository } from './access-repository.js';
import type { AnnouncementRepository } from './announcement-repository.js';
import type { AuditRepository } from './audit-repository.js';
import type { ClaimHolder, MailClaim, UserClaims } from './claims.js';
import type { CapabilityRepository } from './capability-repository.js';
import type { ConsoleSessionRepository } from './console-session-repository.js';
import type { FileUsageRepository } from './file-usage-repository.js';
import type { FilestoreRepository } from './filestore-repository.js';
import type { GroupRepository } from './group-repository.js';
import type { IdempotencyKeyRepository } from './idempotency-key-repository.js';
import type { LedgerRepository } from './ledger.js';
import type { LoginAttempts } from './login-attempts.js';
import type { MailAccountRepository } from './mail-account-repository.js';
import type { MailDomainRepository } from './mail-domain-repository.js';
import type { MailForwardRepository } from './mail-forward-repository.js';
import type { MailboxPermissionRepository } from './mailbox-permission-repository.js';
import type { AttributeChange, Context, QuotaUsage, Reseller, User } from './model.js';
import type { MailQuotaBefore, NewUser } from './new-user.js';
import type { ObjectQuotaRepository } from './object-quota-repository.js';
import type {
  DatabaseRepository,
  JobRepository,
  MaintenanceReason,
  RegisteredServer,
  RegistryRepository,
} from './registry-repository.js';
import type { RestrictionRepository } from './restriction-repository.js';
import type { OutboxRepository } from './outbox-repository.js';
import type { PoolState } from './pool-state.js';
import type { OverviewRepository } from './overview-repository.js';
import type { Page } from './page.js';
import type { QuotaLevelRepository } from './quota-level-repository.js';
import type { ResourceRepository } from './resource-repository.js';
import type { SecondaryAccountRepository } from './secondary-account-repository.js';
import type { UsageRepository } from './usage-repository.js';
import type { UsageSampleRepository } from './usage-sample-repository.js';
import type { UserDataRepository } from './user-data-repository.js';
import type { UnifiedFlagRepository } from './unified-flag-repository.js';

/** Which unique constraint refused a write. */
export type UniqueKey =
  | 'contextId'
  | 'contextName'
  | 'loginMapping'
  | 'resellerName'
  | 'login'
  | 'displayName'
  | 'mailAddress'
  | 'mailForward'
  | 'secondaryAccount'
  | 'groupName'
  | 'resourceName'
  | 'resourceEmail'
  | 'filestoreUrl'
  | 'serverName'
  | 'databaseName'
  | 'maintenanceReason'
  | 'idempotencyKey';

/** A unique constraint refused the write; the transaction is rolled back. `value` is what was taken. */
export class UniqueConflictError extends Error {
  constructor(
    readonly key: UniqueKey,
    readonly value: string,
  ) {
    super(`${key} is taken`);
    this.name = 'UniqueConflictError';
  }
}

/** A text is longer than what the store keeps of it (src/store/limits.ts). Nothing was changed. */
export class ValueTooLongError extends Error {
  constructor(readonly field: string) {
    super(`${field} is too long`);
    this.name = 'ValueTooLongError';
  }
}

/** The database could not be reached, could not write, or stayed contended after all retries. Nothing was changed. */
export class StoreUnavailableError extends Error {
  constructor(
    /** The database's error code, for the operator. */
    readonly code: string | null = null,
  ) {
    super('temporarily unavailable');
    this.name = 'StoreUnavailableError';
  }
}

/**
 * The connection was lost while a commit was under way: nobody knows whether the change was made. Never repeated by us; a client that
 * repeats its call meets the unique constraints, or its idempotency key.
 */
export class CommitUnknownError extends StoreUnavailableError {
  constructor(code: string | null = null) {
    super(code);
    this.name = 'CommitUnknownError';
  }
}

export type { ClaimHolder, MailClaim, UserClaims } from './claims.js';

/** Absent = untouched. */
export type UserChanges = Partial<Omit<User, 'contextId' | 'id' | 'isContextAdmin' | 'attributes'>> & {
  readonly attributeChanges?: readonly AttributeChange[];
  /** Replaces all claims of the user. */
  readonly claims?: UserClaims;
};

/** Absent = untouched; loginMappings and restrictions replace. */
export type ContextChanges = Partial<Omit<Context, 'id' | 'adminId' | 'attributes' | 'ownerId'>> & {
  readonly attributeChanges?: readonly AttributeChange[];
};

export type ResellerChanges = Partial<Omit<Reseller, 'id'>>;

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

export interface ContextSearch {
  /** As in UserSearch, letter case ignored; matched against name, id and login mappings. */
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

export interface ResellerSearch {
  readonly pattern: string;
  /** null: all resellers. */
  readonly parentId: number | null;
}

export interface ContextRepository {
  /** The next context id that no context has; taken from a sequence, so two transactions never get the same. */
  takeNextId(): Promise<number>;
  /** The next user or group id of a context, null if there is no such context. Locks the context until the transaction ends. Ids are never reused. */
  takeNextPrincipalId(contextId: number): Promise<number | null>;
  insert(context: Context, nextPrincipalId: number): Promise<void>;
  find(id: number): Promise<Context | null>;
  /** As find, and locks the row until the transaction ends. */
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

export interface ResellerRepository {
  takeNextId(): Promise<number>;
  insert(reseller: Reseller): Promise<void>;
  find(id: number): Promise<Reseller | null>;
  /** Those that there are, in any order. */
  findMany(ids: readonly number[]): Promise<Reseller[]>;
  lock(id: number): Promise<Reseller | null>;
  /** As find, and keeps it from changing until the transaction ends; others may hold it, too. */
  hold(id: number): Promise<Reseller | null>;
  findByName(name: string): Promise<Reseller | null>;
  update(id: number, changes: ResellerChanges): Promise<void>;
  delete(id: number): Promise<void>;
  /** Ascending by id. */
  search(search: ResellerSearch): Promise<Reseller[]>;
  countChildren(id: number): Promise<number>;
}

/** Small facts about the installation itself, e.g. the master admin's password hash. */
export interface SettingRepository {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  /** No error when there is none. */
  delete(name: string): Promise<void>;
}

export interface Repositories {
  readonly contexts: ContextRepository;
  readonly users: UserRepository;
  readonly unifiedFlags: UnifiedFlagRepository;
  readonly resellers: ResellerRepository;
  readonly groups: GroupRepository;
  readonly resources: ResourceRepository;
  readonly filestores: FilestoreRepository;
  readonly fileUsage: FileUsageRepository;
  readonly usage: UsageRepository;
  readonly ledger: LedgerRepository;
  readonly servers: RegistryRepository<RegisteredServer>;
  readonly databases: DatabaseRepository;
  readonly maintenanceReasons: RegistryRepository<MaintenanceReason>;
  readonly jobs: JobRepository;
  readonly settings: SettingRepository;
  readonly mailboxPermissions: MailboxPermissionRepository;
  readonly mailDomains: MailDomainRepository;
  readonly mailForwards: MailForwardRepository;
  readonly announcements: AnnouncementRepository;
  readonly secondaryAccounts: SecondaryAccountRepository;
  readonly capabilities: CapabilityRepository;
  readonly objectQuotas: ObjectQuotaRepository;
  readonly restrictions: RestrictionRepository;
  readonly outbox: OutboxRepository;
  readonly mailAccounts: MailAccountRepository;
  readonly quotaLevels: QuotaLevelRepository;
  readonly idempotencyKeys: IdempotencyKeyRepository;
  readonly usageSamples: UsageSampleRepository;
  readonly consoleSessions: ConsoleSessionRepository;
  readonly overview: OverviewRepository;
}

/** The store: reads directly, writes only inside `transaction` and the two transactions that every client repeats most. */
export interface Store extends Repositories {
  readonly access: AccessRepository;
  readonly userData: UserDataRepository;
  /** Never part of a transaction. */
  readonly loginAttempts: LoginAttempts;
  readonly audit: AuditRepository;
  /**
   * Runs `work` in one transaction and commits it. The whole of it runs again, a bounded number of times, after a deadlock,
   * a lock wait, a Galera conflict or a connection lost before commit, so `work` has no effects but on the store.
   * @throws UniqueConflictError a unique constraint refused
   * @throws StoreUnavailableError all tries are used up
   */
  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** As users.create, a transaction of its own in as few round trips as the database allows. */
  createUser(user: NewUser): Promise<number>;
  /** Sets a mail quota in MB in a transaction of its own; null: no such user. */
  setMailQuota(contextId: number, userId: number, mailQuotaMb: number): Promise<MailQuotaBefore | null>;
  /**
   * Runs `call`, and makes everything that it does by `transaction` and the direct repositories from the first transaction on one
   * transaction, which `finish` completes before it is committed. All of `call` runs again where `transaction` runs its work again, so it
   * has no effects but on the store.
   * @throws as transaction; whatever `call` throws, and then nothing was changed
   */
  joining<T>(
    call: () => Promise<T>,
    finish: (repositories: Repositories, result: T) => Promise<void>,
  ): Promise<T>;
  /** Runs `call` up to where it would begin a transaction, which throws `end` instead. */
  untilTransaction<T>(call: () => Promise<T>, end: () => Error): Promise<T>;
  /** Whether the database answers. */
  ping(): Promise<void>;
  poolState(): PoolState;
  close(): Promise<void>;
}
