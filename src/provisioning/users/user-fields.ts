import { errors } from '../errors/errors.js';
import type { AttributeChange, MailEndpoint, ProfileValue } from '../model/model.js';
import type { SentMb } from '../model/sent-mb.js';

/**
 * User fields of a request. Absent and nil are the same: not set, on change untouched.
 * Source: docs/contract/values.md#1.
 */
export interface UserFields {
  readonly login?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordMech?: string | undefined;
  readonly passwordExpired?: boolean | undefined;
  readonly enabled?: boolean | undefined;
  readonly displayName?: string | undefined;
  readonly givenName?: string | undefined;
  readonly surName?: string | undefined;
  readonly primaryEmail?: string | undefined;
  readonly email1?: string | undefined;
  readonly email2?: string | undefined;
  readonly email3?: string | undefined;
  readonly defaultSenderAddress?: string | undefined;
  /** An empty list says nothing. */
  readonly aliases: readonly string[];
  readonly language?: string | undefined;
  readonly timezone?: string | undefined;
  readonly maxQuotaMb?: SentMb | undefined;
  /** 0: no limit. SOAP has an operation of its own for it. */
  readonly mailQuotaMb?: number | undefined;
  readonly filestoreId?: number | undefined;
  readonly driveUserFolderMode?: string | undefined;
  /** Kept nowhere. */
  readonly driveFolderMode?: string | undefined;
  /** Never changes anything. */
  readonly isContextAdmin?: boolean | undefined;
  readonly imap: MailEndpointFields;
  readonly smtp: MailEndpointFields;
  readonly attributeChanges: readonly AttributeChange[];
  readonly profile: Readonly<Record<string, ProfileValue>>;
}

/** A mail server as requests give it: in one string, in parts, or both. */
export interface MailEndpointFields {
  /** `imap://host:143`, `host:143` or `host`. */
  readonly url?: string | undefined;
  readonly schema?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * Mail server of a request, given as string and as parts. Clients send whole objects back, so unchanged
 * values are ignored. Of the others, parts win over the string. Parts without a server say nothing, and a
 * server without them has the usual ones.
 * @param usual schema and port of a server that is named without them
 * @throws ProvisioningError Storage for a text that names no server
 */
export function mergeMailEndpoint(
  present: MailEndpoint,
  fields: MailEndpointFields,
  usual: MailEndpoint,
): MailEndpoint {
  const fromUrl =
    fields.url === undefined || fields.url === '' || fields.url === showMailEndpoint(present)
      ? {}
      : parseMailServer(fields.url);
  const fromHost =
    fields.host === undefined || fields.host === '' || fields.host === present.host
      ? {}
      : parseMailServer(fields.host);
  const isNamed = fromUrl.host !== undefined || fromHost.host !== undefined;
  if (!isNamed && !fields.host && !fields.url) return present;
  const base = isNamed ? usual : present;
  const isWhole = fromHost.host !== undefined;
  const parts = {
    ...(fields.schema !== undefined &&
      (isWhole || fields.schema !== present.schema) && { schema: fields.schema }),
    ...(fields.port !== undefined && (isWhole || fields.port !== present.port) && { port: fields.port }),
  };
  return { ...base, ...fromUrl, ...parts, ...fromHost };
}

/** The servers of a user who names none. */
export const usualImap: MailEndpoint = { schema: 'imap://', host: 'localhost', port: 143 };
export const usualSmtp: MailEndpoint = { schema: 'smtp://', host: 'localhost', port: 25 };

/** `imap://localhost:143` */
export function showMailEndpoint(endpoint: MailEndpoint): string {
  return `${endpoint.schema}${endpoint.host}:${endpoint.port}`;
}

function parseMailServer(text: string): Partial<MailEndpoint> {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d{1,5}))?\/?$/i.exec(text);
  if (match === null) throw errors.invalidMailServer(text);
  const [, schema, host = '', port] = match;
  return {
    ...(schema !== undefined && { schema }),
    host,
    ...(port !== undefined && { port: Number(port) }),
  };
}

/** Exactly one underscore. Source: docs/contract/users.md#1-1, point 5. */
export function isLanguage(language: string): boolean {
  return language.split('_').length === 2;
}

/** Asking ICU costs more than all other checks of a new user together, and users live in few zones. */
const knownTimezones = new Set<string>();
const mostKnownTimezones = 1_000;

/** True for a known time zone id, e.g. `Europe/Berlin`. */
export function isTimezone(timezone: string): boolean {
  if (knownTimezones.has(timezone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    return false;
  }
  if (knownTimezones.size < mostKnownTimezones) knownTimezones.add(timezone);
  return true;
}

/** In the order in which the fault lists them. Source: docs/contract/users.md#1-2. */
const mandatory = [
  ['name', 'login'],
  ['display_name', 'displayName'],
  ['password', 'password'],
  ['given_name', 'givenName'],
  ['sur_name', 'surName'],
  ['primaryEmail', 'primaryEmail'],
  ['email1', 'email1'],
] as const satisfies readonly (readonly [string, keyof UserFields])[];

/** A user's fields with all mandatory ones set. */
export type CompleteUserFields = UserFields & Readonly<Record<(typeof mandatory)[number][1], string>>;

/** The names of the mandatory fields that are missing; an empty string counts as missing. */
export function missingMandatoryFields(fields: UserFields): string[] {
  return mandatory.filter(([, key]) => !fields[key]).map(([name]) => name);
}

/** True when no mandatory field is missing. */
export function isComplete(fields: UserFields): fields is CompleteUserFields {
  return missingMandatoryFields(fields).length === 0;
}

/**
 * Refuses a picture whose type nobody says, since nothing is decoded here.
 * @param stored the present profile; what it has is accepted back
 * @throws ProvisioningError Storage
 */
export function checkImageType(sent: UserFields['profile'], stored: UserFields['profile']): void {
  const isNew = sent['image1'] !== undefined && sent['image1'] !== stored['image1'];
  if (isNew && !sent['image1ContentType']) throw errors.imageTypeMissing();
}
