import type { Repositories } from '../provisioning/repositories/store.js';
import { KnexConsoleSessionRepository } from './access/knex-console-session-repository.js';
import { KnexIdempotencyKeyRepository } from './access/knex-idempotency-key-repository.js';
import { KnexContextRepository, KnexObjectQuotaRepository } from './contexts/knex-context-repository.js';
import { KnexUnifiedFlagRepository } from './contexts/knex-unified-flag-repository.js';
import { takeNext } from './database/sequences.js';
import { type Session } from './database/session.js';
import { KnexGroupRepository } from './groups/knex-group-repository.js';
import { KnexResourceRepository } from './groups/knex-resource-repository.js';
import { KnexOutboxRepository } from './outbox/knex-outbox-repository.js';
import { KnexAnnouncementRepository } from './oxaas/knex-announcement-repository.js';
import {
  KnexMailAccountRepository,
  KnexMailboxPermissionRepository,
} from './oxaas/knex-mail-account-repository.js';
import { KnexMailDomainRepository } from './oxaas/knex-mail-domain-repository.js';
import { KnexMailForwardRepository } from './oxaas/knex-mail-forward-repository.js';
import { KnexFileUsageRepository } from './quota/knex-file-usage-repository.js';
import { KnexLedgerRepository } from './quota/knex-ledger-repository.js';
import { KnexOverviewRepository } from './quota/knex-overview-repository.js';
import { KnexQuotaLevelRepository } from './quota/knex-quota-level-repository.js';
import { KnexUsageRepository } from './quota/knex-usage-repository.js';
import { KnexUsageSampleRepository } from './quota/knex-usage-sample-repository.js';
import { KnexFilestoreRepository } from './registry/knex-filestore-repository.js';
import {
  KnexDatabaseRepository,
  maintenanceReasonRepository,
  serverRepository,
  KnexSettingRepository,
} from './registry/knex-registry-repository.js';
import { KnexResellerRepository } from './resellers/knex-reseller-repository.js';
import { KnexRestrictionRepository } from './resellers/knex-restriction-repository.js';
import {
  KnexCapabilityRepository,
  KnexSecondaryAccountRepository,
} from './users/knex-secondary-account-repository.js';
import { KnexUserRepository } from './users/knex-user-repository.js';

/** The repositories of a session, whose transaction they read and write in; without one they only read. */
export function repositoriesOf(session: Session): Repositories {
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
    jobs: { takeNextId: () => session.untold('takes a number', (db) => takeNext(db, 'job')) },
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
