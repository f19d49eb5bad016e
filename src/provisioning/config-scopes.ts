import { effectiveProperty, isTrue, unifiedQuotaProperty, type ConfigScopes } from './config-cascade.js';
import type { ProvisioningDeps } from './deps.js';
import type { Context, Reseller, User } from './model.js';

/** The config cascade above the users of a context. */
export async function configScopes(
  deps: Pick<ProvisioningDeps, 'store' | 'settings'>,
  context: Context,
): Promise<Omit<ConfigScopes, 'user'>> {
  return {
    context: context.attributes,
    resellers: await ownerLine(deps, context),
    server: new Map([[unifiedQuotaProperty, String(deps.settings.unifiedQuotaEnabled)]]),
  };
}

/** Whether unified quota is switched on for a user, by whatever scope. OX: semantics 7.2/3. */
export function isUnifiedQuotaEnabled(
  scopes: Omit<ConfigScopes, 'user'>,
  user: Pick<User, 'attributes'>,
): boolean {
  return isTrue(effectiveProperty({ ...scopes, user: user.attributes }, unifiedQuotaProperty));
}

async function ownerLine({ store }: Pick<ProvisioningDeps, 'store'>, context: Context): Promise<Reseller[]> {
  const owner = context.ownerId === null ? null : await store.resellers.find(context.ownerId);
  if (owner === null) return [];
  const parent = owner.parentId === 0 ? null : await store.resellers.find(owner.parentId);
  return parent === null ? [owner] : [owner, parent];
}
