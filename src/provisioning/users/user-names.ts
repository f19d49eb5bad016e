import { canonicalLogin } from '../access/authorization.js';
import {
  mailboxAddresses,
  mailClaims,
  normaliseAddress,
  platformClaims,
  uniqueAddresses,
  withAddress,
} from '../addresses/mail-addresses.js';
import { domainsOf } from '../addresses/mail-domains.js';
import { errors, type MailAddressKind } from '../errors/errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import { StoreUnavailableError, UniqueConflictError } from '../errors/store-errors.js';
import type { Installation, ProvisioningSettings } from '../installation/installation.js';
import type { MailClaim, UserClaims } from '../model/claims.js';
import { mailboxOf } from '../model/mailbox-of.js';
import type { User } from '../model/model.js';
import type { TakenNames, WantedNames } from '../repositories/access-repository.js';
import type { Store } from '../repositories/store.js';
import type { UserRepository } from '../repositories/user-repository.js';
import type { UserFields } from './user-fields.js';

type NamedUser = Pick<
  User,
  'contextId' | 'login' | 'isContextAdmin' | 'displayName' | 'primaryEmail' | 'aliases'
>;

/** Looks up who holds a login, display name or address, in the store or in an earlier result. */
export type NameHolders = Pick<UserRepository, 'findDisplayNameHolder' | 'findMailHolder' | 'findIdByLogin'>;

/** The characters of a login that the installation does not allow (CHECK_USER_UID_REGEXP). Source: docs/contract/users.md#1-5. */
export function illegalCharacters(text: string, characterClass: string): string {
  const allowed = new RegExp(`^(?:${characterClass})$`, 'u');
  return [...text].filter((character) => !allowed.test(character)).join('');
}

/** @throws ProvisioningError InvalidData listing the offending characters */
export function checkLoginCharacters(settings: ProvisioningSettings, login: string): void {
  if (!settings.checkUserUidForNotAllowedChars) return;
  const offending = illegalCharacters(login, settings.checkUserUidRegexp);
  if (offending !== '') throw errors.illegalLoginChars(offending);
}

/** The names that a user holds for itself under the installation's rules. */
export function claimsOf(settings: ProvisioningSettings, user: NamedUser): UserClaims {
  return {
    displayName: settings.enforceUniqueDisplayName && user.displayName !== '' ? user.displayName : null,
    mail: mailClaims(user, settings.mailAddressScope),
  };
}

/**
 * Says early, and in the original's order, that a display name is taken; the unique constraint decides in the end.
 * @throws ProvisioningError InvalidData
 */
export async function checkDisplayNameFree(
  settings: ProvisioningSettings,
  holders: NameHolders,
  contextId: number,
  displayName: string,
  ownId: number | null,
): Promise<void> {
  if (!settings.enforceUniqueDisplayName || displayName === '') return;
  const holder = await holders.findDisplayNameHolder(contextId, displayName);
  if (holder !== null && holder.userId !== ownId) throw errors.displayNameTaken();
}

/**
 * Names that must be free. These are the user's claims and, in context scope, addresses of other contexts'
 * forwards.
 */
export function claimsToCheck(settings: ProvisioningSettings, user: NamedUser): MailClaim[] {
  const claims = mailClaims(user, settings.mailAddressScope);
  return settings.mailAddressScope === 'context' ? [...claims, ...platformClaims(user)] : claims;
}

/**
 * Like checkDisplayNameFree, for mail addresses. A forward of the same context gives way, since it precedes
 * the mailbox.
 */
export async function checkAddressesFree(
  holders: NameHolders,
  user: Pick<User, 'contextId' | 'primaryEmail'>,
  claims: readonly MailClaim[],
  ownId: number | null,
): Promise<void> {
  for (const claim of claims) {
    const holder = await holders.findMailHolder(claim);
    const isOwn =
      holder?.contextId === user.contextId && (holder.kind === 'forward' || holder.userId === ownId);
    if (holder === null || isOwn) continue;
    throw mailAddressTaken(claim.address, user, holder);
  }
}

/**
 * Runs a write and turns the refusal of a unique constraint into the fault that the original has for it.
 * @throws ProvisioningError InvalidData for the name that somebody else was faster to take
 */
export function reportingUserConflicts<T>(
  installation: Pick<Installation, 'store' | 'settings'>,
  user: NamedUser,
  write: () => Promise<T>,
): Promise<T> {
  const faults = {
    login: () => errors.userExists(user.login),
    displayName: errors.displayNameTaken,
    mailAddress: (address: string) => mailConflict(installation, user, address),
  };
  return reportingConflicts(faults, write);
}

