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
  if (!reference.id && !reference.name) throw errors.contextNotIdentified();
  const contextId = reference.id
    ? reference.id
    : await deps.store.contexts.findIdByName(reference.name ?? '');
  const context = contextId === null ? null : await deps.store.contexts.find(contextId);
  // What is not there and what is somebody else's are answered alike, with the reference as it was sent.
  if (provider.kind === 'reseller' && !(context && (await ownsContext(deps, provider.reseller, context))))
    throw errors.contextNotOwned(reference.id || (reference.name ?? ''), provider.reseller.name);
  if (contextId === null) throw errors.noSuchContextNameForRestrictions(reference.name ?? '');
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
