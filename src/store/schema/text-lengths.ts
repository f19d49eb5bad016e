import { ValueTooLongError } from '../../provisioning/errors/store-errors.js';

/**
 * Maximum length of stored texts in UTF-16 units (as in JavaScript), equal on every database.
 * The columns in migrations/ are at least as wide.
 */
const limits = {
  login: 255,
  displayName: 320,
  givenName: 255,
  surName: 255,
  primaryEmail: 320,
  email1: 320,
  email2: 320,
  email3: 320,
  defaultSenderAddress: 320,
  aliases: 320,
  passwordHash: 512,
  passwordMech: 64,
  language: 64,
  timezone: 64,
  mailEndpointSchema: 32,
  mailEndpointHost: 255,
  attributeNamespace: 128,
  attributeKey: 512,
  attributeValue: 1_000_000,
  /** Length of its JSON. */
  profile: 4_000_000,
  name: 255,
  gabMode: 64,
  resourceDescription: 1_000_000,
  resourcePrivilege: 64,
  customId: 255,
  filestoreUrl: 700,
  serverName: 255,
  databaseName: 255,
  databaseUrl: 1024,
  databaseDriver: 255,
  databaseLogin: 255,
  maintenanceReason: 700,
  loginMappings: 255,
  capability: 255,
  /** Length of its JSON, like the three below. */
  restrictions: 1_000_000,
  capabilities: 1_000_000,
  taxonomies: 1_000_000,
  configuration: 1_000_000,
  /** A normalised mail address (its domain may have become longer in ASCII). */
  mailClaim: 640,
  /** In its ASCII form. */
  mailDomain: 253,
  mailForwardTarget: 320,
  /** Length of its JSON, like the one below. */
  announcement: 100_000,
  secondaryAccount: 100_000,
  settingName: 128,
  settingValue: 1_000_000,
} as const;

export type LimitedField = keyof typeof limits;

/**
 * Returns the text, if there is one and it fits into the field.
 * @throws ValueTooLongError
 */
export function fitting<T extends string | null | undefined>(field: LimitedField, text: T): T {
  if (typeof text === 'string' && text.length > limits[field]) throw new ValueTooLongError(field);
  return text;
}
