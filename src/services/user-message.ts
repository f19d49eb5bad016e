import type { ProfileValue, StoredUserData, User as StoredUser } from '../provisioning/model/model.js';
import type { UserReference } from '../provisioning/users/identify-users.js';
import { ownProfileOf, shownAttributes, unsetProfile } from '../provisioning/users/shown-defaults.js';
import { showMailEndpoint, type UserFields } from '../provisioning/users/user-fields.js';
import type { OXResellerContextServiceUser } from './generated/ox-reseller-context-service.js';
import type { User } from './generated/types.js';
import {
  attributeChanges,
  longMbFromBytes,
  mbFromLong,
  set,
  showAttributes,
  stringMap,
} from './wire-values.js';

/** The members of User that a rule looks at; every other member is profile and kept as it came. */
const ruled: ReadonlySet<string> = new Set<keyof User>([
  'aliases',
  'anniversary',
  'birthday',
  'contextadmin',
  'defaultSenderAddress',
  'default_group',
  'display_name',
  'drive_folder_mode',
  'drive_user_folder_mode',
  'email1',
  'email2',
  'email3',
  'filestoreId',
  'filestore_name',
  'given_name',
  'guiPreferencesForSoap',
  'id',
  'image1',
  'imapPort',
  'imapSchema',
  'imapServer',
  'imapServerString',
  'language',
  'mailenabled',
  'maxQuota',
  'name',
  'password',
  'passwordMech',
  'password_expired',
  'primaryEmail',
  'smtpPort',
  'smtpSchema',
  'smtpServer',
  'smtpServerString',
  'sur_name',
  'timezone',
  'usedQuota',
  'userAttributes',
]);

/** User reference of a message. */
export function userReference(user: User): UserReference {
  return { id: user.id, login: user.name, displayName: user.display_name };
}

/** User fields of a message. Ignored are read-only members (usedQuota, filestore_name), and default_group, as in the original. */
export function userFields(user: User | OXResellerContextServiceUser): UserFields {
  const message: User = user;
  return {
    login: set(message.name),
    password: set(message.password),
    passwordMech: set(message.passwordMech),
    passwordExpired: set(message.password_expired),
    enabled: set(message.mailenabled),
    displayName: set(message.display_name),
    givenName: set(message.given_name),
    surName: set(message.sur_name),
    primaryEmail: set(message.primaryEmail),
    email1: set(message.email1),
    email2: set(message.email2),
    email3: set(message.email3),
    defaultSenderAddress: set(message.defaultSenderAddress),
    aliases: message.aliases ?? [],
    language: set(message.language),
    timezone: set(message.timezone),
    maxQuotaMb: mbFromLong(message.maxQuota),
    filestoreId: set(message.filestoreId),
    driveUserFolderMode: set(message.drive_user_folder_mode),
    driveFolderMode: set(message.drive_folder_mode),
    isContextAdmin: set(message.contextadmin),
    imap: {
      url: set(message.imapServerString),
      schema: set(message.imapSchema),
      host: set(message.imapServer),
      port: set(message.imapPort === 0 ? null : message.imapPort),
    },
    smtp: {
      url: set(message.smtpServerString),
      schema: set(message.smtpSchema),
      host: set(message.smtpServer),
      port: set(message.smtpPort === 0 ? null : message.smtpPort),
    },
    attributeChanges: attributeChanges(message.userAttributes),
    profile: profileOf(message),
  };
}

/** A user as getData shows it: everything but the password. Source: docs/contract/users.md#4-1. */
export function showUser({ user, filestore, usage }: StoredUserData): User {
  return {
    aliases: [...user.aliases],
    contextadmin: user.isContextAdmin,
    defaultSenderAddress: user.defaultSenderAddress,
    display_name: user.displayName,
    email1: user.email1,
    email2: user.email2,
    email3: user.email3,
    filestoreId: user.filestoreId,
    filestore_name: filestore && `${user.contextId}_ctx_${user.filestoreOwnerId || user.id}_user_store`,
    given_name: user.givenName,
    id: user.id,
    imapPort: user.imap.port,
    imapSchema: user.imap.schema,
    imapServer: user.imap.host,
    imapServerString: showMailEndpoint(user.imap),
    language: user.language,
    mailenabled: user.enabled,
    maxQuota: BigInt(user.maxQuotaMb),
    name: user.login,
    passwordMech: user.passwordMech,
    password_expired: user.passwordExpired,
    primaryEmail: user.primaryEmail,
    smtpPort: user.smtp.port,
    smtpSchema: user.smtp.schema,
    smtpServer: user.smtp.host,
    smtpServerString: showMailEndpoint(user.smtp),
    sur_name: user.surName,
    timezone: user.timezone,
    usedQuota: usage.fileBytes === null ? null : longMbFromBytes(usage.fileBytes),
    userAttributes: showAttributes(shownAttributes(user)),
    guiPreferencesForSoap: {},
    // Last, for V8 lays out what stands before it once and for all; a profile has none of these members.
    ...unsetProfile,
    ...showProfile(ownProfileOf(user)),
  };
}

