import knex, { type Knex } from 'knex';
import {
  requestedUser,
  type Profile,
  type RequestedUser,
  type StoredUser,
  type UserRow,
} from '../peers/soap/user.js';
import { checkPassword, saltedSha512 } from './password.js';

const poolSize = 8;
const userColumns = [
  'id',
  'is_context_admin',
  'login',
  'password_mech',
  'password_expired',
  'enabled',
  'display_name',
  'given_name',
  'sur_name',
  'primary_email',
  'email1',
  'default_sender_address',
  'language',
  'timezone',
  'max_quota_mb',
  'filestore_id',
  'imap_schema',
  'imap_host',
  'imap_port',
  'smtp_schema',
  'smtp_host',
  'smtp_port',
  'profile',
].map((column) => `users.${column}`);

export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** Creates and reads users with knex's query builder, statement by statement as bench/peers/statements.json has them. */
export class KnexDatabase {
  private readonly knex: Knex;

  constructor(databaseUrl: string) {
    this.knex = knex({ client: 'mysql2', connection: databaseUrl, pool: { min: 0, max: poolSize } });
  }

  /** @throws Error for a wrong caller, or what the database said */
  async create(contextId: number, requested: RequestedUser, caller: Credentials): Promise<StoredUser> {
    await this.authenticate(contextId, caller);
    const user = requestedUser(requested);
    const passwordHash = saltedSha512(requested['password'] ?? '');
    const id = await this.knex.transaction(async (tx) => {
      const taken = tx.raw('LAST_INSERT_ID(next_principal_id) + 1');
      await table(tx, 'contexts').where({ id: contextId }).update({ next_principal_id: taken });
      const [rows] = (await tx.raw('SELECT LAST_INSERT_ID() AS id')) as [{ id: number }[]];
      const userId = rows[0]?.id ?? 0;
      await insertUser(tx, { ...user, row: { ...user.row, id: userId } }, contextId, passwordHash);
      return userId;
    });
    return { ...user, row: { ...user.row, id } };
  }

  /** @throws Error for a wrong caller or no such user, or what the database said */
  async read(contextId: number, userId: number, caller: Credentials): Promise<StoredUser> {
    await this.authenticate(contextId, caller);
    const row = await table<UserRow & { profile: string }>(this.knex, 'users')
      .leftJoin('file_usage', {
        'file_usage.context_id': 'users.context_id',
        'file_usage.user_id': 'users.id',
      })
      .where({ 'users.context_id': contextId, 'users.id': userId })
      .first(...userColumns, 'file_usage.bytes as file_bytes');
    if (row === undefined) throw new Error('no such user');
    const ofUser = { context_id: contextId, user_id: userId };
    const aliases = await table<{ address: string }>(this.knex, 'user_aliases')
      .where(ofUser)
      .orderBy('position')
      .select('address');
    const attributes = await table<StoredUser['attributes'][number]>(this.knex, 'user_attributes')
      .where(ofUser)
      .orderBy(['namespace', 'name'])
      .select('namespace', 'name', 'value');
    return {
      row,
      aliases: aliases.map(({ address }) => address),
      attributes,
      profile: JSON.parse(row.profile) as Profile,
    };
  }

  private async authenticate(contextId: number, { login, password }: Credentials): Promise<void> {
    const found = await table<{ password_hash: string }>(this.knex, 'contexts')
      .join('resellers', 'resellers.id', 'contexts.owner_id')
      .where({ 'contexts.id': contextId, 'contexts.enabled': 1, 'resellers.name': login })
      .first('resellers.password_hash');
    checkPassword(password, found?.password_hash ?? '');
  }
}

/** A query whose rows are what the caller says; the store's own row types are not used here. */
function table<Row extends object>(db: Knex, name: string): PlainQuery<Row> {
  return db(name as never) as unknown as PlainQuery<Row>;
}

/** The part of knex's query builder that is used, with plain types. */
interface PlainQuery<Row> extends Promise<Row[]> {
  where(values: object): this;
  join(name: string, left: string, right: string): this;
  leftJoin(name: string, columns: object): this;
  orderBy(columns: string | readonly string[]): this;
  select(...columns: string[]): this;
  first(...columns: string[]): Promise<Row | undefined>;
  insert(rows: object | readonly object[]): Promise<unknown>;
  update(values: object): Promise<unknown>;
}

async function insertUser(
  tx: Knex.Transaction,
  { row, aliases, profile }: StoredUser,
  contextId: number,
  passwordHash: string,
): Promise<void> {
  const { file_bytes, ...columns } = row;
  await table(tx, 'users').insert({
    ...columns,
    context_id: contextId,
    login_lower: row.login.toLowerCase(),
    password_hash: passwordHash,
    display_name_lower: row.display_name.toLowerCase(),
    mailbox: row.primary_email.toLowerCase(),
    default_group_id: 1,
    module_access: 33_591_856,
    profile: JSON.stringify(profile),
  });
  const ofUser = { context_id: contextId, user_id: row.id };
  await table(tx, 'user_aliases').insert(
    aliases.map((address, position) => ({ ...ofUser, position, address })),
  );
  await table(tx, 'group_members').insert({ ...ofUser, group_id: 1 });
  await table(tx, 'file_usage').insert({ ...ofUser, bytes: file_bytes ?? 0 });
  await table(tx, 'unique_names').insert([
    { ...ofUser, kind: 'display', scope_context_id: contextId, value: row.display_name },
    { ...ofUser, kind: 'mail', scope_context_id: 0, value: row.primary_email.toLowerCase() },
  ]);
}
