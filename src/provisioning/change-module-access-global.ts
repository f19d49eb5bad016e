import { authorizeMaster, type Credentials } from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import {
  allModules,
  flagsFromModuleAccess,
  moduleAccessFromNames,
  moduleNames,
  withoutPublicFolderEditable,
  type ModuleFlags,
} from './module-access.js';
import { refreshAllUnifiedFlags, tagsSwitchUnified } from './unified-flags.js';

/** What to change for whom; null where the request had nothing. */
export interface GlobalAccessRequest {
  /** The module access that a user must have, as a bit mask or the name of a combination; blank: everybody. */
  readonly filter: string | null | undefined;
  readonly add: ModuleFlags | null | undefined;
  readonly remove: ModuleFlags | null | undefined;
}

/**
 * Adds and removes module access of users of all contexts at once. OX: semantics 2.6, wire.md section 11. Only flags that are sent as
 * true count: with the defaults of an access object (true for nearly all) nothing could be left alone. What is in both is removed.
 * @throws ProvisioningError InvalidData, InvalidCredentials for all but the master admin
 */
export async function changeModuleAccessGlobal(
  deps: ProvisioningDeps,
  request: GlobalAccessRequest,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(deps, credentials);
  const { filter, add, remove } = request;
  if (!add || !remove) throw errors.missingArgument();
  const added = maskOfSet(add);
  const removed = maskOfSet(remove);
  if (flagsFromModuleAccess(added | removed).globalAddressBookDisabled)
    throw errors.addressBookNotChangeable();
  const present = presentMask(deps, filter);
  const kept = allModules & ~removed;
  await deps.store.transaction(async (tx) => {
    const { users } = tx;
    await users.changeModuleAccess({ ofContextAdmins: true, present, added, kept });
    await users.changeModuleAccess({
      ofContextAdmins: false,
      present,
      added: withoutPublicFolderEditable(added),
      kept,
    });
    if (tagsSwitchUnified(deps)) await refreshAllUnifiedFlags(deps, tx);
  });
}

function maskOfSet(flags: ModuleFlags): number {
  return moduleAccessFromNames(moduleNames.filter((name) => flags[name] === true)) ?? 0;
}

function presentMask(deps: ProvisioningDeps, filter: string | null | undefined): number | null {
  const wanted = filter?.trim() ?? '';
  if (wanted === '') return null;
  return /^\d+$/.test(wanted) ? Number(wanted) : deps.accessCombinations.moduleAccess(wanted);
}
