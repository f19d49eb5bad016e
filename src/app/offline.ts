import type { RecalculateTools } from '../cli/commands/recalculate-command.js';
import type { UnlockTools } from '../cli/commands/unlock.js';
import { createAccountServer } from '../mail/create-mail-server.js';
import { type MailServer, MailServerError } from '../mail/mail-server.js';
import { authorizeContextAdmin, authorizeMaster } from '../provisioning/access/authorization.js';
import { CredentialVerifier } from '../provisioning/access/credential-verifier.js';
import type { Installation } from '../provisioning/installation/installation.js';
import type { MailCount } from '../provisioning/repositories/usage-repository.js';
import type { Counted } from '../provisioning/usage/recalculate.js';
import { provisioningSettings, readOperatorFiles } from '../settings/operator-files.js';
import type { Config } from '../settings/read-config.js';
import { openStore } from '../store/open-store.js';
import { databaseOptions } from './database-options.js';
import { chooseMailServer, configured } from './mail-servers.js';

/** Brings the database up to date and does nothing else. */
export async function migrateOnly(config: Config): Promise<void> {
  const store = await openStore(databaseOptions(config));
  await store.close();
}

/**
 * Tools of `oxbow unlock`.
 * @throws Error for the operator when the database cannot be used
 */
export async function openLoginAttempts(config: Config): Promise<UnlockTools> {
  const store = await openStore(databaseOptions(config));
  return { loginAttempts: store.loginAttempts, close: () => store.close() };
}

/**
 * Tools of `oxbow recalculate`.
 * @throws ConfigError; Error for the operator when the database cannot be used
 */
export async function openRecalculation(config: Config): Promise<RecalculateTools> {
  const operatorFiles = readOperatorFiles(config);
  const mailServer = chooseMailServer(config);
  const notesChanges = configured(() => createAccountServer(config)) !== null;
  const audits = config.auditRetention > 0;
  const store = await openStore({ ...databaseOptions(config), notesChanges, audits });
  const verifier = new CredentialVerifier();
  const installation: Installation = {
    store,
    settings: provisioningSettings(config),
    ...operatorFiles,
    // No authentication: an operator at this machine has the database anyway.
    credentials: { verify: ({ password }, hash) => verifier.verify(password, hash) },
  };
  return {
    store,
    countMail: mailServer && ((mailbox) => countMail(mailServer, mailbox)),
    authorize: async (admin, contextId) => {
      if (contextId === null) await authorizeMaster(installation, admin);
      else await authorizeContextAdmin(installation, admin, contextId);
    },
    close: () => store.close(),
  };
}

async function countMail(server: MailServer, mailbox: string): Promise<Counted<MailCount>> {
  try {
    await server.recalculate(mailbox);
    const count = await server.readUsage(mailbox);
    return count === null ? { kind: 'unknown' } : { kind: 'counted', count };
  } catch (error) {
    if (!(error instanceof MailServerError)) throw error;
    return { kind: 'failed', reason: error.message, isUnreachable: error.failure !== 'failed' };
  }
}
