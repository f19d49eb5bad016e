import type { Knex } from 'knex';
import { foundation } from './0001-foundation.js';
import { resources } from './0002-resources.js';
import { restrictions } from './0003-restrictions.js';
import { contextQuotas } from './0004-context-quotas.js';
import { serversAndStores } from './0005-servers-and-stores.js';
import { cloud } from './0006-cloud.js';
import { mailViews } from './0007-mail-views.js';
import { fileLedger } from './0008-file-ledger.js';
import { outbox } from './0009-outbox.js';
import { thresholds } from './0010-thresholds.js';
import { searchIndexes } from './0011-search-indexes.js';
import { loginAttempts } from './0012-login-attempts.js';
import { severalMachines } from './0013-several-machines.js';
import { cascadeVersion } from './0014-cascade-version.js';
import { usageSamples } from './0015-usage-samples.js';
import { audit } from './0016-audit.js';
import { mailDomains } from './0017-mail-domains.js';
import { mailClaims } from './0018-mail-claims.js';
import { mailDomainViews } from './0019-mail-domain-views.js';
import { consoleSessions } from './0020-console-sessions.js';
import { toldAccounts } from './0021-told-accounts.js';
import { boundedRoom } from './0022-bounded-room.js';
import { resellerNames } from './0023-reseller-names.js';

/** A step of the schema. Its name is what the database remembers, so neither name nor order ever changes. */
export interface NamedMigration {
  readonly name: string;
  readonly migration: Knex.Migration;
}

/** All steps, oldest first. Append only. */
export const migrations: readonly NamedMigration[] = [
  { name: '0001-foundation', migration: foundation },
  { name: '0002-resources', migration: resources },
  { name: '0003-restrictions', migration: restrictions },
  { name: '0004-context-quotas', migration: contextQuotas },
  { name: '0005-servers-and-stores', migration: serversAndStores },
  { name: '0006-cloud', migration: cloud },
  { name: '0007-mail-views', migration: mailViews },
  { name: '0008-file-ledger', migration: fileLedger },
  { name: '0009-outbox', migration: outbox },
  { name: '0010-thresholds', migration: thresholds },
  { name: '0011-search-indexes', migration: searchIndexes },
  { name: '0012-login-attempts', migration: loginAttempts },
  { name: '0013-several-machines', migration: severalMachines },
  { name: '0014-cascade-version', migration: cascadeVersion },
  { name: '0015-usage-samples', migration: usageSamples },
  { name: '0016-audit', migration: audit },
  { name: '0017-mail-domains', migration: mailDomains },
  { name: '0018-mail-claims', migration: mailClaims },
  { name: '0019-mail-domain-views', migration: mailDomainViews },
  { name: '0020-console-sessions', migration: consoleSessions },
  { name: '0021-told-accounts', migration: toldAccounts },
  { name: '0022-bounded-room', migration: boundedRoom },
  { name: '0023-reseller-names', migration: resellerNames },
];
