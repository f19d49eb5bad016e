import type { Knex } from 'knex';
import { presentCall, type AuditedCall } from '../provisioning/access/audited-call.js';
import { StoreUnavailableError } from '../provisioning/errors/store-errors.js';
import type { AccessRepository } from '../provisioning/repositories/access-repository.js';
import type { Repositories, Store, PoolState } from '../provisioning/repositories/store.js';
import type {
  MailQuotaBefore,
  NewUser,
  UserDataRepository,
} from '../provisioning/repositories/user-repository.js';
import { SqlAccessRepository } from './access/access-repository.js';
import { KnexConsoleSessionRepository } from './access/console-session-repository.js';
import { KnexIdempotencyKeyRepository } from './access/idempotency-key-repository.js';
import { KnexLoginAttempts } from './access/login-attempts.js';
import { KnexAuditRepository } from './audit/audit-repository.js';
import { AuditTrail, creationEntry } from './audit/audit-trail.js';
import { auditingRepositories } from './audit/auditing-repositories.js';
import { KnexContextRepository, KnexObjectQuotaRepository } from './contexts/context-repository.js';
import { KnexUnifiedFlagRepository } from './contexts/unified-flag-repository.js';
import { isGalera } from './database/mysql-client.js';
import { takeNext } from './database/sequences.js';
import {
  inOneTransaction,
  untilTransaction,
  type OnRetry,
  directSession,
  inTransaction,
  joining,
  type Session,
} from './database/session.js';
import { dialectOf } from './database/sql-dialect.js';
import { idOf, StatementRunner } from './database/statement-runner.js';
import { KnexGroupRepository } from './groups/group-repository.js';
import { KnexResourceRepository } from './groups/resource-repository.js';
import { notingRepositories } from './outbox/noting-repositories.js';
import { KnexOutboxRepository } from './outbox/outbox-repository.js';
import { KnexAnnouncementRepository } from './oxaas/announcement-repository.js';
import {
  KnexMailAccountRepository,
  KnexMailboxPermissionRepository,
} from './oxaas/mail-account-repository.js';
import { KnexMailDomainRepository } from './oxaas/mail-domain-repository.js';
import { KnexMailForwardRepository } from './oxaas/mail-forward-repository.js';
import { KnexFileUsageRepository } from './quota/file-usage-repository.js';
import { KnexLedgerRepository } from './quota/ledger-repository.js';
import { KnexOverviewRepository } from './quota/overview-repository.js';
import { KnexQuotaLevelRepository } from './quota/quota-level-repository.js';
import { KnexUsageRepository } from './quota/usage-repository.js';
import { KnexUsageSampleRepository } from './quota/usage-sample-repository.js';
import { KnexFilestoreRepository } from './registry/filestore-repository.js';
import {
  KnexDatabaseRepository,
  maintenanceReasonRepository,
  serverRepository,
  KnexSettingRepository,
} from './registry/registry-repository.js';
import { KnexResellerRepository } from './resellers/reseller-repository.js';
import { KnexRestrictionRepository } from './resellers/restriction-repository.js';
import { copyDatabase, replaceDatabase, type DatabaseCopy } from './schema/whole-database.js';
import {
  KnexCapabilityRepository,
  KnexSecondaryAccountRepository,
} from './users/secondary-account-repository.js';
import { changeMailQuota } from './users/user-changes.js';
import { SqlUserDataRepository } from './users/user-data-repository.js';
import { userCreation } from './users/user-insertion.js';
import { KnexUserRepository } from './users/user-repository.js';

