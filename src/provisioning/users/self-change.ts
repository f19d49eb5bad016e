import { isDeepStrictEqual } from 'node:util';
import { canonicalLogin } from '../access/authorization.js';
import { normaliseAddress } from '../addresses/mail-addresses.js';
import { errors } from '../errors/errors.js';
import type { ProvisioningSettings } from '../installation/installation.js';
import type { MailEndpoint, User } from '../model/model.js';
import { ownProfileOf, shownAttributes, unsetProfile } from './shown-defaults.js';
import { mergeMailEndpoint, type MailEndpointFields, type UserFields, usualImap, usualSmtp } from './user-fields.js';

type Sent<Name extends keyof UserFields> = Exclude<UserFields[Name], undefined>;

/** True for a user's own value that leaves the stored one as it is. */
type SaysNothing<Name extends keyof UserFields> = (
  sent: Sent<Name>,
  user: User,
  settings: ProvisioningSettings,
) => boolean;

/** The members of the profile that describe a person; of all others an ordinary user may change none. */
const ownProfile: ReadonlySet<string> = new Set([
  ...['anniversary', 'birthday', 'marital_status', 'number_of_children', 'spouse_name'],
  ...['middle_name', 'nickname', 'suffix', 'title'],
  ...['assistant_name', 'branches', 'business_category', 'categories', 'commercial_register', 'company'],
  ...['department', 'employeeType', 'manager_name', 'number_of_employee', 'position', 'profession'],
  ...['room_number', 'sales_volume', 'tax_id'],
  ...placesOf('city', 'country', 'postal_code', 'state', 'street', 'fax'),
  ...['cellular_telephone1', 'cellular_telephone2', 'instant_messenger1', 'instant_messenger2', 'url'],
  ...['telephone_assistant', 'telephone_business1', 'telephone_business2', 'telephone_callback'],
  ...['telephone_car', 'telephone_company', 'telephone_home1', 'telephone_home2', 'telephone_ip'],
  ...['telephone_isdn', 'telephone_other', 'telephone_pager', 'telephone_primary', 'telephone_radio'],
  ...['telephone_telex', 'telephone_ttytdd'],
  ...['image1', 'image1ContentType', 'info', 'note'],
  ...Array.from({ length: 20 }, (_, index) => `userfield${String(index + 1).padStart(2, '0')}`),
]);

/** Single list of rights on fields: the user's own, or accepted only when unchanged. */
const fieldRules: { readonly [Name in keyof Required<UserFields>]: 'own' | SaysNothing<Name> } = {
  password: 'own',
  passwordMech: 'own',
  displayName: 'own',
  givenName: 'own',
  surName: 'own',
  language: 'own',
  timezone: 'own',
  login: (sent, user, settings) => sent.trim() === '' || canonicalLogin({ settings }, sent) === user.login,
  passwordExpired: (sent, user) => sent === user.passwordExpired,
  enabled: (sent, user) => sent === user.enabled,
  isContextAdmin: (sent, user) => sent === user.isContextAdmin,
  primaryEmail: (sent, user) => isSameAddress(sent, user.primaryEmail),
  email1: (sent, user) => isSameAddress(sent, user.email1),
  email2: (sent, user) => isSameAddress(sent, user.email2),
  email3: (sent, user) => isSameAddress(sent, user.email3),
  defaultSenderAddress: (sent, user) => isSameAddress(sent, user.defaultSenderAddress),
  aliases: (sent, user) => sent.length === 0 || areSameAddresses(sent, user.aliases),
  maxQuotaMb: (sent, user) => sent === user.maxQuotaMb,
  mailQuotaMb: (sent, user) => sent === user.mailQuotaMb,
  filestoreId: (sent, user) => sent === user.filestoreId,
  // Kept nowhere, thus never shown.
  driveUserFolderMode: () => false,
  driveFolderMode: () => false,
  imap: (sent, user) => isSameEndpoint(sent, user.imap, usualImap),
  smtp: (sent, user) => isSameEndpoint(sent, user.smtp, usualSmtp),
  attributeChanges: (sent, user) => {
    const shown = shownAttributes(user);
    return sent.every(({ namespace, key, value }) => value === (shown.get(namespace)?.get(key) ?? null));
  },
  profile: (sent, user) => {
    const shown = { ...unsetProfile, ...ownProfileOf(user) };
    return Object.entries(sent).every(
      ([name, value]) =>
        ownProfile.has(name) ||
        isDeepStrictEqual(value, shown[name]) ||
        isDeepStrictEqual(value, user.profile[name]),
    );
  },
};

/**
 * Fields that an ordinary user may change himself, without unchanged ones, since clients send whole objects
 * back.
 * @throws ProvisioningError InvalidCredentials `Permission denied` for a changed value of another field
 */
export function ownFields(settings: ProvisioningSettings, user: User, fields: UserFields): UserFields {
  if (settings.selfChange === 'original') return fields;
  for (const name of fieldNames) refuseOthers(name, settings, user, fields);
  const own = fieldNames.filter((name) => fieldRules[name] === 'own').map((name) => [name, fields[name]]);
  const profile = Object.entries(fields.profile).filter(([name]) => ownProfile.has(name));
  return {
    ...(Object.fromEntries(own) as Partial<UserFields>),
    aliases: [],
    imap: {},
    smtp: {},
    attributeChanges: [],
    profile: Object.fromEntries(profile),
  };
}

const fieldNames = Object.keys(fieldRules) as (keyof UserFields)[];

function refuseOthers<Name extends keyof UserFields>(
  name: Name,
  settings: ProvisioningSettings,
  user: User,
  fields: UserFields,
): void {
  const sent = fields[name];
  const rule: 'own' | SaysNothing<Name> = fieldRules[name];
  if (sent === undefined || rule === 'own') return;
  if (!rule(sent as Sent<Name>, user, settings)) throw errors.permissionDenied();
}

function placesOf(...kinds: readonly string[]): string[] {
  return kinds.flatMap((kind) => ['business', 'home', 'other'].map((place) => `${kind}_${place}`));
}

function isSameAddress(sent: string, present: string | null): boolean {
  return normaliseAddress(sent) === normaliseAddress(present ?? '');
}

function areSameAddresses(sent: readonly string[], present: readonly string[]): boolean {
  const normal = (list: readonly string[]) => new Set(list.filter((one) => one !== '').map(normaliseAddress));
  return isDeepStrictEqual(normal(sent), normal(present));
}

function isSameEndpoint(sent: MailEndpointFields, present: MailEndpoint, usual: MailEndpoint): boolean {
  return isDeepStrictEqual(mergeMailEndpoint(present, sent, usual), present);
}