async function mailConflict(
  installation: Pick<Installation, 'store' | 'settings'>,
  user: NamedUser,
  address: string,
): Promise<Error> {
  const claim = mailClaims(user, installation.settings.mailAddressScope).find(
    (item) => item.address === address,
  );
  const holder = claim === undefined ? null : await installation.store.read.users.findMailHolder(claim);
  // It came meanwhile, and would have given way.
  if (holder?.kind === 'forward' && holder.contextId === user.contextId) return new StoreUnavailableError();
  return mailAddressTaken(address, user, holder);
}

function mailAddressTaken(
  address: string,
  user: Pick<User, 'contextId' | 'primaryEmail'>,
  holder: { contextId: number; userId: number } | null,
): Error {
  const isPrimary = address === normaliseAddress(user.primaryEmail);
  const kind: MailAddressKind = isPrimary ? 'Primary mail address' : 'Mail address';
  const shown = isPrimary ? user.primaryEmail : address;
  // Hides holders in other contexts.
  return holder?.contextId === user.contextId
    ? errors.mailAddressTaken(kind, shown, holder.contextId, holder.userId)
    : errors.mailAddressTakenElsewhere(kind, shown);
}

const rulesSetting = 'uniqueNameRules';

/**
 * Applies the installation's rules for unique names (MAIL_ADDRESS_SCOPE, ENFORCE_UNIQUE_DISPLAY_NAME) when
 * they changed since the last start. All or nothing.
 * @throws UniqueConflictError a name has several owners, so that the stricter rule cannot apply
 */
export async function applyUniqueNameRules(store: Store, settings: ProvisioningSettings): Promise<void> {
  const rules = `${settings.mailAddressScope}, display names ${settings.enforceUniqueDisplayName ? 'unique' : 'free'}`;
  const present = await store.read.settings.get(rulesSetting);
  if (present === rules) return;
  await store.transaction(async (tx) => {
    if (present !== null) {
      await tx.users.deleteAllClaims();
      for await (const user of tx.users.all())
        await tx.users.insertClaims(user.contextId, user.id, claimsOf(settings, user));
      await tx.users.claimForwards();
    }
    await tx.settings.set(rulesSetting, rules);
  });
}

/** Explanation for the operator when the rules cannot apply; null for other errors. */
export function explainNameConflict(error: unknown): string | null {
  if (!(error instanceof UniqueConflictError)) return null;
  return error.key === 'mailAddress'
    ? `MAIL_ADDRESS_SCOPE cannot be made stricter: ${error.value} has several owners`
    : `ENFORCE_UNIQUE_DISPLAY_NAME cannot be true: the name ${JSON.stringify(error.value)} has several owners in a context`;
}

/** Maximum of aliases for the combined query; more are checked one by one. */
const maxNames = 20;

/**
 * The addresses of a new user. On create the set is completed; clients need not send aliases at all.
 * Source: docs/contract/users.md#1-3.
 */
export function completeAddresses(
  fields: Pick<UserFields, 'aliases' | 'defaultSenderAddress'>,
  primaryEmail: string,
): { readonly defaultSenderAddress: string; readonly aliases: string[] } {
  const defaultSenderAddress = fields.defaultSenderAddress || primaryEmail;
  const withPrimary = withAddress(uniqueAddresses(fields.aliases), primaryEmail, 'first');
  return { defaultSenderAddress, aliases: withAddress(withPrimary, defaultSenderAddress, 'last') };
}

/** The names that a new user would take, null where a request says too little or too much of them. Nothing is checked. */
export function wantedNames(
  installation: Pick<Installation, 'settings'>,
  contextId: number,
  fields: UserFields | null,
): WantedNames | null {
  if (!fields?.login || !fields.displayName || !fields.primaryEmail) return null;
  if (fields.aliases.length > maxNames) return null;
  const { displayName, primaryEmail } = fields;
  const { aliases } = completeAddresses(fields, primaryEmail);
  const login = canonicalLogin(installation, fields.login);
  const user = { contextId, isContextAdmin: false, login, displayName, primaryEmail, aliases };
  const { displayName: claimed } = claimsOf(installation.settings, user);
  const claims = { displayName: claimed, mail: claimsToCheck(installation.settings, user) };
  return { login, claims, domains: domainsOf(mailboxAddresses(user)), mailbox: mailboxOf(user) };
}

/** Names that were looked up, as who asks the store for them one by one sees them. */
export function lookedUp(taken: TakenNames): NameHolders {
  return {
    findDisplayNameHolder: () => Promise.resolve(taken.displayNameHolder),
    findMailHolder: (claim) => Promise.resolve(taken.mailHolder(claim)),
    // Placeholder id, since no caller asks for the holder.
    findIdByLogin: () => Promise.resolve(taken.isLoginTaken ? 0 : null),
  };
}
