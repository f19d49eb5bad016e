import { authorizeMaster, type Credentials } from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import type { RegisteredServer } from './registry-repository.js';
import { storageErrors } from './storage-errors.js';
import { UniqueConflictError } from './store.js';

/** The server on which all contexts are, as the first migration registered it. */
const ownServerId = 1;

/** How a request names a server. The id wins. */
export interface ServerReference {
  readonly id: number | undefined;
  readonly name: string | undefined;
}

/**
 * Registers a server, which is nothing but a record. OX: wire.md section 11.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function registerServer(
  deps: ProvisioningDeps,
  server: ServerReference | null,
  credentials: Credentials,
): Promise<RegisteredServer> {
  await authorizeMaster(deps, credentials);
  if (server === null) throw errors.missingArgument();
  const { name } = server;
  if (name === undefined || name.trim() === '') throw errors.mandatoryFieldsMissing(['name']);
  try {
    return await deps.store.transaction(async ({ servers }) => {
      const registered = { id: await servers.takeNextId(), name };
      await servers.insert(registered);
      return registered;
    });
  } catch (error) {
    if (error instanceof UniqueConflictError && error.key === 'serverName')
      throw storageErrors.serverExists();
    throw error;
  }
}

/**
 * Forgets a server, but not the one that the contexts are on.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function unregisterServer(
  deps: ProvisioningDeps,
  server: ServerReference | null,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(deps, credentials);
  if (server === null) throw errors.missingArgument();
  const { id, name } = server;
  if (!id && !name) throw storageErrors.notIdentified();
  await deps.store.transaction(async ({ servers }) => {
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
  deps: ProvisioningDeps,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<RegisteredServer[]> {
  await authorizeMaster(deps, credentials);
  return deps.store.servers.search(pattern?.trim() ? pattern : '*');
}
