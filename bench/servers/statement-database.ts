import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createPool, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import type { QuotaStatement } from './quota-statements.js';

const poolSize = 8;

/** Rows of the reads by what they are, and the id that was taken. */
export interface StatementResult {
  readonly user: readonly RowDataPacket[] | undefined;
  readonly userId: number;
}

/** Runs lists of statements over mysql2, each prepared once a connection. */
export class StatementDatabase {
  private readonly pool: Pool;

  constructor(databaseUrl: string) {
    this.pool = createPool({ uri: databaseUrl, connectionLimit: poolSize });
  }

  /** Salted SHA-512 as Oxbow stores it. */
  hash(password: string, salt: Buffer = randomBytes(16)): string {
    const hash = createHash('sha512').update(password).update(salt).digest();
    return `{SSHA512}${Buffer.concat([hash, salt]).toString('base64')}`;
  }

  /** @throws Error for a wrong caller, or what the database said */
  async run(
    list: readonly QuotaStatement[],
    given: Readonly<Record<string, string | number>>,
    caller: { readonly login: string; readonly password: string },
  ): Promise<StatementResult> {
    const values: Record<string, string | number> = { ...given, authLogin: caller.login };
    const connection = await this.pool.getConnection();
    let user: readonly RowDataPacket[] | undefined;
    let isInTransaction = false;
    try {
      for (const { kind, result, sql, params } of list) {
        if (kind === 'begin' || kind === 'commit') {
          await connection.query(sql);
          isInTransaction = kind === 'begin';
          continue;
        }
        const answer = await connection.execute<RowDataPacket[] | ResultSetHeader>(
          sql,
          params.map((name) => values[name] ?? null),
        );
        if (kind === 'takeId') values['userId'] = (answer[0] as ResultSetHeader).insertId;
        if (result === 'caller') this.check((answer[0] as RowDataPacket[])[0], caller.password);
        if (result === 'user') user = answer[0] as RowDataPacket[];
      }
      return { user, userId: Number(values['userId']) };
    } catch (error) {
      if (isInTransaction) await connection.query('ROLLBACK');
      throw error;
    } finally {
      connection.release();
    }
  }

  private check(row: RowDataPacket | undefined, password: string): void {
    const stored = String(row?.['password_hash'] ?? '');
    const salt = Buffer.from(stored.slice('{SSHA512}'.length), 'base64').subarray(64);
    const computed = this.hash(password, salt);
    if (stored.length !== computed.length || !timingSafeEqual(Buffer.from(stored), Buffer.from(computed)))
      throw new Error('Authentication failed');
  }
}
