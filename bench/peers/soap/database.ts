import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createPool, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { readStatements, type Statement } from '../statements.js';
import { requestedUser, type Profile, type RequestedUser, type StoredUser, type UserRow } from './user.js';

const poolSize = 8;
const statements = readStatements();

export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** The caller is unknown, or the password is wrong. */
export class AuthenticationError extends Error {}

type Values = Record<string, string | number>;
type Rows = Partial<Record<NonNullable<Statement['result']>, RowDataPacket[]>>;

/** Creates and reads users by the statements of `statements.json`. */
export class Database {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = createPool({ uri: url, connectionLimit: poolSize });
  }

  /** @throws AuthenticationError */
  async create(contextId: number, requested: RequestedUser, caller: Credentials): Promise<StoredUser> {
    const user = requestedUser(requested);
    const { row } = user;
    const values: Values = {
      contextId,
      authLogin: caller.login,
      login: row.login,
      displayName: row.display_name,
      givenName: row.given_name,
      surName: row.sur_name,
      email: row.primary_email,
      passwordHash: saltedSha512(requested['password'] ?? '', randomBytes(16)),
      language: row.language,
      timezone: row.timezone,
      maxQuotaMb: row.max_quota_mb,
      profile: JSON.stringify(user.profile),
    };
    await this.run(statements.create, values, caller);
    return { ...user, row: { ...row, id: Number(values['userId']) } };
  }

  /** @throws AuthenticationError */
  async read(contextId: number, userId: number, caller: Credentials): Promise<StoredUser> {
    const values: Values = { contextId, userId, authLogin: caller.login };
    const rows = await this.run(statements.getData, values, caller);
    const row = rows.user?.[0] as (UserRow & { readonly profile: string }) | undefined;
    if (row === undefined) throw new Error(`No such user ${userId} in context ${contextId}`);
    return {
      row,
      aliases: (rows.aliases ?? []).map(({ address }) => String(address)),
      attributes: (rows.attributes ?? []) as (RowDataPacket & StoredUser['attributes'][number])[],
      profile: JSON.parse(row.profile) as Profile,
    };
  }

  private async run(list: readonly Statement[], values: Values, caller: Credentials): Promise<Rows> {
    const connection = await this.pool.getConnection();
    const rows: Rows = {};
    let inTransaction = false;
    try {
      for (const { kind, result, sql, params } of list) {
        if (kind === 'begin' || kind === 'commit') {
          await connection.query(sql);
          inTransaction = kind === 'begin';
          continue;
        }
        const given = params.map((name) => values[name] ?? null);
        const [answer] = await connection.execute<RowDataPacket[] | ResultSetHeader>(sql, given);
        if (kind === 'takeId') values['userId'] = (answer as ResultSetHeader).insertId;
        if (kind === 'read' && result !== undefined) rows[result] = answer as RowDataPacket[];
        if (result === 'caller') checkPassword(rows.caller?.[0]?.['password_hash'], caller.password);
      }
      return rows;
    } catch (error) {
      if (inTransaction) await connection.query('ROLLBACK');
      throw error;
    } finally {
      connection.release();
    }
  }
}

/** @throws AuthenticationError */
function checkPassword(stored: unknown, password: string): void {
  if (typeof stored === 'string' && stored.startsWith('{SSHA512}')) {
    const salt = Buffer.from(stored.slice('{SSHA512}'.length), 'base64').subarray(64);
    const expected = Buffer.from(stored);
    const computed = Buffer.from(saltedSha512(password, salt));
    if (expected.length === computed.length && timingSafeEqual(expected, computed)) return;
  }
  throw new AuthenticationError('Authentication failed');
}

function saltedSha512(password: string, salt: Buffer): string {
  const hash = createHash('sha512').update(password).update(salt).digest();
  return `{SSHA512}${Buffer.concat([hash, salt]).toString('base64')}`;
}
