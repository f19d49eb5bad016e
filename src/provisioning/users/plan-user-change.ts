import { definedOnly } from '../../util/defined-only.js';
import { canonicalLogin } from '../access/authorization.js';
import { parsePasswordMechanism, showPasswordMechanism } from '../access/password-hashing.js';
import { errors } from '../errors/errors.js';
import type { PasswordMechanism } from '../model/credentials.js';
import type { User } from '../model/model.js';
import { checkNoPermissionCapabilities } from '../quota/config-cascade.js';
import { checkMailQuotaMb, checkMaxQuotaMb } from '../quota/quota-values.js';
import { noFilestore } from '../registry/filestores.js';
import type { UserChanges } from '../repositories/user-repository.js';
import { changedAddresses, checkPrimaryMailGate } from './change-user-addresses.js';
import type { PlanningDeps } from './planning-deps.js';
import { ownFields } from './self-change.js';
import {
  checkImageType,
  isLanguage,
  isTimezone,
  mergeMailEndpoint,
  type UserFields,
  usualImap,
  usualSmtp,
} from './user-fields.js';
import { checkDisplayNameFree, checkLoginCharacters } from './user-names.js';

/** Wanted change of a user. */
export interface WantedChange {
  readonly fields: UserFields;
  /** True for an ordinary user's change of himself. */
  readonly isByHimself: boolean;
}

/** Plan of a user change. */
export interface UserPlan {
  /** All but the hash of the password. */
  readonly changes: UserChanges;
  readonly newPassword: NewPassword | null;
}

/** A password that is still to be hashed. */
export interface NewPassword {
  readonly password: string;
  readonly mechanism: PasswordMechanism;
}

/**
 * Checks a change of a user, in the order of the source, and says what is to be written.
 * Source: docs/contract/users.md#2-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function planUserChange(
  installation: PlanningDeps,
  user: User,
  { fields: sent, isByHimself }: WantedChange,
): Promise<UserPlan> {
  const { settings, holders } = installation;
  const fields = isByHimself ? ownFields(settings, user, sent) : sent;
  const { displayName, attributeChanges } = fields;
  if (displayName !== undefined && displayName !== user.displayName)
    await checkDisplayNameFree(settings, holders, user.contextId, displayName, user.id);
  checkNoPermissionCapabilities(attributeChanges);
  const { changes, newPassword } = await checkOwnFields(installation, user, fields);
  const addresses = await changedAddresses(installation, user, fields);
  const quota = await changedQuota(installation, user, fields);
  return { newPassword, changes: { ...changes, ...addresses, ...quota, attributeChanges } };
}

/** The fields that concern nothing beside themselves, in the original's order. */
async function checkOwnFields(installation: PlanningDeps, user: User, fields: UserFields): Promise<UserPlan> {
  const login = await changedLogin(installation, user, fields.login);
  const { language, timezone } = fields;
  if (language !== undefined && !isLanguage(language)) throw errors.changedLanguageWithoutUnderscore();
  if (timezone !== undefined && timezone !== user.timezone && !isTimezone(timezone))
    throw errors.invalidTimezone();
  checkPrimaryMailGate(installation, user, fields);
  const newPassword = changedPassword(installation, user, fields);
  checkImageType(fields.profile, user.profile);
  const copied = definedOnly({
    login,
    language,
    timezone,
    displayName: fields.displayName,
    givenName: fields.givenName,
    surName: fields.surName,
    enabled: fields.enabled,
    passwordExpired: fields.passwordExpired,
    passwordMech: newPassword === null ? undefined : showPasswordMechanism(newPassword.mechanism),
  });
  return {
    newPassword,
    changes: {
      ...copied,
      ...(isEmpty(fields.imap) ? {} : { imap: mergeMailEndpoint(user.imap, fields.imap, usualImap) }),
      ...(isEmpty(fields.smtp) ? {} : { smtp: mergeMailEndpoint(user.smtp, fields.smtp, usualSmtp) }),
      ...(isEmpty(fields.profile) ? {} : { profile: { ...user.profile, ...fields.profile } }),
    },
  };
}

function isEmpty(fields: object): boolean {
  return Object.keys(definedOnly(fields)).length === 0;
}

/** An empty name says nothing. Source: docs/contract/users.md#2-2. */
async function changedLogin(
  installation: PlanningDeps,
  user: User,
  name: string | undefined,
): Promise<string | undefined> {
  if (name === undefined || name === '') return undefined;
  const login = canonicalLogin(installation, name);
  if (login === user.login) return undefined;
  if (!installation.settings.usernameChangeable) throw errors.usernameUnchangeable();
  checkLoginCharacters(installation.settings, login);
  if ((await installation.holders.findIdByLogin(user.contextId, login)) !== null)
    throw errors.userExists(login);
  return login;
}

/**
 * The new password of a change; a blank one says nothing. A mechanism without a password is refused, save the present one: whole objects
 * are sent back (docs/contract/choices.md#5).
 */
function changedPassword(
  { settings }: PlanningDeps,
  user: User,
  { password, passwordMech }: UserFields,
): NewPassword | null {
  const mechanism = passwordMech ? parsePasswordMechanism(passwordMech) : undefined;
  if (password === undefined || password.trim() === '') {
    if (mechanism !== undefined && showPasswordMechanism(mechanism) !== user.passwordMech)
      throw errors.passwordMechWithoutPassword();
    return null;
  }
  return { password, mechanism: mechanism ?? settings.defaultPasswordMechanism };
}

/**
 * The file storage and file quota that a change sets. The mail quota is another matter, which is only looked at for its own value.
 * Source: docs/contract/quota.md#1-2.
 * @throws ProvisioningError InvalidData for another file storage; Storage when there is none and none may be given
 */
async function changedQuota(
  installation: PlanningDeps,
  seen: User,
  {
    maxQuotaMb: sentMb,
    mailQuotaMb,
    filestoreId,
  }: Pick<UserFields, 'maxQuotaMb' | 'mailQuotaMb' | 'filestoreId'>,
): Promise<UserChanges> {
  if (filestoreId !== undefined && filestoreId !== seen.filestoreId) {
    if ((await installation.findFilestore(filestoreId)) === null) throw errors.noSuchFilestore(filestoreId);
    throw errors.filestoreNotChangeable(seen.id, seen.contextId);
  }
  const mail = mailQuotaMb === undefined ? {} : { mailQuotaMb: checkMailQuotaMb(mailQuotaMb) };
  if (sentMb === undefined) return mail;
  const maxQuotaMb = checkMaxQuotaMb(sentMb);
  if (maxQuotaMb < 0 || seen.filestoreId !== noFilestore) return { ...mail, maxQuotaMb };
  if (!installation.settings.allowChangingQuotaIfNoFilestoreSet)
    throw errors.noFilestoreForQuota(seen.id, seen.contextId);
  return { ...mail, maxQuotaMb, filestoreId: await installation.chooseFilestore() };
}
