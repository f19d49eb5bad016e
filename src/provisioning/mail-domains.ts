import { domainToASCII } from 'node:url';
import type { ContextAccess } from './authorization.js';
import { cloudErrors } from './cloud-errors.js';
import type { ProvisioningDeps } from './deps.js';
import type { Reseller } from './model.js';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** At least two labels, the last of which is no number: an IP address is no mail domain. */
const asciiForm = new RegExp(`^(?=.{4,253}$)(?:${label}\\.)+(?=[a-z0-9-]*[a-z])${label}$`);

/**
 * A mail domain in the form in which domains are compared: lower case, ASCII.
 * @throws ProvisioningError InvalidData unless it is one, e.g. `example.org`
 */
export function normaliseDomain(domain: string | null | undefined): string {
  const text = domain?.trim() ?? '';
  // domainToASCII takes whatever a URL may hold as host, escapes and numbers included.
  const ascii = /^[\p{L}\p{M}\p{N}.-]+$/u.test(text) ? domainToASCII(text) : '';
  if (!asciiForm.test(ascii)) throw cloudErrors.invalidMailDomain(text);
  return ascii;
}

/**
 * Refuses to direct the mail of a domain that somebody else uses, too: what nobody there receives would be the caller's to read.
 * The master admin may; a reseller, while only contexts that it owns use it.
 * @throws ProvisioningError InvalidData
 */
export async function checkDomainWithinReach(
  deps: Pick<ProvisioningDeps, 'store'>,
  { principal, context }: ContextAccess,
  domain: string,
): Promise<void> {
  if (principal.kind === 'master') return;
  const ownerIds = principal.kind === 'reseller' ? await ownersWithinReach(deps, principal.reseller) : [];
  if (await deps.store.mailDomains.isUsedElsewhere(domain, { contextId: context.id, ownerIds }))
    throw cloudErrors.mailDomainUsedElsewhere(domain);
}

/** OX: semantics 5.3, a reseller may act on its own contexts and those of its direct children. */
async function ownersWithinReach(
  { store }: Pick<ProvisioningDeps, 'store'>,
  reseller: Reseller,
): Promise<number[]> {
  const children = await store.resellers.search({ pattern: '*', parentId: reseller.id });
  return [reseller.id, ...children.map(({ id }) => id)];
}
