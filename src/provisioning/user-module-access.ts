import { authorizeContextAdmin, type Credentials } from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { requireContextId, resolveUserId, type UserReference } from './identify-users.js';
import type { User } from './model.js';
import { withoutPublicFolderEditable } from './module-access.js';
import { keepingUserLimits } from './restriction-limits.js';
import { holdCascade, refreshUnifiedFlags, tagsSwitchUnified } from './unified-flags.js';

/** Which user of which context; null where the request had nothing. */
export interface UserTarget {
  readonly contextId: number | null | undefined;
  readonly user: UserReference | null;
}

/** The module access that a change asks for: a whole mask, or the name of a combination. */
export type AccessChange =
  | { readonly kind: 'mask'; readonly moduleAccess: number }
  | { readonly kind: 'named'; readonly name: string };

/**
 * Replaces the module access of a user. OX: semantics 2.6 and 1.7.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function changeUserModuleAccess(
  deps: ProvisioningDeps,
  target: UserTarget,
  access: AccessChange | null,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(target.contextId));
  if (target.user === null || access === null || (access.kind === 'named' && access.name.trim() === ''))
    throw errors.userOrAccessMissing();
  const userId = await resolveUserId(deps, context.id, target.user);
  const contextId = context.id;
  const mask =
    access.kind === 'mask' ? access.moduleAccess : deps.accessCombinations.moduleAccess(access.name);
  // What the admin may use is a tag of the context.
  const isSwitch = userId === context.adminId && tagsSwitchUnified(deps);
  await deps.store.transaction((tx) =>
    keepingUserLimits(deps, tx, contextId, async () => {
      if (isSwitch) await holdCascade(tx, contextId);
      const user = await tx.users.lock(contextId, userId);
      if (user === null) throw errors.noSuchUser(userId, contextId);
      await tx.users.update(contextId, userId, {
        moduleAccess: user.isContextAdmin ? mask : withoutPublicFolderEditable(mask),
      });
      if (isSwitch) await refreshUnifiedFlags(deps, tx, [contextId]);
    }),
  );
}

/**
 * A user as the caller may see it for reading its module access.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function getUserForAdmin(
  deps: ProvisioningDeps,
  target: UserTarget,
  credentials: Credentials,
): Promise<User> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(target.contextId));
  if (target.user === null) throw errors.missingArgument();
  const userId = await resolveUserId(deps, context.id, target.user);
  const user = await deps.store.users.find(context.id, userId);
  if (user === null) throw errors.noSuchUser(userId, context.id);
  return user;
}