/** The store on SQLite or MariaDB/MySQL. Made by openStore. */
export class KnexStore implements Store {
  readonly access: AccessRepository;
  readonly userData: UserDataRepository;
  readonly loginAttempts: Store['loginAttempts'];
  readonly audit: Store['audit'];
  readonly contexts: Repositories['contexts'];
  readonly users: Repositories['users'];
  readonly unifiedFlags: Repositories['unifiedFlags'];
  readonly resellers: Repositories['resellers'];
  readonly groups: Repositories['groups'];
  readonly resources: Repositories['resources'];
  readonly filestores: Repositories['filestores'];
  readonly fileUsage: Repositories['fileUsage'];
  readonly usage: Repositories['usage'];
  readonly ledger: Repositories['ledger'];
  readonly servers: Repositories['servers'];
  readonly databases: Repositories['databases'];
  readonly maintenanceReasons: Repositories['maintenanceReasons'];
  readonly jobs: Repositories['jobs'];
  readonly settings: Repositories['settings'];
  readonly mailboxPermissions: Repositories['mailboxPermissions'];
  readonly mailDomains: Repositories['mailDomains'];
  readonly mailForwards: Repositories['mailForwards'];
  readonly announcements: Repositories['announcements'];
  readonly secondaryAccounts: Repositories['secondaryAccounts'];
  readonly capabilities: Repositories['capabilities'];
  readonly objectQuotas: Repositories['objectQuotas'];
  readonly restrictions: Repositories['restrictions'];
  readonly outbox: Repositories['outbox'];
  readonly mailAccounts: Repositories['mailAccounts'];
  readonly quotaLevels: Repositories['quotaLevels'];
  readonly idempotencyKeys: Repositories['idempotencyKeys'];
  readonly usageSamples: Repositories['usageSamples'];
  readonly consoleSessions: Repositories['consoleSessions'];
  readonly overview: Repositories['overview'];

  private readonly runner: StatementRunner;

  constructor(
    private readonly knex: Knex,
    private readonly onRetry?: OnRetry,
    /** Whether changes that concern a mail server leave a note in the outbox. */
    private readonly notesChanges = false,
    /** Whether changes leave an entry in the trail. */
    private readonly audits = false,
  ) {
    this.runner = new StatementRunner(knex, onRetry);
    this.access = new SqlAccessRepository(this.runner);
    this.userData = new SqlUserDataRepository(this.runner.select);
    const direct = repositories(directSession(knex, onRetry));
    this.contexts = direct.contexts;
    this.users = direct.users;
    this.unifiedFlags = direct.unifiedFlags;
    this.resellers = direct.resellers;
    this.groups = direct.groups;
    this.resources = direct.resources;
    this.filestores = direct.filestores;
    this.fileUsage = direct.fileUsage;
    this.usage = direct.usage;
    this.ledger = direct.ledger;
    this.servers = direct.servers;
    this.databases = direct.databases;
    this.maintenanceReasons = direct.maintenanceReasons;
    this.jobs = direct.jobs;
    this.settings = direct.settings;
    this.mailboxPermissions = direct.mailboxPermissions;
    this.mailDomains = direct.mailDomains;
    this.mailForwards = direct.mailForwards;
    this.announcements = direct.announcements;
    this.secondaryAccounts = direct.secondaryAccounts;
    this.capabilities = direct.capabilities;
    this.objectQuotas = direct.objectQuotas;
    this.restrictions = direct.restrictions;
    this.outbox = direct.outbox;
    this.mailAccounts = direct.mailAccounts;
    this.quotaLevels = direct.quotaLevels;
    this.idempotencyKeys = direct.idempotencyKeys;
    this.usageSamples = direct.usageSamples;
    this.consoleSessions = direct.consoleSessions;
    this.overview = direct.overview;
    this.loginAttempts = new KnexLoginAttempts(knex, onRetry);
    this.audit = new KnexAuditRepository(knex, onRetry);
  }

  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T> {
    const call = this.auditedCall();
    return inTransaction(this.knex, (session) => this.run(session, call, work), this.onRetry);
  }

  private async run<T>(
    session: Session,
    call: AuditedCall | null,
    work: (repositories: Repositories) => Promise<T>,
  ): Promise<T> {
    if (call === null) return work(this.within(session));
    const trail = new AuditTrail(session, call);
    const result = await work(auditingRepositories(this.within(session), trail));
    await trail.write();
    return result;
  }

  /** Whose changes are to be written down. */
  private auditedCall(): AuditedCall | null {
    return this.audits ? presentCall() : null;
  }

  private within(session: Session): Repositories {
    return this.notesChanges
      ? { ...repositories(session), ...notingRepositories(session) }
      : repositories(session);
  }

  joining<T>(
    call: () => Promise<T>,
    finish: (repositories: Repositories, result: T) => Promise<void>,
  ): Promise<T> {
    const end = (session: Session, result: T) => finish(this.within(session), result);
    return inOneTransaction(this.knex, call, end, this.onRetry);
  }

  untilTransaction<T>(call: () => Promise<T>, end: () => Error): Promise<T> {
    return untilTransaction(call, end);
  }

