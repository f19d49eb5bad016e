import { definedOnly } from '../../util/defined-only.js';
import { authorizeContextAdmin, authorizeProvider, type Provider } from '../access/authorization.js';
import { normaliseDomain } from '../addresses/mail-domains.js';
import { isOwnerWithin, reachOf } from '../addresses/use-mail-domains.js';
import { cloudErrors } from '../errors/cloud-errors.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Page } from '../model/model.js';
import type { MailDomain, MailDomainOwner, MailDomainState } from '../repositories/mailbox-repository.js';
import type { Repositories } from '../repositories/store.js';

/** A domain with the contexts that may use it. */
export interface MailDomainData extends MailDomain {
  readonly contextIds: readonly number[];
}

/** Domain fields of a request. Absent fields stay; a new domain is active, the caller's own and not shared. */
export interface MailDomainFields {
  readonly state?: MailDomainState | undefined;
  readonly isShared?: boolean | undefined;
  readonly owner?: MailDomainOwner | undefined;
}

/**
 * Mail domains by name: all for the master admin; a reseller's own, its children's and their contexts'.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listMailDomains(
  installation: Installation,
  page: Page | null,
  credentials: Credentials,
): Promise<MailDomain[]> {
  const provider = await authorizeProvider(installation, credentials);
  const ownerIds = provider.kind === 'master' ? null : await reachOf(installation.store.read, provider);
  return installation.store.read.mailDomains.search({ ownerIds, page });
}

/**
 * The domains that a context owns or may use, by name; its admin may ask, too.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function listMailDomainsOfContext(
  installation: Installation,
  contextId: number,
  page: Page | null,
  credentials: Credentials,
): Promise<MailDomain[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  return installation.store.read.mailDomains.search({ contextId: context.id, page });
}

/**
 * One domain; null: there is none, or it is out of reach.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function getMailDomain(
  installation: Installation,
  domain: string,
  credentials: Credentials,
): Promise<MailDomainData | null> {
  const provider = await authorizeProvider(installation, credentials);
  const name = normaliseDomain(domain);
  const present = await installation.store.read.mailDomains.find(name);
  if (present === null || !(await mayAdminister(installation.store.read, provider, present))) return null;
  const contexts = await installation.store.read.mailDomains.contextsOf(name);
  return { ...present, contextIds: contexts.map(({ contextId }) => contextId) };
}

/**
 * Approves a domain, or changes what is said of it; a domain that nobody has is made. Suspending takes it out of mail at once, addresses and
 * rights stay. Another owner is only the owner: whoever may use it still may; to take it from others, handOverMailDomain.
 * @returns whether it is new
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function putMailDomain(
  installation: Installation,
  domain: string,
  { state, isShared, owner }: MailDomainFields,
  credentials: Credentials,
): Promise<boolean> {
  const provider = await authorizeProvider(installation, credentials);
  const name = normaliseDomain(domain);
  return installation.store.transaction(async (tx) => {
    const { mailDomains } = tx;
    if (owner !== undefined) await requireOwnerWithin(tx, provider, owner);
    const isNew = (await mailDomains.find(name)) === null;
    await mailDomains.insertIfFree({
      domain: name,
      owner: owner ?? ownOwner(provider),
      isShared: isShared ?? false,
      isApproved: true,
      state: state ?? 'active',
    });
    const present = await mailDomains.lock(name);
    if (present === null || !(await mayAdminister(tx, provider, present)))
      throw cloudErrors.mailDomainNotYours(name);
    const isOpened = (isShared === true && !present.isShared) || owner !== undefined;
    if (isOpened && !isNew) await requireWholeDomain(tx, provider, present);
    await mailDomains.update(name, { ...definedOnly({ state, isShared, owner }), isApproved: true });
    if (owner?.kind === 'context') await mailDomains.addContext(name, owner.contextId);
    return isNew;
  });
}

/**
 * Gives a domain to a new owner and ends its sharing. Forwards and catch-alls of others are deleted; their
 * addresses get no mail until they are changed.
 * @returns false for an unknown domain, or one out of reach
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function handOverMailDomain(
  installation: Installation,
  domain: string,
  owner: MailDomainOwner,
  credentials: Credentials,
): Promise<boolean> {
  const provider = await authorizeProvider(installation, credentials);
  const name = normaliseDomain(domain);
  return installation.store.transaction(async (tx) => {
    const { mailDomains } = tx;
    await requireOwnerWithin(tx, provider, owner);
    const present = await lockOwn(tx, provider, name);
    if (present === null) return false;
    await requireWholeDomain(tx, provider, present);
    const contextId = owner.kind === 'context' ? owner.contextId : null;
    await mailDomains.removeOtherContexts(name, contextId);
    await mailDomains.deleteRoutesOfOthers(name, contextId);
    await mailDomains.update(name, { owner, isShared: false, isApproved: true, state: 'active' });
    if (contextId !== null) await mailDomains.addContext(name, contextId);
    return true;
  });
}

/**
 * Deletes a domain without addresses, forwards and catch-alls; the next context to use it owns it.
 * @returns false for an unknown domain, or one out of reach
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function deleteMailDomain(
  installation: Installation,
  domain: string,
  credentials: Credentials,
): Promise<boolean> {
  const provider = await authorizeProvider(installation, credentials);
  const name = normaliseDomain(domain);
  return installation.store.transaction(async (tx) => {
    if ((await lockOwn(tx, provider, name)) === null) return false;
    if ((await tx.mailDomains.countUses(name, null)) > 0) throw cloudErrors.mailDomainInUse(name);
    await tx.mailDomains.delete(name);
    return true;
  });
}

/**
 * True for domains the caller may administer: all for the master admin, a reseller's own, its children's and
 * their contexts'.
 */
