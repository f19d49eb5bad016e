import { authorizeContextAdmin, authorizeMaster } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import {
  applyCapabilityChange,
  type CapabilityRequest,
  checkNoPermissionsAsCapabilities,
  readCapabilityChange,
  showCapabilities,
} from '../installation/capabilities.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { User } from '../model/model.js';
import {
  allModules,
  flagsFromModuleAccess,
  moduleAccessFromNames,
  moduleAccessFromPermission,
  type ModuleFlags,
  moduleNames,
  permissionModules,
  withoutPublicFolderEditable,
} from '../model/module-access.js';
import { checkCount } from '../installation/object-bounds.js';
import {
  holdCascade,
  refreshAllUnifiedFlags,
  refreshUnifiedFlags,
  tagsSwitchUnified,
} from '../quota/unified-flags.js';
import { keepingUserLimits } from '../resellers/restriction-limits.js';
import { requireContextId, resolveUserId, type UserReference } from './identify-users.js';

/** Target user with context; null for absent members. */
export interface UserTarget {
  readonly contextId: number | null | undefined;
  readonly user: UserReference | null;
}

/** The module access that a change asks for: a whole mask, or the name of a combination. */
export type AccessChange =
  | { readonly kind: 'mask'; readonly moduleAccess: number }
  | { readonly kind: 'named'; readonly name: string };

/**
 * Replaces the module access of a user. publicFolderEditable is the context admin's: flags that have it are refused for others, names
 * lose it.
 * Source: docs/contract/access.md#2, docs/contract/access.md#1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function changeUserModuleAccess(
  installation: Installation,
  target: UserTarget,
  access: AccessChange | null,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(target.contextId),
  );
  if (target.user === null || access === null || (access.kind === 'named' && access.name.trim() === ''))
    throw errors.userOrAccessMissing();
  const userId = await resolveUserId(installation, context.id, target.user);
  const contextId = context.id;
  const mask =
    access.kind === 'mask' ? access.moduleAccess : installation.accessCombinations.moduleAccess(access.name);
  // The admin's modules are tags of the context, which context sets match.
  const isSwitch = userId === context.adminId && tagsSwitchUnified(installation);
  await installation.store.transaction((tx) =>
    keepingUserLimits(installation, tx, contextId, async () => {
      if (isSwitch) await holdCascade(tx, contextId);
      const user = await tx.users.lock(contextId, userId);
      if (user === null) throw errors.noSuchUser(userId, contextId);
      const others = withoutPublicFolderEditable(mask);
      if (access.kind === 'mask' && !user.isContextAdmin && mask !== others)
        throw errors.publicFoldersForAdminOnly();
      await tx.users.update(contextId, userId, { moduleAccess: user.isContextAdmin ? mask : others });
      if (isSwitch) await refreshUnifiedFlags(installation, tx, [contextId]);
    }),
  );
}

/**
 * A user as the caller may see it for reading its module access.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function getUserForAdmin(
  installation: Installation,
  target: UserTarget,
  credentials: Credentials,
): Promise<User> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(target.contextId),
  );
  if (target.user === null) throw errors.userObjectMissing();
  const userId = await resolveUserId(installation, context.id, target.user);
  const user = await installation.store.read.users.find(context.id, userId);
  if (user === null) throw errors.noSuchUser(userId, context.id);
  return user;
}

/**
 * The module access of a user as it is shown. A context's first ordinary user takes publicFolderEditable from its
 * admin, since the flag is a right on a folder.
 * Source: docs/contract/access.md#1-2.
 */
export async function shownModuleAccess(
  { store }: Pick<Installation, 'store'>,
  { contextId, isContextAdmin, moduleAccess }: Pick<User, 'contextId' | 'isContextAdmin' | 'moduleAccess'>,
): Promise<number> {
  const others = withoutPublicFolderEditable(moduleAccess);
  if (others === moduleAccess) return moduleAccess;
  return isContextAdmin && !(await store.read.users.hasOrdinaryUser(contextId)) ? moduleAccess : others;
}

/** Global change of module access; null for absent members. */
export interface GlobalAccessRequest {
  /** The module access that a user must have, as the original's number or the name of a combination; blank: everybody. */
  readonly filter: string | null | undefined;
  readonly add: ModuleFlags | null | undefined;
  readonly remove: ModuleFlags | null | undefined;
}

