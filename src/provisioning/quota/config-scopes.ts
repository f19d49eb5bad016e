import { propertiesForTags } from '../installation/context-sets.js';
import type { Installation } from '../installation/installation.js';
import type { Context, Reseller, User } from '../model/model.js';
import type { ResellerRepository } from '../repositories/reseller-repository.js';
import type { UserRepository } from '../repositories/user-repository.js';
import {
  type ConfigScopes,
  contextTags,
  effectiveProperty,
  isTrue,
  unifiedQuotaProperty,
} from './config-cascade.js';

/** Dependencies of the config cascade. */
export type CascadeDeps = Pick<Installation, 'contextSets' | 'serverProperties'> & {
  /** The store, or what a transaction was given. */
  readonly store: {
    readonly read: {
      readonly users: Pick<UserRepository, 'find'>;
      readonly resellers: Pick<ResellerRepository, 'find'>;
    };
  };
};

/** Facts of a context that the cascade depends on. */
type CascadeContext = Pick<Context, 'id' | 'name' | 'ownerId' | 'adminId' | 'attributes'>;

/**
 * The config cascade above the users of a context.
 * @param adminModuleAccess if it is known, as for a context that is only being created; otherwise the store is asked
 */
export async function configScopes(
  installation: CascadeDeps,
  context: CascadeContext,
  adminModuleAccess?: number,
): Promise<Omit<ConfigScopes, 'user'>> {
  const scopes = { resellers: await ownerLine(installation, context), server: installation.serverProperties };
  return {
    ...scopes,
    context: context.attributes,
    contextSets: await contextSetProperties(installation, context, scopes, adminModuleAccess),
  };
}

/** True when unified quota is enabled for a user in any scope. Source: docs/contract/quota.md#3-1. */
export function isUnifiedQuotaEnabled(
  scopes: Omit<ConfigScopes, 'user'>,
  user: Pick<User, 'attributes'>,
): boolean {
  return isTrue(effectiveProperty({ ...scopes, user: user.attributes }, unifiedQuotaProperty));
}

async function contextSetProperties(
  { store, contextSets }: CascadeDeps,
  context: CascadeContext,
  scopes: Pick<ConfigScopes, 'resellers' | 'server'>,
  adminModuleAccess?: number,
): Promise<ReadonlyMap<string, string>> {
  if (contextSets.length === 0) return new Map();
  const moduleAccess =
    adminModuleAccess ?? (await store.read.users.find(context.id, context.adminId))?.moduleAccess ?? 0;
  return propertiesForTags(contextSets, contextTags(context, moduleAccess, scopes));
}

async function ownerLine({ store }: CascadeDeps, context: CascadeContext): Promise<Reseller[]> {
  const owner = context.ownerId === null ? null : await store.read.resellers.find(context.ownerId);
  if (owner === null) return [];
  const parent = owner.parentId === 0 ? null : await store.read.resellers.find(owner.parentId);
  return parent === null ? [owner] : [owner, parent];
}

const property = 'com.openexchange.admin.user.defaultLanguage';
const none = new Map<string, never>();

/**
 * The language of a new user of a context. What the server, a context set or a reseller says beats the context's own attribute.
 * Source: docs/contract/users.md#1-4.
 */
export function defaultLanguage(
  { settings }: Pick<Installation, 'settings'>,
  scopes: Omit<ConfigScopes, 'user'>,
): string {
  return (
    effectiveProperty({ ...scopes, user: none, context: none }, property) ??
    effectiveProperty({ ...scopes, user: none }, property) ??
    settings.defaultLanguage
  );
}
