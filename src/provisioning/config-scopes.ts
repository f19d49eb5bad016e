import { effectiveProperty, isTrue, unifiedQuotaProperty, type ConfigScopes } from './config-cascade.js';
import { propertiesForTags } from './context-sets.js';
import { contextTags } from './context-tags.js';
import type { ProvisioningDeps } from './deps.js';
import type { Context, Reseller, User } from './model.js';

/** What the cascade is made of. */
type CascadeDeps = Pick<ProvisioningDeps, 'store' | 'contextSets' | 'serverProperties'>;

/** The config cascade above the users of a context. */
export async function configScopes(deps: CascadeDeps, context: Context): Promise<Omit<ConfigScopes, 'user'>> {
  const scopes = { resellers: await ownerLine(deps, context), server: deps.serverProperties };
  return {
    ...scopes,
    context: context.attributes,
    contextSets: await contextSetProperties(deps, context, scopes),
  };
}

/** Whether unified quota is switched on for a user, by whatever scope. OX: semantics 7.2/3. */
export function isUnifiedQuotaEnabled(
  scopes: Omit<ConfigScopes, 'user'>,
  user: Pick<User, 'attributes'>,
): boolean {
  return isTrue(effectiveProperty({ ...scopes, user: user.attributes }, unifiedQuotaProperty));
}

async function contextSetProperties(
  { store, contextSets }: CascadeDeps,
  context: Context,
  scopes: Pick<ConfigScopes, 'resellers' | 'server'>,
): Promise<ReadonlyMap<string, string>> {
  if (contextSets.length === 0) return new Map();
  const admin = await store.users.find(context.id, context.adminId);
  return propertiesForTags(contextSets, contextTags(context, admin?.moduleAccess ?? 0, scopes));
}

async function ownerLine({ store }: Pick<ProvisioningDeps, 'store'>, context: Context): Promise<Reseller[]> {
  const owner = context.ownerId === null ? null : await store.resellers.find(context.ownerId);
  if (owner === null) return [];
  const parent = owner.parentId === 0 ? null : await store.resellers.find(owner.parentId);
  return parent === null ? [owner] : [owner, parent];
}