/**
 * Adds and removes module access of all users of all contexts. Only flags sent as true count, since the
 * defaults of an access object are nearly all true. Flags in both stay as they are.
 * Source: docs/contract/access.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials for all but the master admin
 */
export async function changeModuleAccessGlobal(
  installation: Installation,
  request: GlobalAccessRequest,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(installation, credentials);
  const { filter, add, remove } = request;
  if (!add || !remove) throw errors.someParametersMissing();
  const inBoth = maskOfSet(add) & maskOfSet(remove);
  const added = maskOfSet(add) & ~inBoth;
  const removed = maskOfSet(remove) & ~inBoth;
  if (flagsFromModuleAccess(added | removed | inBoth).globalAddressBookDisabled)
    throw errors.addressBookNotChangeable();
  const present = presentMask(installation, filter);
  if (present === null) return;
  const kept = allModules & ~removed;
  await installation.store.transaction(async (tx) => {
    const { users } = tx;
    await users.changeModuleAccess({ ofContextAdmins: true, present, added, kept });
    await users.changeModuleAccess({
      ofContextAdmins: false,
      present,
      added: withoutPublicFolderEditable(added),
      kept,
    });
    if (tagsSwitchUnified(installation)) await refreshAllUnifiedFlags(installation, tx);
  });
}

function maskOfSet(flags: ModuleFlags): number {
  return moduleAccessFromNames(moduleNames.filter((name) => flags[name] === true)) ?? 0;
}

/** undefined: everybody; null: nobody, since no user has such a permission. */
function presentMask(
  installation: Installation,
  filter: string | null | undefined,
): number | null | undefined {
  const wanted = filter?.trim() ?? '';
  if (wanted === '') return undefined;
  return /^\d+$/.test(wanted)
    ? moduleAccessFromPermission(Number(wanted))
    : installation.accessCombinations.moduleAccess(wanted) & permissionModules;
}

/**
 * Adds, denies and forgets capabilities of a user.
 * Source: docs/contract/access.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function changeUserCapabilities(
  installation: Installation,
  target: UserTarget,
  request: CapabilityRequest,
  credentials: Credentials,
): Promise<void> {
  // OX: an empty change is refused before a missing context, since that cannot be authenticated.
  if (!hasContext(target)) readCapabilityChange(request);
  const contextId = await authorizedContextId(installation, target, credentials);
  const change = readCapabilityChange(request);
  const userId = await resolveUserId(installation, contextId, requireUser(target));
  checkNoPermissionsAsCapabilities(change);
  await installation.store.transaction(async ({ users, capabilities }) => {
    if ((await users.lock(contextId, userId)) === null) throw errors.noSuchUser(userId, contextId);
    const holder = { contextId, userId };
    const present = await capabilities.list(holder);
    const after = applyCapabilityChange(present, change);
    checkCount('capabilities', installation.settings.maxCapabilities, present.length, after.length);
    await capabilities.replace(holder, after);
  });
}

/**
 * The capabilities that were set for a user, in one string. The sentence for none shows the id as it was sent.
 * Source: docs/contract/access.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function getUserCapabilities(
  installation: Installation,
  target: UserTarget,
  credentials: Credentials,
): Promise<string> {
  const contextId = await authorizedContextId(installation, target, credentials);
  const reference = requireUser(target);
  const userId = await resolveUserId(installation, contextId, reference);
  if ((await installation.store.read.users.find(contextId, userId)) === null)
    throw errors.noSuchUser(userId, contextId);
  return showCapabilities(
    await installation.store.read.capabilities.list({ contextId, userId }),
    `user ${reference.id ?? 'null'} in context ${contextId}`,
  );
}

async function authorizedContextId(
  installation: Installation,
  target: UserTarget,
  credentials: Credentials,
): Promise<number> {
  if (!hasContext(target)) throw errors.contextMissingForCapabilities();
  const { context } = await authorizeContextAdmin(installation, credentials, target.contextId);
  return context.id;
}

function hasContext(target: UserTarget): target is UserTarget & { readonly contextId: number } {
  return target.contextId !== null && target.contextId !== undefined;
}

function requireUser({ user }: UserTarget): UserReference {
  if (user === null) throw errors.userMissingForCapabilities();
  return user;
}
