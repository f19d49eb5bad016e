import { authorizeMaster, authorizeProvider, ownsContext, type Credentials } from './authorization.js';
import type { ContextReference } from './context-fields.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import type { Restriction } from './model.js';
import { restrictionNames } from './restrictions.js';

/**
 * The names of all restrictions that there are.
 * @throws ProvisioningError InvalidCredentials
 */
export async function getAvailableRestrictions(
  deps: ProvisioningDeps,
  credentials: Credentials,
): Promise<string[]> {
  await authorizeProvider(deps, credentials);
  return restrictionNames(deps.accessCombinations);
}

/**
 * The restrictions of a context itself, for its owners. OX: semantics 5.2, only here does somebody else's context have this text.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage, Reseller
 */
export async function getContextRestrictions(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<readonly Restriction[]> {
  const provider = await authorizeProvider(deps, credentials);
  if (reference === null) throw errors.contextMissing();
  const contextId = await contextIdOf(deps, reference);
  const context = await deps.store.contexts.find(contextId);
  if (provider.kind === 'reseller' && !(context && (await ownsContext(deps, provider.reseller, context))))
    throw errors.contextNotOwned(contextId, provider.reseller.name);
  if (context === null) throw errors.noSuchContextForRestrictions(contextId);
  return context.restrictions;
}

/**
 * Brings the names of restrictions up to date: nothing to do, since they are built in and follow the access combinations.
 * @throws ProvisioningError InvalidCredentials unless the caller is the master admin
 */
export async function updateRestrictionNames(
  deps: ProvisioningDeps,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(deps, credentials);
}

/**
 * Removes the names of restrictions: refused while somebody is restricted, otherwise nothing to do, since they are built in.
 * @throws ProvisioningError InvalidCredentials unless the caller is the master admin; Reseller
 */
export async function removeRestrictionNames(
  deps: ProvisioningDeps,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(deps, credentials);
  if (await deps.store.restrictions.areInUse()) throw errors.restrictionsInUse();
}

async function contextIdOf(deps: ProvisioningDeps, { id, name }: ContextReference): Promise<number> {
  if (id) return id;
  if (!name) throw errors.contextNotIdentified();
  const found = await deps.store.contexts.findIdByName(name);
  if (found === null) throw errors.noSuchContextNameForRestrictions(name);
  return found;
}
