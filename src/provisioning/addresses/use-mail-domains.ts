import type { ContextAccess, ContextPrincipal } from '../access/authorization.js';
import { cloudErrors } from '../errors/cloud-errors.js';
import type { Installation, ProvisioningSettings } from '../installation/installation.js';
import type { MailDomain, MailDomainOwner, MailDomainState } from '../repositories/mailbox-repository.js';
import type { Repositories } from '../repositories/store.js';
import { domainsOf } from './mail-domains.js';

/** Caller that wants to use a domain, with its context. */
export type DomainCaller = Pick<ContextAccess, 'principal'> & {
  readonly context: Pick<ContextAccess['context'], 'id' | 'ownerId' | 'adminId'>;
};

type Settings = Pick<ProvisioningSettings, 'mailDomainRule'>;

/**
 * True for a domain that a caller may use for addresses without further checks.
 * @param state state of a domain open to his context; undefined when it is not
 */
export function isDomainUsable(
  { mailDomainRule }: Settings,
  principal: ContextPrincipal,
  state: MailDomainState | undefined,
): boolean {
  if (state === undefined) return false;
  return state === 'active' || isProvider(principal) || mailDomainRule === 'off';
}

/**
 * Checks and registers domains for a context, by the one rule for all addresses (MAIL_DOMAIN_RULE). An
 * unowned domain becomes the context's. A domain used by a second context moves up to the reseller of both,
 * else the provider.
 * @param tx the transaction that writes the addresses
 * @throws ProvisioningError InvalidData
 */
export async function useDomains(
  { settings }: Pick<Installation, 'settings'>,
  tx: Repositories,
  caller: DomainCaller,
  domains: readonly string[],
): Promise<void> {
  if (domains.length === 0) return;
  const states = await tx.mailDomains.statesFor(caller.context.id, domains);
  for (const domain of domains) {
    const state = states.get(domain);
    if (isDomainUsable(settings, caller.principal, state)) continue;
    if (state !== undefined) throw cloudErrors.mailDomainNotActive(domain);
    await beginToUse(settings, tx, caller, domain);
  }
}

/**
 * Like useDomains, for forwards and catch-alls, which direct mail away from mailboxes. Nobody out of the
 * caller's reach may use the domain, or the caller could read his mail.
 * @throws ProvisioningError InvalidData
 */
export async function directDomain(
  installation: Pick<Installation, 'settings'>,
  tx: Repositories,
  caller: DomainCaller,
  domain: string,
): Promise<void> {
  await useDomains(installation, tx, caller, [domain]);
  const { principal, context } = caller;
  if (principal.kind === 'master') return;
  const present = await tx.mailDomains.lock(domain);
  const ownerIds = await reachOf(tx, principal);
  const isWithin = (contextId: number, ownerId: number | null) =>
    isProvider(principal) ? ownerId !== null && ownerIds.includes(ownerId) : contextId === context.id;
  for (const { contextId, ownerId } of await tx.mailDomains.contextsOf(domain))
    if (!isWithin(contextId, ownerId)) throw cloudErrors.mailDomainUsedElsewhere(domain);
  // Of a shared domain anybody may have addresses tomorrow.
  if (present?.isShared && !(await isOwnerWithin(tx, present.owner, ownerIds, context.id)))
    throw cloudErrors.mailDomainUsedElsewhere(domain);
}

/**
 * The owners of contexts that a reseller may act on: its own and those of its direct children.
 * Source: docs/contract/authentication.md#2.
 */
export async function reachOf(
  { resellers }: Pick<Repositories, 'resellers'>,
  principal: ContextPrincipal,
): Promise<number[]> {
  if (principal.kind !== 'reseller') return [];
  const { id } = principal.reseller;
  const children = await resellers.search({ pattern: '*', parentId: id });
  return [id, ...children.map((child) => child.id)];
}

/** True for a domain of one of these resellers, their contexts, or the context itself. */
export async function isOwnerWithin(
  { contexts }: Pick<Repositories, 'contexts'>,
  owner: MailDomainOwner,
  ownerIds: readonly number[],
  contextId: number | null,
): Promise<boolean> {
  if (owner.kind === 'provider') return false;
  if (owner.kind === 'reseller') return ownerIds.includes(owner.resellerId);
  if (owner.contextId === contextId) return true;
  if (ownerIds.length === 0) return false;
  const context = await contexts.find(owner.contextId);
  return context?.ownerId !== null && context !== null && ownerIds.includes(context.ownerId);
}