/** A user as lists show it: its id, and what the original says of everybody. Source: docs/contract/users.md#4-2. */
export function showListedUser(id: number): User {
  return {
    contextadmin: false,
    convert_drive_user_folders: false,
    id,
    imapPort: 143,
    imapSchema: 'imap://',
    smtpPort: 25,
    smtpSchema: 'smtp://',
    userAttributes: {},
  };
}

/**
 * The answer of the create operations: the request completed in place, without the password.
 * Source: docs/contract/users.md#1-6, docs/contract/choices.md#3.
 */
export function showCreatedUser(request: User, created: StoredUser): User {
  return {
    ...request,
    password: null,
    default_group: null,
    id: created.id,
    name: created.login,
    contextadmin: created.isContextAdmin,
    aliases: [...created.aliases],
    defaultSenderAddress: created.defaultSenderAddress,
    language: created.language,
    mailenabled: created.enabled,
    passwordMech: created.passwordMech,
    password_expired: created.passwordExpired,
    filestoreId: created.filestoreId || (request.filestoreId ?? null),
    imapPort: created.imap.port,
    imapSchema: created.imap.schema,
    smtpPort: created.smtp.port,
    smtpSchema: created.smtp.schema,
    ...(namesServer(request.imapServer, request.imapServerString) && {
      imapServer: created.imap.host,
      imapServerString: showMailEndpoint(created.imap),
    }),
    ...(namesServer(request.smtpServer, request.smtpServerString) && {
      smtpServer: created.smtp.host,
      smtpServerString: showMailEndpoint(created.smtp),
    }),
    ...(request.anniversary && { anniversary: showDate(request.anniversary) }),
    ...(request.birthday && { birthday: showDate(request.birthday) }),
    convert_drive_user_folders: request.convert_drive_user_folders ?? false,
    guiPreferencesForSoap: null,
    userAttributes: showAttributes(shownAttributes(created)),
  };
}

function namesServer(...texts: readonly (string | null | undefined)[]): boolean {
  return texts.some((text) => text !== null && text !== undefined && text !== '');
}

function profileOf(message: User): Record<string, ProfileValue> {
  const profile: Record<string, ProfileValue> = {};
  for (const [name, value] of Object.entries(message))
    if (!ruled.has(name) && isProfileValue(value)) profile[name] = value;
  // OX: an empty login of the mail server says nothing. Source: docs/contract/users.md#2-4.
  if (profile['imapLogin'] === '') delete profile['imapLogin'];
  if (message.anniversary) profile['anniversary'] = message.anniversary;
  if (message.birthday) profile['birthday'] = message.birthday;
  if (message.image1?.length) profile['image1'] = Buffer.from(message.image1).toString('base64');
  if (message.guiPreferencesForSoap?.entries?.length)
    profile['guiPreferencesForSoap'] = Object.fromEntries(stringMap(message.guiPreferencesForSoap));
  return profile;
}

function isProfileValue(value: unknown): value is ProfileValue {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function showProfile(profile: StoredUser['profile']): User {
  const { anniversary, birthday, image1, guiPreferencesForSoap: _hidden, ...plain } = profile;
  return {
    ...(plain as User),
    ...(typeof anniversary === 'string' && { anniversary: showDate(anniversary) }),
    ...(typeof birthday === 'string' && { birthday: showDate(birthday) }),
    ...(typeof image1 === 'string' && image1 !== '' && { image1: Buffer.from(image1, 'base64') }),
  };
}

/** Dates are shown with a zone, `1990-05-17Z`, whatever zone they came with. Source: docs/contract/values.md#6. */
function showDate(date: string): string {
  return `${/^-?\d{4,}-\d\d-\d\d/.exec(date)?.[0] ?? date}Z`;
}
