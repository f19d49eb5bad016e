import { canonicalLogin } from '../access/authorization.js';
import { hashPassword, parsePasswordMechanism, showPasswordMechanism } from '../access/password-hashing.js';
import { checkAddresses } from '../addresses/mail-addresses.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { UserClaims } from '../model/claims.js';
import { defaultGroupId, type User } from '../model/model.js';
import { applyAttributeChanges } from '../quota/config-cascade.js';
import { checkCount, checkUserBounds } from '../installation/object-bounds.js';
import { checkMaxQuotaMb, unlimitedMb } from '../quota/quota-values.js';
import {
  checkImageType,
  isLanguage,
  isTimezone,
  isComplete,
  missingMandatoryFields,
  type CompleteUserFields,
  mergeMailEndpoint,
  type UserFields,
  usualImap,
  usualSmtp,
} from './user-fields.js';
import {
  checkAddressesFree,
  checkDisplayNameFree,
  checkLoginCharacters,
  claimsOf,
  claimsToCheck,
  type NameHolders,
  completeAddresses,
} from './user-names.js';

/** A user that passed every check and only lacks its id. */
export interface PreparedUser {
  readonly user: Omit<User, 'id'>;
  readonly claims: UserClaims;
}

/** Decisions about a new user beyond the request. */
export interface UserFrame {
  readonly contextId: number;
  readonly isContextAdmin: boolean;
  readonly moduleAccess: number;
  readonly defaultLanguage: string;
  /** Says who has the names that it wants. */
  readonly nameHolders: NameHolders;
  /** Called after all checks; may refuse. */
  readonly chooseFilestore: () => Promise<number>;
}

/**
 * Allowed values of `drive_user_folder_mode`, which is not stored, since folders are the groupware's. Source:
 * docs/contract/users.md#1-4.
 */
const folderModes = ['default', 'normal', 'none'];


/**
 * Checks and completes a new user in the original's order (docs/contract/users.md#1-1, points 5 to 17) and hashes its password last.
 * @throws ProvisioningError InvalidData, Storage
 */
export async function prepareUser(
  installation: Installation,
  frame: UserFrame,
  fields: UserFields,
): Promise<PreparedUser> {
  const { settings } = installation;
  const language = fields.language ?? frame.defaultLanguage;
  if (!isLanguage(language)) throw errors.languageWithoutUnderscore();
  if (fields.timezone !== undefined && !isTimezone(fields.timezone)) throw errors.invalidTimezone();
  const mechanism =
    fields.passwordMech === undefined
      ? settings.defaultPasswordMechanism
      : parsePasswordMechanism(fields.passwordMech);
  if (fields.password === undefined || fields.password.trim() === '') throw errors.emptyPassword();
  if (!isComplete(fields)) throw errors.mandatoryFieldsMissing(missingMandatoryFields(fields));
  // Before any of them is looked at.
  checkCount('aliases', settings.maxAliases, 0, fields.aliases.length);
  checkImageType(fields.profile, {});
  if (fields.attributeChanges.some(({ value }) => value === null)) throw errors.attributeValueMissing();
  const attributes = applyAttributeChanges(new Map(), fields.attributeChanges);
  const { profile } = fields;
  const { aliases } = completeAddresses(fields, fields.primaryEmail);
  checkUserBounds(settings, { aliases, attributes, profile });
  const names = await checkNames(installation, frame, fields);
  const maxQuotaMb = checkMaxQuotaMb(fields.maxQuotaMb ?? unlimitedMb);
  const filestoreId = await frame.chooseFilestore();
  return {
    claims: claimsOf(settings, names),
    user: {
      passwordHash: await hashPassword(fields.password, mechanism),
      passwordMech: showPasswordMechanism(mechanism),
      passwordExpired: fields.passwordExpired ?? false,
      enabled: fields.enabled ?? true,
      givenName: fields.givenName,
      surName: fields.surName,
      email1: fields.email1,
      email2: fields.email2 ?? null,
      email3: fields.email3 ?? null,
      language,
      timezone: fields.timezone ?? settings.defaultTimezone,
      defaultGroupId,
      moduleAccess: frame.moduleAccess,
      maxQuotaMb,
      filestoreId,
      filestoreOwnerId: 0,
      mailQuotaMb: null,
      imap: mergeMailEndpoint(usualImap, fields.imap, usualImap),
      smtp: mergeMailEndpoint(usualSmtp, fields.smtp, usualSmtp),
      attributes,
      profile,
      ...names,
    },
  };
}

async function checkNames(
  installation: Installation,
  frame: UserFrame,
  fields: CompleteUserFields,
): Promise<
  Pick<
    User,
    | 'contextId'
    | 'isContextAdmin'
    | 'login'
    | 'displayName'
    | 'primaryEmail'
    | 'defaultSenderAddress'
    | 'aliases'
  >
> {
  const { contextId, isContextAdmin, nameHolders } = frame;
  const { displayName, primaryEmail, email1 } = fields;
  await checkDisplayNameFree(installation.settings, nameHolders, contextId, displayName, null);
  checkLoginCharacters(installation.settings, fields.login);
  const login = canonicalLogin(installation, fields.login);
  if (primaryEmail !== email1) throw errors.email1DiffersOnCreate();
  const { defaultSenderAddress, aliases } = completeAddresses(fields, primaryEmail);
  checkFolderMode(fields.driveUserFolderMode);
  const names = {
    contextId,
    isContextAdmin,
    login,
    displayName,
    primaryEmail,
    defaultSenderAddress,
    aliases,
  };
  if ((await nameHolders.findIdByLogin(contextId, login)) !== null) throw errors.userExists(login);
  checkAddresses([
    primaryEmail,
    email1,
    fields.email2,
    fields.email3,
    fields.defaultSenderAddress,
    ...fields.aliases,
  ]);
  await checkAddressesFree(nameHolders, names, claimsToCheck(installation.settings, names), null);
  return names;
}

function checkFolderMode(mode: string | undefined): void {
  if (mode !== undefined && mode !== '' && !folderModes.includes(mode.toLowerCase()))
    throw errors.invalidFolderMode(folderModes);
}
