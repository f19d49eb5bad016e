import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { checkUserBounds } from './bounds/object-bounds.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { requireContextId, resolveUserId } from './identify-users.js';
import type { UserTarget } from './user-module-access.js';

/** Where the profile keeps it. No operation shows it. */
const personalKey = 'primaryEmailPersonal';

/**
 * Sets the name that stands beside the primary address in mails; null clears it.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function changeMailAddressPersonal(
  deps: ProvisioningDeps,
  target: UserTarget,
  personal: string | null | undefined,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(target.contextId));
  if (target.user === null) throw errors.missingArgument();
  const userId = await resolveUserId(deps, context.id, target.user);
  await deps.store.transaction(async ({ users }) => {
    const user = await users.lock(context.id, userId);
    if (user === null) throw errors.noSuchUser(userId, context.id);
    const { [personalKey]: _, ...others } = user.profile;
    const profile = personal ? { ...others, [personalKey]: personal } : others;
    checkUserBounds(deps.settings, { ...user, profile }, user);
    await users.update(context.id, userId, { profile });
  });
}