/** Begins with the domain's row, so that of two who want it one comes second. */
async function beginToUse(
  settings: Settings,
  tx: Repositories,
  caller: DomainCaller,
  domain: string,
): Promise<void> {
  const { principal, context } = caller;
  const isAdmins = !isProvider(principal) && (await isAdminsDomain(tx, context, domain));
  const isApproved = isProvider(principal) || isAdmins;
  if (isApproved || settings.mailDomainRule !== 'approved')
    await tx.mailDomains.insertIfFree({
      domain,
      owner: { kind: 'context', contextId: context.id },
      isShared: false,
      isApproved,
      state: 'active',
    });
  const present = await tx.mailDomains.lock(domain);
  if (present === null) throw cloudErrors.mailDomainNotApproved(domain);
  const mayUse =
    (await mayBegin(settings, tx, caller, present)) ||
    (isAdmins && (await isUsedByOwnerOf(tx, context, domain)));
  if (!mayUse) throw cloudErrors.mailDomainNotApproved(domain);
  if (!isDomainUsable(settings, principal, present.state)) throw cloudErrors.mailDomainNotActive(domain);
  const owner = present.isShared ? present.owner : await ownerWith(tx, present.owner, caller);
  if (owner !== present.owner) await tx.mailDomains.update(domain, { owner });
  await tx.mailDomains.addContext(domain, context.id);
}

async function mayBegin(
  { mailDomainRule }: Settings,
  tx: Repositories,
  { principal, context }: DomainCaller,
  { owner, isShared }: MailDomain,
): Promise<boolean> {
  if (principal.kind === 'master' || mailDomainRule === 'off' || isShared) return true;
  return isOwnerWithin(tx, owner, await reachOf(tx, principal), isProvider(principal) ? null : context.id);
}

/**
 * True for the domain of the context admin's own address. Only providers give the admin one of another
 * domain, and provisioning systems act as that admin. So it counts as approved.
 */
async function isAdminsDomain(
  { users }: Repositories,
  { id, adminId }: DomainCaller['context'],
  domain: string,
): Promise<boolean> {
  const admin = await users.find(id, adminId);
  return admin !== null && domainsOf([admin.primaryEmail]).includes(domain);
}

/** True for a domain used only by contexts of the same owner. */
async function isUsedByOwnerOf(
  { mailDomains }: Repositories,
  { ownerId }: DomainCaller['context'],
  domain: string,
): Promise<boolean> {
  const users = await mailDomains.contextsOf(domain);
  return users.length > 0 && users.every((user) => user.ownerId === ownerId);
}

/** Owner of a domain after the context uses it, too; possibly the present one. */
async function ownerWith(
  { contexts, resellers }: Repositories,
  owner: MailDomainOwner,
  { context }: Pick<DomainCaller, 'context'>,
): Promise<MailDomainOwner> {
  if (owner.kind === 'provider' || (owner.kind === 'context' && owner.contextId === context.id)) return owner;
  const present =
    owner.kind === 'reseller' ? owner.resellerId : ((await contexts.find(owner.contextId))?.ownerId ?? null);
  if (present === null || context.ownerId === null) return { kind: 'provider' };
  const parentOf = async (id: number) => (await resellers.find(id))?.parentId ?? 0;
  const parents = [await parentOf(present), await parentOf(context.ownerId)] as const;
  const common = commonReseller([present, parents[0]], [context.ownerId, parents[1]]);
  if (common === null) return { kind: 'provider' };
  return owner.kind === 'reseller' && common === owner.resellerId
    ? owner
    : { kind: 'reseller', resellerId: common };
}

/** The nearest reseller that both are or belong to; there are two levels, and parent 0 is none. */
function commonReseller(
  [a, parentOfA]: readonly [number, number],
  [b, parentOfB]: readonly [number, number],
): number | null {
  if (a === b || parentOfB === a) return a;
  if (parentOfA === b) return b;
  return parentOfA === parentOfB && parentOfA !== 0 ? parentOfA : null;
}

function isProvider({ kind }: ContextPrincipal): boolean {
  return kind === 'master' || kind === 'reseller';
}
