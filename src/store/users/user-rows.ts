import type { Knex } from 'knex';
import type { ProfileValue, User } from '../../provisioning/model/model.js';
import { groupBy } from '../../util/chunks.js';
import {
  byIds,
  cellRows,
  inOrder,
  isMain,
  mixedRows,
  numberCell,
  rowKind,
  rowsOf,
  textCell,
  type CellRow,
  type KindFrom,
  type MixedRow,
} from '../database/mixed-rows.js';
import { selectOn } from '../database/statement-runner.js';
import { attributesOf } from '../schema/attributes.js';
import { fitting } from '../schema/text-lengths.js';
import { definedColumns, flag, type UserRow } from '../schema/rows.js';

const columns = [
  'context_id',
  'id',
  'is_context_admin',
  'login',
  'password_hash',
  'password_mech',
  'password_expired',
  'enabled',
  'display_name',
  'given_name',
  'sur_name',
  'primary_email',
  'email1',
  'email2',
  'email3',
  'default_sender_address',
  'language',
  'timezone',
  'default_group_id',
  'module_access',
  'max_quota_mb',
  'filestore_id',
  'filestore_owner_id',
  'mail_quota_mb',
  'imap_schema',
  'imap_host',
  'imap_port',
  'smtp_schema',
  'smtp_host',
  'smtp_port',
  'profile',
] as const satisfies readonly (keyof UserRow)[];

/** Columns of a user in `users`. */
export type UserCells = Pick<UserRow, (typeof columns)[number]>;

const ofUsers = 'WHERE context_id = ? AND user_id IN ({ids})';
const aliasKind = rowKind(1, {
  userId: numberCell('user_id'),
  position: numberCell('position'),
  address: textCell('address'),
});
const attributeKind = rowKind(2, {
  userId: numberCell('user_id'),
  namespace: textCell('namespace'),
  name: textCell('name'),
  value: textCell('value'),
});
const belongingKinds: readonly KindFrom[] = [
  [aliasKind, `FROM user_aliases ${ofUsers}`],
  [attributeKind, `FROM user_attributes ${ofUsers}`],
];
const belongingsOf = byIds(cellRows(belongingKinds));

/** Further cells of a usersSql statement, beside whole users. */
export interface FurtherCells {
  readonly columns: readonly string[];
  /** The tables of the columns, joined to `users u`. */
  readonly joins: string;
}

/** Whole users by their ids (byIds), and whatever else, in one statement. */
export function usersSql({ columns: further, joins }: FurtherCells): string {
  const own = columns.map((column) => `u.${column}`);
  const from = `FROM users u ${joins} WHERE u.context_id = ? AND u.id IN ({ids})`;
  return mixedRows({ columns: [...own, ...further], from }, belongingKinds);
}

const plainUsers = byIds(usersSql({ columns: [], joins: '' }));

/** Users with their rows, from a usersSql statement. */
export function toUsers<Row extends UserCells>(rows: readonly MixedRow<Row>[]): { user: User; row: Row }[] {
  const belongings = new Belongings(rows);
  return rows.filter(isMain).map((row) => ({ user: toUser(row, belongings), row }));
}

/** Whole users by their ids, those that exist, in any order. */
export async function findUsers(db: Knex, contextId: number, ids: readonly number[]): Promise<User[]> {
  const rows = await selectOn(db)<MixedRow<UserCells>>(plainUsers(contextId, ids));
  return toUsers(rows).map(({ user }) => user);
}

/** Whole users of one context out of their rows. */
export async function completeUsers(db: Knex, rows: readonly UserCells[]): Promise<User[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const ids = rows.map(({ id }) => id);
  const cells = await selectOn(db)<CellRow>(belongingsOf(first.context_id, ids));
  const belongings = new Belongings(cells);
  return rows.map((row) => toUser(row, belongings));
}

/** Data of users in tables of their own. */
class Belongings {
  private readonly aliases;
  private readonly attributes;

  constructor(rows: readonly MixedRow<object>[]) {
    this.aliases = groupBy(rowsOf(rows, aliasKind), ({ userId }) => userId);
    this.attributes = groupBy(rowsOf(rows, attributeKind), ({ userId }) => userId);
  }

  aliasesOf(userId: number): string[] {
    return inOrder(this.aliases.get(userId) ?? []).map(({ address }) => address);
  }

  attributesOf(userId: number): User['attributes'] {
    return attributesOf(this.attributes.get(userId) ?? []);
  }
}

function toUser(row: UserCells, belongings: Belongings): User {
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
    aliases: belongings.aliasesOf(row.id),
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
    attributes: belongings.attributesOf(row.id),
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
