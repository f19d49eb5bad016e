import type { Knex } from 'knex';
import type { ProfileValue, User } from '../provisioning/model.js';
import { attributesOf, inOrder, type JsonRows } from './json-rows.js';
import { fitting } from './limits.js';
import { definedColumns, flag, type UserRow } from './rows.js';
import { dialectOf, type SqlDialect } from './sql-dialect.js';

/** A row of `users` with what stands in other tables. */
export type WholeUserRow = UserRow & {
  readonly aliases: JsonRows<[position: number, address: string]>;
  readonly attributes: JsonRows<[namespace: string, name: string, value: string]>;
};

/** What belongs to the user rows of `table`, for the list of a select. */
export function belongingsSql({ jsonArray, jsonRows }: SqlDialect, table: string): string {
  return `(SELECT ${jsonRows}(${jsonArray}(al.position, al.address)) FROM user_aliases al
      WHERE al.context_id = ${table}.context_id AND al.user_id = ${table}.id) AS aliases,
    (SELECT ${jsonRows}(${jsonArray}(ua.namespace, ua.name, ua.value)) FROM user_attributes ua
      WHERE ua.context_id = ${table}.context_id AND ua.user_id = ${table}.id) AS attributes`;
}

/** A query for whole users. */
export function wholeUsers(db: Knex): Knex.QueryBuilder<UserRow, WholeUserRow[]> {
  return db('users').select('users.*', db.raw(belongingsSql(dialectOf(db), 'users')));
}

export function toUser(row: WholeUserRow): User {
  return {
    contextId: row.context_id,
    id: row.id,
    isContextAdmin: row.is_context_admin === 1,
    login: row.login,
    passwordHash: row.password_hash,
    passwordMech: row.password_mech,
    passwordExpired: row.password_expired === 1,
    enabled: row.enabled === 1,
    displayName: row.display_name,
    givenName: row.given_name,
    surName: row.sur_name,
    primaryEmail: row.primary_email,
    email1: row.email1,
    email2: row.email2,
    email3: row.email3,
    defaultSenderAddress: row.default_sender_address,
    aliases: inOrder(row.aliases),
    language: row.language,
    timezone: row.timezone,
    defaultGroupId: row.default_group_id,
    moduleAccess: row.module_access,
    maxQuotaMb: row.max_quota_mb,
    filestoreId: row.filestore_id,
    filestoreOwnerId: row.filestore_owner_id,
    mailQuotaMb: row.mail_quota_mb,
    imap: { schema: row.imap_schema, host: row.imap_host, port: row.imap_port },
    smtp: { schema: row.smtp_schema, host: row.smtp_host, port: row.smtp_port },
    attributes: attributesOf(row.attributes),
    profile: JSON.parse(row.profile) as Record<string, ProfileValue>,
  };
}

type ChangeableColumns = Omit<
  UserRow,
  'context_id' | 'id' | 'is_context_admin' | 'mailbox' | 'unified_enabled'
>;

/**
 * The columns for the members that are there, so all of them for a whole user.
 * @throws ValueTooLongError
 */
export function toUserColumns(user: User): ChangeableColumns;
export function toUserColumns(user: Partial<User>): Partial<ChangeableColumns>;
export function toUserColumns(user: Partial<User>): Partial<ChangeableColumns> {
  return definedColumns({
    login: fitting('login', user.login),
    login_lower: user.login?.toLowerCase(),
    password_hash: fitting('passwordHash', user.passwordHash),
    password_mech: fitting('passwordMech', user.passwordMech),
    password_expired: flag(user.passwordExpired),
    enabled: flag(user.enabled),
    display_name: fitting('displayName', user.displayName),
    display_name_lower: user.displayName?.toLowerCase(),
    given_name: fitting('givenName', user.givenName),
    sur_name: fitting('surName', user.surName),
    primary_email: fitting('primaryEmail', user.primaryEmail),
    email1: fitting('email1', user.email1),
    email2: fitting('email2', user.email2),
    email3: fitting('email3', user.email3),
    default_sender_address: fitting('defaultSenderAddress', user.defaultSenderAddress),
    language: fitting('language', user.language),
    timezone: fitting('timezone', user.timezone),
    default_group_id: user.defaultGroupId,
    module_access: user.moduleAccess,
    max_quota_mb: user.maxQuotaMb,
    filestore_id: user.filestoreId,
    filestore_owner_id: user.filestoreOwnerId,
    mail_quota_mb: user.mailQuotaMb,
    imap_schema: fitting('mailEndpointSchema', user.imap?.schema),
    imap_host: fitting('mailEndpointHost', user.imap?.host),
    imap_port: user.imap?.port,
    smtp_schema: fitting('mailEndpointSchema', user.smtp?.schema),
    smtp_host: fitting('mailEndpointHost', user.smtp?.host),
    smtp_port: user.smtp?.port,
    profile: user.profile && fitting('profile', JSON.stringify(user.profile)),
  });
}

/**
 * The name under which Dovecot knows a user's mailbox and writes its usage. A context admin has none.
 * @throws ValueTooLongError lower case can be longer
 */
export function toMailbox(user: Pick<User, 'isContextAdmin' | 'primaryEmail'>): string | null {
  return user.isContextAdmin ? null : fitting('primaryEmail', user.primaryEmail.toLowerCase());
}
