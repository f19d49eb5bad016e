import { createPool, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { checkPassword } from './password.js';
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
        if (result === 'caller')
          checkPassword(caller.password, String((answer[0] as RowDataPacket[])[0]?.['password_hash'] ?? ''));
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
}
