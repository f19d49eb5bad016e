import { authorizeContextAdmin, type Credentials } from './authorization.js';
import {
  applyCapabilityChange,
  checkNoPermissionsAsCapabilities,
  readCapabilityChange,
  showCapabilities,
  type CapabilityRequest,
} from './capabilities.js';
import { checkCount } from './bounds/object-bounds.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { resolveUserId, type UserReference } from './identify-users.js';
import type { UserTarget } from './user-module-access.js';

/**
 * Adds, denies and forgets capabilities of a user. OX: semantics 2.6, wire.md section 11.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function changeUserCapabilities(
  deps: ProvisioningDeps,
  target: UserTarget,
  request: CapabilityRequest,
  credentials: Credentials,
): Promise<void> {
  // OX: that nothing is asked for is told before that the context is missing, where nobody can be authenticated.
  if (!hasContext(target)) readCapabilityChange(request);
  const contextId = await authorizedContextId(deps, target, credentials);
  const change = readCapabilityChange(request);
  const userId = await resolveUserId(deps, contextId, requireUser(target));
  checkNoPermissionsAsCapabilities(change);
  await deps.store.transaction(async ({ users, capabilities }) => {
    if ((await users.lock(contextId, userId)) === null) throw errors.noSuchUser(userId, contextId);
    const holder = { contextId, userId };
    const present = await capabilities.list(holder);
    const after = applyCapabilityChange(present, change);
    checkCount('capabilities', deps.settings.maxCapabilities, present.length, after.length);
    await capabilities.replace(holder, after);
  });
}

/**
 * The capabilities that were set for a user, in one string. OX: wire.md section 11; the sentence for none shows the id as it was sent.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function getUserCapabilities(
  deps: ProvisioningDeps,
  target: UserTarget,
  credentials: Credentials,
): Promise<string> {
  const contextId = await authorizedContextId(deps, target, credentials);
  const reference = requireUser(target);
  const userId = await resolveUserId(deps, contextId, reference);
  if ((await deps.store.users.find(contextId, userId)) === null) throw errors.noSuchUser(userId, contextId);
  return showCapabilities(
    await deps.store.capabilities.list({ contextId, userId }),
    `user ${reference.id ?? 'null'} in context ${contextId}`,
  );
}

async function authorizedContextId(
  deps: ProvisioningDeps,
  target: UserTarget,
  credentials: Credentials,
): Promise<number> {
  if (!hasContext(target)) throw errors.contextMissingForCapabilities();
  const { context } = await authorizeContextAdmin(deps, credentials, target.contextId);
  return context.id;
}

function hasContext(target: UserTarget): target is UserTarget & { readonly contextId: number } {
  return target.contextId !== null && target.contextId !== undefined;
}

function requireUser({ user }: UserTarget): UserReference {
  if (user === null) throw errors.userMissingForCapabilities();
  return user;
}
