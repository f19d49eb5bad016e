import { definedOnly } from '../../util/defined-only.js';
import { authorizeContextAdmin } from '../access/authorization.js';
import {
  checkAddresses,
  includesAddress,
  mailboxAddresses,
  normaliseAddress,
  uniqueAddresses,
} from '../addresses/mail-addresses.js';
import { domainsOf } from '../addresses/mail-domains.js';
import { type DomainCaller, useDomains } from '../addresses/use-mail-domains.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { User } from '../model/model.js';
import { checkUserBounds } from '../installation/object-bounds.js';
import type { Repositories } from '../repositories/store.js';
import type { UserChanges } from '../repositories/user-repository.js';
import { requireContextId, resolveUserId } from './identify-users.js';
import type { PlanningDeps } from './planning-deps.js';
import type { UserFields } from './user-fields.js';
import type { UserTarget } from './user-module-access.js';
import { checkAddressesFree, claimsToCheck } from './user-names.js';

/**
 * Refuses another primary address where the installation keeps the first one. It comes before the password.
 * Source: docs/contract/users.md#2-1.
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
 * Address fields of a change. Mail rules do not apply to the context admin, and only to sent addresses of the
 * mailbox.
 * Source: docs/contract/users.md#2-3.
 * @throws ProvisioningError InvalidData
 */
export async function changedAddresses(
  installation: PlanningDeps,
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
  if (!seen.isContextAdmin) await checkMailRules(installation, seen, fields, { ...seen, ...changes });
  return changes;
}

/**
 * Lets a user's context use the domains of new addresses; present domains are not checked.
 * @param tx the transaction that changes the user, which it has locked
 * @throws ProvisioningError InvalidData
 */
export async function useNewDomains(
  installation: Installation,
  tx: Repositories,
  caller: DomainCaller,
  present: User,
  changes: UserChanges,
): Promise<void> {
  const had = new Set(addressesInDomains(caller, present).map(normaliseAddress));
  const wanted = addressesInDomains(caller, { ...present, ...changes });
  const added = wanted.filter((address) => !had.has(normaliseAddress(address)));
  await useDomains(installation, tx, caller, domainsOf(added));
}

/** A context admin has no mailbox, but his domain counts as approved, so he may not choose another. */
function addressesInDomains({ principal }: DomainCaller, user: User): string[] {
  const isOwnAddress = user.isContextAdmin && principal.kind !== 'master' && principal.kind !== 'reseller';
  return isOwnAddress ? [user.primaryEmail] : mailboxAddresses(user);
}

async function checkMailRules(
  installation: PlanningDeps,
  seen: User,
  fields: UserFields,
  after: User,
): Promise<void> {
  const { primaryEmail, email1, defaultSenderAddress, aliases } = fields;
  const sent = [primaryEmail, email1, defaultSenderAddress].some((address) => address !== undefined);
  if (!sent && aliases.length === 0) return;
  if (
    primaryEmail !== undefined &&
    email1 !== undefined &&
    primaryEmail.toLowerCase() !== email1.toLowerCase()
  )
    throw errors.email1DiffersOnChange();
  const claims = claimsToCheck(installation.settings, after);
  const primaryClaim = claims.filter(({ address }) => address === normaliseAddress(after.primaryEmail));
  await checkAddressesFree(installation.holders, after, primaryClaim, seen.id);
  const own = [after.primaryEmail, after.email1, after.defaultSenderAddress];
  if (!own.every((address) => includesAddress(after.aliases, address))) throw errors.addressNotInAliases();
  if (primaryEmail !== undefined && email1 === undefined) throw errors.email1Required();
  checkAddresses([primaryEmail, email1, fields.email2, fields.email3, defaultSenderAddress, ...aliases]);
  await checkAddressesFree(installation.holders, after, claims, seen.id);
}

/** Key in the profile, which no operation shows. */
const personalKey = 'primaryEmailPersonal';

/**
 * Sets the name that stands beside the primary address in mails; null clears it.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function changeMailAddressPersonal(
  installation: Installation,
  target: UserTarget,
  personal: string | null | undefined,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(target.contextId),
  );
  if (target.user === null) throw errors.missingArgument();
  const userId = await resolveUserId(installation, context.id, target.user);
  await installation.store.transaction(async ({ users }) => {
    const user = await users.lock(context.id, userId);
    if (user === null) throw errors.noSuchUser(userId, context.id);
    const { [personalKey]: _, ...others } = user.profile;
    const profile = personal ? { ...others, [personalKey]: personal } : others;
    checkUserBounds(installation.settings, { ...user, profile }, user);
    await users.update(context.id, userId, { profile });
  });
}
