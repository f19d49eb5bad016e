import type { ProvisioningDeps } from './deps.js';
import { errors, type MailAddressKind } from './errors.js';
import { mailClaims, normaliseAddress, platformClaims } from './mail-addresses.js';
import type { User } from './model.js';
import type { ProvisioningSettings } from './settings.js';
import {
  StoreUnavailableError,
  UniqueConflictError,
  type MailClaim,
  type UserClaims,
  type UserRepository,
} from './store.js';

type NamedUser = Pick<
  User,
  'contextId' | 'login' | 'isContextAdmin' | 'displayName' | 'primaryEmail' | 'aliases'
>;

/** Who has the names that somebody wants: the store, or what was read of it already. */
export type NameHolders = Pick<UserRepository, 'findDisplayNameHolder' | 'findMailHolder' | 'findIdByLogin'>;

/** The characters of a login that the installation does not allow. OX: CHECK_USER_UID_REGEXP, semantics 1.5. */
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
 * What must not be anybody else's: the claims of a user, and where these hold in its context only, the addresses that forwards of other
 * contexts have.
 */
export function claimsToCheck(settings: ProvisioningSettings, user: NamedUser): MailClaim[] {
  const claims = mailClaims(user, settings.mailAddressScope);
  return settings.mailAddressScope === 'context' ? [...claims, ...platformClaims(user)] : claims;
}

/** As checkDisplayNameFree, for mail addresses. A forward of the same context gives way: it comes before the mailbox. */
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
export async function reportingConflicts<T>(
  deps: Pick<ProvisioningDeps, 'store' | 'settings'>,
  user: NamedUser,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof UniqueConflictError)) throw error;
    if (error.key === 'login') throw errors.userExists(user.login);
    if (error.key === 'displayName') throw errors.displayNameTaken();
    if (error.key === 'mailAddress') throw await mailConflict(deps, user, error.value);
    throw error;
  }
}

async function mailConflict(
  deps: Pick<ProvisioningDeps, 'store' | 'settings'>,
  user: NamedUser,
  address: string,
): Promise<Error> {
  const claim = mailClaims(user, deps.settings.mailAddressScope).find((item) => item.address === address);
  const holder = claim === undefined ? null : await deps.store.users.findMailHolder(claim);
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
  // Whose it is in another context is nobody's business here.
  return holder?.contextId === user.contextId
    ? errors.mailAddressTaken(kind, shown, holder.contextId, holder.userId)
    : errors.mailAddressTakenElsewhere(kind, shown);
}
