import { readFileSync } from 'node:fs';

export type ProfileValue = string | number | boolean;
export type Profile = Readonly<Record<string, ProfileValue>>;

/** A row of `users` with the bytes of its file storage; null where it has none. */
export interface UserRow {
  readonly id: number;
  readonly is_context_admin: number;
  readonly login: string;
  readonly password_mech: string;
  readonly password_expired: number;
  readonly enabled: number;
  readonly display_name: string;
  readonly given_name: string;
  readonly sur_name: string;
  readonly primary_email: string;
  readonly email1: string;
  readonly default_sender_address: string;
  readonly language: string;
  readonly timezone: string;
  readonly max_quota_mb: number;
  readonly filestore_id: number;
  readonly file_bytes: number | null;
  readonly imap_schema: string;
  readonly imap_host: string;
  readonly imap_port: number;
  readonly smtp_schema: string;
  readonly smtp_host: string;
  readonly smtp_port: number;
}

export interface Attribute {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/** A user as it is stored, in three tables. */
export interface StoredUser {
  readonly row: UserRow;
  readonly aliases: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly profile: Profile;
}

/** A user as the `soap` package decodes it: everything is text. */
export type RequestedUser = Readonly<Record<string, string | undefined>>;

const { profileDefaults, ...sample } = JSON.parse(
  readFileSync(new URL('../user.json', import.meta.url), 'utf8'),
) as StoredUser & { readonly profileDefaults: Profile };

/** The answer where there is no database. */
export const fixedUser: StoredUser = { ...sample, profile: { ...profileDefaults, ...sample.profile } };

/** The members that have columns of their own, or are never stored. */
const columnMembers = new Set([
  'display_name',
  'email1',
  'given_name',
  'language',
  'maxQuota',
  'name',
  'password',
  'passwordMech',
  'primaryEmail',
  'sur_name',
  'timezone',
]);

/** What a create is going to store. */
export function requestedUser(requested: RequestedUser): StoredUser {
  const text = (name: string): string => requested[name] ?? '';
  const rest = Object.entries(requested).filter(
    (entry): entry is [string, string] => !columnMembers.has(entry[0]) && entry[1] !== undefined,
  );
  return {
    row: {
      ...sample.row,
      login: text('name'),
      display_name: text('display_name'),
      given_name: text('given_name'),
      sur_name: text('sur_name'),
      primary_email: text('primaryEmail'),
      email1: text('email1'),
      default_sender_address: text('primaryEmail'),
      language: text('language'),
      timezone: text('timezone'),
      max_quota_mb: Number(text('maxQuota')),
    },
    aliases: [text('primaryEmail')],
    attributes: [],
    profile: { ...profileDefaults, ...Object.fromEntries(rest) },
  };
}

/** A user as answers show it. */
export function shownUser({ row, aliases, attributes, profile }: StoredUser): Record<string, unknown> {
  return {
    ...profile,
    aliases,
    contextadmin: row.is_context_admin === 1,
    defaultSenderAddress: row.default_sender_address,
    display_name: row.display_name,
    email1: row.email1,
    filestoreId: row.filestore_id,
    given_name: row.given_name,
    id: row.id,
    imapPort: row.imap_port,
    imapSchema: row.imap_schema,
    imapServer: row.imap_host,
    imapServerString: `${row.imap_schema}${row.imap_host}:${row.imap_port}`,
    language: row.language,
    mailenabled: row.enabled === 1,
    maxQuota: row.max_quota_mb,
    name: row.login,
    passwordMech: row.password_mech,
    password_expired: row.password_expired === 1,
    primaryEmail: row.primary_email,
    smtpPort: row.smtp_port,
    smtpSchema: row.smtp_schema,
    smtpServer: row.smtp_host,
    smtpServerString: `${row.smtp_schema}${row.smtp_host}:${row.smtp_port}`,
    sur_name: row.sur_name,
    timezone: row.timezone,
    ...(row.file_bytes === null ? {} : { usedQuota: Math.floor(row.file_bytes / 1_048_576) }),
    ...(attributes.length === 0 ? {} : { userAttributes: shownAttributes(attributes) }),
  };
}

function shownAttributes(attributes: readonly Attribute[]): object {
  const namespaces = new Map<string, object[]>();
  for (const { namespace, name, value } of attributes) {
    const entries = namespaces.get(namespace) ?? [];
    entries.push({ key: name, value });
    namespaces.set(namespace, entries);
  }
  return { entries: [...namespaces].map(([key, entries]) => ({ key, value: { entries } })) };
}
