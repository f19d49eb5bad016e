import type { AccessRepository, LoginAttempts } from './access-repository.js';
import type { AuditRepository } from './audit-repository.js';
import type { CapabilityRepository, RestrictionRepository } from './capability-repository.js';
import type { ConsoleSessionRepository } from './console-session-repository.js';
import type { ContextRepository } from './context-repository.js';
import type { GroupRepository, ResourceRepository } from './group-repository.js';
import type { LedgerRepository } from './ledger-repository.js';
import type {
  AnnouncementRepository,
  MailAccountRepository,
  MailboxPermissionRepository,
  MailDomainRepository,
  MailForwardRepository,
} from './mailbox-repository.js';
import type { IdempotencyKeyRepository, OutboxRepository } from './outbox-repository.js';
import type { OverviewRepository } from './overview-repository.js';
import type {
  ObjectQuotaRepository,
  QuotaLevelRepository,
  UnifiedFlagRepository,
} from './quota-repository.js';
import type {
  DatabaseRepository,
  FilestoreRepository,
  JobRepository,
  MaintenanceReason,
  RegisteredServer,
  RegistryRepository,
} from './registry-repository.js';
import type { ResellerRepository } from './reseller-repository.js';
import type { SecondaryAccountRepository } from './secondary-account-repository.js';
import type { FileUsageRepository, UsageRepository, UsageSampleRepository } from './usage-repository.js';
import type { UserDataRepository, UserRepository, UserWrites } from './user-repository.js';

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

/** The store: reads directly, writes only inside `transaction`, and `users` by itself. */
export interface Store {
  /** The repositories outside of a transaction, which refuse to write and to lock. */
  readonly read: Repositories;
  /** Writes that clients repeat most, each a transaction of its own in the fewest round trips. */
  readonly users: UserWrites;
  readonly access: AccessRepository;
  readonly userData: UserDataRepository;
  /** Never part of a transaction. */
  readonly loginAttempts: LoginAttempts;
  readonly audit: AuditRepository;
  /**
   * Runs `work` in one transaction and commits it. It is retried a bounded number of times after a deadlock,
   * lock wait, Galera conflict or lost connection. So `work` has no effects but on the store.
   * @throws UniqueConflictError a unique constraint refused
   * @throws StoreUnavailableError all tries are used up
   */
  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /**
   * Runs `call` with all its transactions and, from the first one on, `users` and `read` as parts of one
   * transaction. `finish` completes it before commit. All of `call` is retried like `transaction`, so it has
   * no effects but on the store.
   * @throws as transaction; any error of `call`, after which nothing was changed
   */
  joining<T>(
    call: () => Promise<T>,
    finish: (repositories: Repositories, result: T) => Promise<void>,
  ): Promise<T>;
  /** Runs `call` up to where it would begin a transaction, which throws `end` instead. */
  untilTransaction<T>(call: () => Promise<T>, end: () => Error): Promise<T>;
  /** True when the database answers. */
  ping(): Promise<void>;
  poolState(): PoolState;
  close(): Promise<void>;
}

/** The connections to the database at this moment. */
export interface PoolState {
  readonly used: number;
  /** Open and idle. */
  readonly free: number;
  /** Calls that wait for one. */
  readonly waiting: number;
  /** Maximum of connections. */
  readonly size: number;
}
