import { authorizeMaster, type Credentials } from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import type { MaintenanceReason } from './registry-repository.js';
import { storageErrors } from './storage-errors.js';
import { UniqueConflictError } from './store.js';

/**
 * Creates a reason and answers its id. OX: wire.md section 11.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function createMaintenanceReason(
  deps: ProvisioningDeps,
  reason: { readonly text: string | undefined } | null,
  credentials: Credentials,
): Promise<number> {
  await authorizeMaster(deps, credentials);
  if (reason === null) throw errors.missingArgument();
  const { text } = reason;
  if (text === undefined || text.trim() === '') throw storageErrors.reasonTextMissing();
  try {
    return await deps.store.transaction(async ({ maintenanceReasons }) => {
      const id = await maintenanceReasons.takeNextId();
      await maintenanceReasons.insert({ id, text });
      return id;
    });
  } catch (error) {
    if (error instanceof UniqueConflictError && error.key === 'maintenanceReason')
      throw storageErrors.reasonExists();
    throw error;
  }
}

/**
 * Deletes reasons, all or none.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function deleteMaintenanceReasons(
  deps: ProvisioningDeps,
  ids: readonly (number | undefined)[],
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(deps, credentials);
  if (ids.length === 0) throw errors.missingArgument();
  await deps.store.transaction(async ({ maintenanceReasons }) => {
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
  deps: ProvisioningDeps,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<MaintenanceReason[]> {
  await authorizeMaster(deps, credentials);
  return deps.store.maintenanceReasons.search(pattern?.trim() ? pattern : '*');
}
