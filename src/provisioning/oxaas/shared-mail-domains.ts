import { authorizeProvider } from '../access/authorization.js';
import { normaliseDomain } from '../addresses/mail-domains.js';
import { cloudErrors } from '../errors/cloud-errors.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { mayAdminister, ownOwner, requireWholeDomain } from './administer-mail-domains.js';

/**
 * Makes a mail domain one that contexts of the whole platform may use; repeating it is no error. A reseller may only share what no context
 * out of its reach uses.
 * Source: docs/contract/oxaas.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function createSharedDomain(
  installation: Installation,
  domain: string | null | undefined,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(installation, credentials);
  if (domain === null || domain === undefined) throw cloudErrors.argumentMissing('domainname');
  const name = normaliseDomain(domain);
  await installation.store.transaction(async (tx) => {
    const { mailDomains } = tx;
    await mailDomains.insertIfFree({
      domain: name,
      owner: ownOwner(provider),
      isShared: true,
      isApproved: true,
      state: 'active',
    });
    const present = await mailDomains.lock(name);
    if (present === null || present.isShared) return;
    if (installation.settings.mailDomainRule !== 'off') await requireWholeDomain(tx, provider, present);
    await mailDomains.update(name, { isShared: true });
  });
}

/**
 * Ends the sharing of a domain: by the master admin or the reseller that shared it.
 * @returns false if it is not shared
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function deleteSharedDomain(
  installation: Installation,
  domain: string,
  credentials: Credentials,
): Promise<boolean> {
  const provider = await authorizeProvider(installation, credentials);
  const name = normaliseDomain(domain);
  return installation.store.transaction(async (tx) => {
    const { mailDomains } = tx;
    const shared = await mailDomains.lock(name);
    if (!shared?.isShared) return false;
    if (!(await mayAdminister(tx, provider, shared))) throw errors.permissionDenied();
    const users = await mailDomains.contextsOf(name);
    if (users.length === 0) await mailDomains.delete(name);
    else await mailDomains.update(name, { isShared: false });
    return true;
  });
}

/**
 * All shared domains: they are the platform's, so every provider may know them.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listSharedDomains(
  installation: Installation,
  credentials: Credentials,
): Promise<string[]> {
  await authorizeProvider(installation, credentials);
  return (await installation.store.read.mailDomains.search({ isShared: true })).map(({ domain }) => domain);
}
