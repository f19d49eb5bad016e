import { authorizeProvider, type Credentials, type Provider } from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { normaliseDomain } from './mail-domains.js';

/**
 * Makes a mail domain one that contexts of the whole platform may use; repeating it is no error. OX: oxaas.md section 2.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function createSharedDomain(
  deps: ProvisioningDeps,
  domain: string | null | undefined,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(deps, credentials);
  const shared = { domain: normaliseDomain(domain), ownerId: ownerIdOf(provider) };
  await deps.store.transaction(({ mailDomains }) => mailDomains.insertShared(shared));
}

/**
 * Ends the sharing of a domain: by the master admin or the reseller that shared it.
 * @returns false if it is not shared
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function deleteSharedDomain(
  deps: ProvisioningDeps,
  domain: string,
  credentials: Credentials,
): Promise<boolean> {
  const provider = await authorizeProvider(deps, credentials);
  const name = normaliseDomain(domain);
  return deps.store.transaction(async ({ mailDomains }) => {
    const shared = await mailDomains.lockShared(name);
    if (shared === null) return false;
    if (provider.kind !== 'master' && shared.ownerId !== provider.reseller.id)
      throw errors.permissionDenied();
    await mailDomains.deleteShared(name);
    return true;
  });
}

/**
 * All shared domains: they are the platform's, so every provider may know them.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listSharedDomains(deps: ProvisioningDeps, credentials: Credentials): Promise<string[]> {
  await authorizeProvider(deps, credentials);
  return (await deps.store.mailDomains.listShared()).map(({ domain }) => domain);
}

function ownerIdOf(provider: Provider): number | null {
  return provider.kind === 'reseller' ? provider.reseller.id : null;
}