  async createUser(user: NewUser): Promise<number> {
    if (this.isPartOfMore()) return this.transaction(({ users }) => users.create(user));
    const creation = userCreation(user, dialectOf(this.knex));
    const call = this.auditedCall();
    const writes = call === null ? creation.writes : [...creation.writes, creationEntry(call, user)];
    return idOf((await this.runner.transact({ ...creation, writes })).id);
  }

  async setMailQuota(
    contextId: number,
    userId: number,
    mailQuotaMb: number,
  ): Promise<MailQuotaBefore | null> {
    if (!this.isPartOfMore())
      return changeMailQuota(this.runner, dialectOf(this.knex), this.auditedCall(), {
        contextId,
        userId,
        mailQuotaMb,
      });
    return this.transaction(async ({ users }) => {
      const before = await users.lock(contextId, userId);
      if (before !== null) await users.update(contextId, userId, { mailQuotaMb });
      return before;
    });
  }

  /** Whether more is to be written in the same transaction. */
  private isPartOfMore(): boolean {
    return this.notesChanges || joining.getStore() !== undefined;
  }

  async ping(): Promise<void> {
    try {
      // A Galera node outside of the primary component still answers `select 1`, but reads no table and is not ready. While a cluster
      // waits for a node that died, all of it does: no wait here, since no other process would be readier.
      if (isGalera(this.knex)) await requireReadyNode(this.knex);
      else await this.knex('sequences').first('name');
    } catch {
      throw new StoreUnavailableError();
    }
  }

  /** Every row there is, at one moment; for test systems. */
  copyAll(): Promise<DatabaseCopy> {
    return copyDatabase(this.knex, this.onRetry);
  }

  /** Puts everything back to a copy; for test systems. */
  replaceAll(copy: DatabaseCopy): Promise<void> {
    return replaceDatabase(this.knex, copy, this.onRetry);
  }

  poolState(): PoolState {
    const { pool } = this.knex.client as { pool?: Pool };
    if (pool === undefined) return { used: 0, free: 0, waiting: 0, size: 0 };
    return {
      used: pool.numUsed(),
      free: pool.numFree(),
      waiting: pool.numPendingAcquires(),
      size: pool.max,
    };
  }

  close(): Promise<void> {
    return this.knex.destroy();
  }
}

/** What of knex's pool is of interest; its types leave it out. */
interface Pool {
  readonly max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

async function requireReadyNode(knex: Knex): Promise<void> {
  const [rows] = (await knex.raw(
    `SET STATEMENT wsrep_sync_wait = 0 FOR SELECT name, (SELECT variable_value FROM information_schema.global_status
     WHERE variable_name = 'wsrep_ready') AS ready FROM sequences LIMIT 1`,
  )) as [{ ready: string }[]];
  if (rows[0]?.ready !== 'ON') throw new StoreUnavailableError();
}

function repositories(session: Session): Repositories {
  return {
    contexts: new KnexContextRepository(session),
    users: new KnexUserRepository(session),
    unifiedFlags: new KnexUnifiedFlagRepository(session),
    resellers: new KnexResellerRepository(session),
    groups: new KnexGroupRepository(session),
    resources: new KnexResourceRepository(session),
    filestores: new KnexFilestoreRepository(session),
    fileUsage: new KnexFileUsageRepository(session),
    usage: new KnexUsageRepository(session),
    ledger: new KnexLedgerRepository(session),
    servers: serverRepository(session),
    databases: new KnexDatabaseRepository(session),
    maintenanceReasons: maintenanceReasonRepository(session),
    jobs: { takeNextId: () => session.write((db) => takeNext(db, 'job')) },
    settings: new KnexSettingRepository(session),
    mailboxPermissions: new KnexMailboxPermissionRepository(session),
    mailDomains: new KnexMailDomainRepository(session),
    mailForwards: new KnexMailForwardRepository(session),
    announcements: new KnexAnnouncementRepository(session),
    secondaryAccounts: new KnexSecondaryAccountRepository(session),
    capabilities: new KnexCapabilityRepository(session),
    objectQuotas: new KnexObjectQuotaRepository(session),
    restrictions: new KnexRestrictionRepository(session),
    outbox: new KnexOutboxRepository(session),
    mailAccounts: new KnexMailAccountRepository(session),
    quotaLevels: new KnexQuotaLevelRepository(session),
    idempotencyKeys: new KnexIdempotencyKeyRepository(session),
    usageSamples: new KnexUsageSampleRepository(session),
    consoleSessions: new KnexConsoleSessionRepository(session),
    overview: new KnexOverviewRepository(session),
  };
}
