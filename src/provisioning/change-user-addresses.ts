import { definedOnly } from '../util/defined-only.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import {
  checkAddresses,
  includesAddress,
  mailboxAddresses,
  normaliseAddress,
  uniqueAddresses,
} from './mail-addresses.js';
import { domainsOf } from './mail-domains.js';
import type { User } from './model.js';
import { checkAddressesFree, claimsToCheck } from './names.js';
import type { PlanningDeps } from './plan-user-change.js';
import type { Repositories, UserChanges } from './store.js';
import { useDomains, type DomainCaller } from './use-mail-domains.js';
import type { UserFields } from './user-fields.js';

/**
 * Refuses another primary address where the installation keeps the first one. OX: semantics 2.1, it comes before the password.
 * @throws ProvisioningError InvalidData
 */
export function checkPrimaryMailGate(
  { settings }: Pick<PlanningDeps, 'settings'>,
  seen: User,
  { primaryEmail }: Pick<UserFields, 'primaryEmail'>,
): void {
  if (!settings.primaryMailUnchangeable || primaryEmail === undefined) return;
  if (normaliseAddress(primaryEmail) !== normaliseAddress(seen.primaryEmail))
    throw errors.primaryMailUnchangeable();
}

/**
 * The address fields that a change sets. OX: semantics 2.3, the mail rules do not apply to the context admin, and only run when one of
 * the addresses of the mailbox is sent.
 * @throws ProvisioningError InvalidData
 */
export async function changedAddresses(
  deps: PlanningDeps,
  seen: User,
  fields: UserFields,
): Promise<UserChanges> {
  const changes = definedOnly({
    primaryEmail: fields.primaryEmail,
    email1: fields.email1,
    email2: fields.email2,
    email3: fields.email3,
    defaultSenderAddress: fields.defaultSenderAddress,
    aliases: fields.aliases.length > 0 ? uniqueAddresses(fields.aliases) : undefined,
  });
  if (!seen.isContextAdmin) await checkMailRules(deps, seen, fields, { ...seen, ...changes });
  return changes;
}

/**
 * Lets the context of a user use the domains of the addresses that a change gives it; those that it has are not asked about.
 * @param tx the transaction that changes the user, which it has locked
 * @throws ProvisioningError InvalidData
 */
export async function useNewDomains(
  deps: ProvisioningDeps,
  tx: Repositories,
  caller: DomainCaller,
  present: User,
  changes: UserChanges,
): Promise<void> {
  const had = new Set(addressesInDomains(caller, present).map(normaliseAddress));
  const wanted = addressesInDomains(caller, { ...present, ...changes });
  const added = wanted.filter((address) => !had.has(normaliseAddress(address)));
  await useDomains(deps, tx, caller, domainsOf(added));
}

/** A context admin has no mailbox, but the domain of his address is as good as approved, so he gives himself no other. */
function addressesInDomains({ principal }: DomainCaller, user: User): string[] {
  const isOwnAddress = user.isContextAdmin && principal.kind !== 'master' && principal.kind !== 'reseller';
  return isOwnAddress ? [user.primaryEmail] : mailboxAddresses(user);
}

async function checkMailRules(
  deps: PlanningDeps,
  seen: User,
  fields: UserFields,
  after: User,
): Promise<void> {
  const { primaryEmail, email1, defaultSenderAddress, aliases } = fields;
  const sent = [primaryEmail, email1, defaultSenderAddress].some((address) => address !== undefined);
  if (!sent && aliases.length === 0) return;
  checkAddresses([primaryEmail, email1, fields.email2, fields.email3, defaultSenderAddress, ...aliases]);
  if (
    primaryEmail !== undefined &&
    email1 !== undefined &&
    primaryEmail.toLowerCase() !== email1.toLowerCase()
  )
    throw errors.email1DiffersOnChange();
  const claims = claimsToCheck(deps.settings, after);
  const primaryClaim = claims.filter(({ address }) => address === normaliseAddress(after.primaryEmail));
  await checkAddressesFree(deps.holders, after, primaryClaim, seen.id);
  const own = [after.primaryEmail, after.email1, after.defaultSenderAddress];
  if (!own.every((address) => includesAddress(after.aliases, address))) throw errors.addressNotInAliases();
  if (primaryEmail !== undefined && email1 === undefined) throw errors.email1Required();
  await checkAddressesFree(deps.holders, after, claims, seen.id);
}
