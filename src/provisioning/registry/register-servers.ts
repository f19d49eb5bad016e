import { authorizePlatformMaster } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { storageErrors } from '../errors/storage-errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { MaintenanceReason, RegisteredServer } from '../repositories/registry-repository.js';

/** The server on which all contexts are, as the first migration registered it. */
const ownServerId = 1;

/** Reference to a server. The id wins. */
export interface ServerReference {
  readonly id: number | undefined;
  readonly name: string | undefined;
}

/**
 * Registers a server, which is nothing but a record.
 * Source: docs/contract/registry.md#4.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function registerServer(
  installation: Installation,
  server: ServerReference | null,
  credentials: Credentials,
): Promise<RegisteredServer> {
  await authorizePlatformMaster(installation, credentials);
  if (server === null) throw errors.missingArgument();
  const { name } = server;
  if (name === undefined || name.trim() === '') throw errors.mandatoryFieldsMissing(['name']);
  return reportingConflicts({ serverName: storageErrors.serverExists }, () =>
    installation.store.transaction(async ({ servers }) => {
      const registered = { id: await servers.takeNextId(), name };
      await servers.insert(registered);
      return registered;
    }),
  );
}

/**
 * Forgets a server, but not the one that the contexts are on.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function unregisterServer(
  installation: Installation,
  server: ServerReference | null,
  credentials: Credentials,
): Promise<void> {
  await authorizePlatformMaster(installation, credentials);
  if (server === null) throw errors.missingArgument();
  const { id, name } = server;
  if (!id && !name) throw storageErrors.notIdentified();
  await installation.store.transaction(async ({ servers }) => {
    const found = id ? id : await servers.findIdByName(name ?? '');
    if (found === null || (await servers.lock(found)) === null)
      throw storageErrors.noSuchServer(id ? id : (name ?? ''));
    if (found === ownServerId) throw storageErrors.serverInUse(found);
    await servers.delete(found);
  });
}

/**
 * The servers whose name matches.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listServers(
  installation: Installation,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<RegisteredServer[]> {
  await authorizePlatformMaster(installation, credentials);
  return installation.store.read.servers.search(pattern?.trim() ? pattern : '*');
}

/**
 * Creates a reason and answers its id.
 * Source: docs/contract/registry.md#5.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function createMaintenanceReason(
  installation: Installation,
  reason: { readonly text: string | undefined } | null,
  credentials: Credentials,
): Promise<number> {
  await authorizePlatformMaster(installation, credentials);
  if (reason === null) throw errors.missingArgument();
  const { text } = reason;
  if (text === undefined || text.trim() === '') throw storageErrors.reasonTextMissing();
  return reportingConflicts({ maintenanceReason: storageErrors.reasonExists }, () =>
    installation.store.transaction(async ({ maintenanceReasons }) => {
      const id = await maintenanceReasons.takeNextId();
      await maintenanceReasons.insert({ id, text });
      return id;
    }),
  );
}

/**
 * Deletes reasons, all or none.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function deleteMaintenanceReasons(
  installation: Installation,
  ids: readonly (number | undefined)[],
  credentials: Credentials,
): Promise<void> {
  await authorizePlatformMaster(installation, credentials);
  if (ids.length === 0) throw errors.missingArgument();
  await installation.store.transaction(async ({ maintenanceReasons }) => {
    for (const id of new Set(ids)) {
      if (id === undefined) throw storageErrors.reasonNotIdentified();
      if ((await maintenanceReasons.lock(id)) === null) throw storageErrors.noSuchReason(id);
      await maintenanceReasons.delete(id);
    }
  });
}

/**
 * The reasons whose text matches.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listMaintenanceReasons(
  installation: Installation,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<MaintenanceReason[]> {
  await authorizePlatformMaster(installation, credentials);
  return installation.store.read.maintenanceReasons.search(pattern?.trim() ? pattern : '*');
}