export async function mayAdminister(
  repositories: Pick<Repositories, 'contexts' | 'resellers'>,
  provider: Provider,
  { owner }: MailDomain,
): Promise<boolean> {
  if (provider.kind === 'master') return true;
  return isOwnerWithin(repositories, owner, await reachOf(repositories, provider), null);
}

/**
 * Requires that nobody out of the caller's reach owns or uses a domain.
 * @throws ProvisioningError InvalidData
 */
export async function requireWholeDomain(
  tx: Repositories,
  provider: Provider,
  present: MailDomain,
): Promise<void> {
  if (provider.kind === 'master') return;
  const ownerIds = await reachOf(tx, provider);
  if (!(await isOwnerWithin(tx, present.owner, ownerIds, null)))
    throw cloudErrors.mailDomainNotYours(present.domain);
  for (const { ownerId } of await tx.mailDomains.contextsOf(present.domain))
    if (ownerId === null || !ownerIds.includes(ownerId))
      throw cloudErrors.mailDomainUsedElsewhere(present.domain);
}

/** Checks the right before it locks a domain: on a cluster a lock is a write. */
async function lockOwn(tx: Repositories, provider: Provider, domain: string): Promise<MailDomain | null> {
  const isOwn = async (present: MailDomain | null): Promise<boolean> =>
    present !== null && (await mayAdminister(tx, provider, present));
  if (!(await isOwn(await tx.mailDomains.find(domain)))) return null;
  const present = await tx.mailDomains.lock(domain);
  return (await isOwn(present)) ? present : null;
}

/** A reseller may give domains to itself, its children, and their contexts. */
async function requireOwnerWithin(
  tx: Repositories,
  provider: Provider,
  owner: MailDomainOwner,
): Promise<void> {
  if (owner.kind === 'context' && (await tx.contexts.lock(owner.contextId)) === null)
    throw errors.noSuchContext(owner.contextId);
  if (owner.kind === 'reseller' && (await tx.resellers.hold(owner.resellerId)) === null)
    throw cloudErrors.noSuchDomainOwner();
  if (provider.kind === 'master') return;
  const ownerIds = await reachOf(tx, provider);
  if (!(await isOwnerWithin(tx, owner, ownerIds, null))) throw errors.permissionDenied();
}

/** A domain that somebody makes without saying whose it is belongs to him. */
export function ownOwner(provider: Provider): MailDomainOwner {
  return provider.kind === 'reseller'
    ? { kind: 'reseller', resellerId: provider.reseller.id }
    : { kind: 'provider' };
}
