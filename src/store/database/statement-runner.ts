import type { Knex } from 'knex';
import { DatabaseError, withoutDriverText } from './database-error.js';
import type { MysqlConnection } from './driver/driver-connection.js';
import { noteCommit } from './driver/patience.js';
import type { MysqlClient } from './mysql-client.js';
import { inTransaction, joining, ofCommit, type OnRetry, retrying, type Session } from './session.js';
import { isMysql } from './sql-dialect.js';
import {
  type Binding,
  bothReads,
  isTakenId,
  type ListResult,
  readResult,
  refusalOf,
  rowSets,
  type Select,
  type SelectBoth,
  type Statement,
  type StatementList,
  toCompound,
} from './statement.js';

/** A server prepares no more than 65,535; and what is that big is no matter of round trips. */
const maxCompoundValues = 5_000;

/**
 * Runs the statements of the hot paths. On MariaDB they are prepared once per connection, and a whole
 * transaction is one compound statement in one round trip. Elsewhere they run one by one through knex.
 */
export class StatementRunner {
  private hasCompound: boolean | null = null;
  /** By the first of two texts. */
  private readonly compounds = new Map<string, { readonly second: string; readonly text: string }>();

  constructor(
    private readonly knex: Knex,
    private readonly onRetry?: OnRetry,
  ) {}

  /** Rows of one read, retried after a lost connection. It joins the call's transaction, if any. */
  readonly select: Select = <Row>(statement: Statement) => {
    const session = joining.getStore()?.session;
    if (session) return session.read((db) => selectOn(db)<Row>(statement));
    return retrying(() => this.selectOnce<Row>(statement), this.onRetry);
  };

  /** Like select, for two independent reads. */
  readonly selectBoth: SelectBoth = async <A, B>(first: Statement, second: Statement) => {
    if (joining.getStore()?.session || !(await this.runsCompounds()))
      return [await this.select<A>(first), await this.select<B>(second)];
    const both = {
      sql: this.compoundOf(first.sql, second.sql),
      bindings: [...first.bindings, ...second.bindings],
    };
    const [a = [], b = []] = rowSets(await retrying(() => this.selectOnce(both), this.onRetry));
    return [a as A[], b as B[]];
  };

  /** Made once for the same two texts: drivers find their prepared statements by the text. */
  private compoundOf(first: string, second: string): string {
    const known = this.compounds.get(first);
    if (known?.second === second) return known.text;
    const text = bothReads(first, second);
    this.compounds.set(first, { second, text });
    return text;
  }

  private selectOnce<Row>({ sql, bindings }: Statement): Promise<Row[]> {
    const values = plainBindings(bindings);
    return isMysql(this.knex)
      ? this.onConnection((connection) => this.client.executePrepared<Row[]>(connection, sql, values))
      : plainErrors(async () => (await this.knex.raw(sql, values)) as Row[]);
  }

  /**
   * Runs one transaction, again as a whole when it was rolled back through no fault of its own.
   * @throws what `onNothing` and `conflicts` make; StoreUnavailableError tries used up; CommitUnknownError
   */
  async transact<Row>(list: StatementList): Promise<ListResult<Row>> {
    if (valueCount(list) <= maxCompoundValues && (await this.runsCompounds())) {
      const result = await retrying(() => this.attemptCompound<Row>(list), this.onRetry);
      noteCommit();
      return result;
    }
    const run = (session: Session) => session.untold('told in the list', (db) => runInOrder<Row>(db, list));
    return inTransaction(this.knex, run, this.onRetry);
  }

  private async attemptCompound<Row>(list: StatementList): Promise<ListResult<Row>> {
    const { sql, values } = toCompound(list);
    let isSent = false;
    try {
      return await this.onConnection(async (connection) => {
        isSent = true;
        try {
          return readResult<Row>(list, await this.client.executePrepared(connection, sql, values, true));
        } catch (error) {
          await this.client.rollBack(connection);
          throw error;
        }
      });
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      // COMMIT was sent with the rest, so nobody knows how it ended.
      if (isSent) {
        const ofEnd = ofCommit(error);
        if (ofEnd !== error) throw ofEnd;
      }
      throw refusalOf(error, list) ?? (await conflictOf(error, list.writes, this.select));
    }
  }

  private get client(): MysqlClient {
    return this.knex.client as MysqlClient;
  }

  private onConnection<T>(work: (connection: MysqlConnection) => Promise<T>): Promise<T> {
    const client = this.knex.client as Knex.Client;
    return plainErrors(async () => {
      const connection = (await client.acquireConnection()) as MysqlConnection;
      try {
        return await work(connection);
      } finally {
        await client.releaseConnection(connection);
      }
    });
  }

  /** MySQL has compound statements in stored programs only. */
  private async runsCompounds(): Promise<boolean> {
    if (!isMysql(this.knex)) return false;
    if (this.hasCompound === null) {
      const [row] = await this.select<{ version: string }>({
        sql: 'SELECT VERSION() AS version',
        bindings: [],
      });
      this.hasCompound = /mariadb/i.test(row?.version ?? '');
    }
    return this.hasCompound;
  }
}

/** Runs a list of statements one by one in a transaction that has begun. */
export async function runInOrder<Row>(db: Knex, list: StatementList): Promise<ListResult<Row>> {
  const id = list.takeId === undefined ? null : await takeOne(db, list.takeId);
  const select = selectOn(db);
  const rows = list.read === undefined ? [] : await select<Row>(list.read);
  for (const write of list.writes) {
    const bindings = write.bindings.map((value) => (isTakenId(value) ? id : value));
    try {
      if ((await runOne(db, write.sql, bindings)) === 0 && write.onNothing !== undefined)
        throw write.onNothing();
    } catch (error) {
      const plain = withoutDriverText(error);
      throw plain instanceof DatabaseError ? await conflictOf(plain, [write], select) : plain;
    }
  }
  return { id, rows };
}

async function takeOne(db: Knex, take: NonNullable<StatementList['takeId']>): Promise<number> {
  const { table, counter, where, onNothing } = take;
  // The update locks the row; what is read afterwards is ours alone.
  const update = `UPDATE ${table} SET ${counter} = ${counter} + 1 WHERE ${where.sql}`;
  if ((await runOne(db, update, plainBindings(where.bindings))) === 0) throw onNothing();
  const [row] = await selectOn(db)<{ id: number }>({
    sql: `SELECT ${counter} - 1 AS id FROM ${table} WHERE ${where.sql}`,
    bindings: where.bindings,
  });
  if (row === undefined) throw new Error('the row is locked, so it must be there');
  return row.id;
}

/** Reads within the transaction of `db`. */
export function selectOn(db: Knex): Select {
  return async <Row>({ sql, bindings }: Statement) => {
    const result = (await db.raw(sql, plainBindings(bindings))) as Row[] | [Row[]];
    return isMysql(db) ? (result as [Row[]])[0] : (result as Row[]);
  };
}

/** Number of rows that a write affected. */
async function runOne(db: Knex, sql: string, bindings: readonly Binding[]): Promise<number> {
  const result: unknown = await db.raw(sql, bindings);
  return isMysql(db)
    ? (result as [{ affectedRows: number }])[0].affectedRows
    : (result as { changes: number }).changes;
}

/** The error of a write, as the statement that was refused explains it. */
async function conflictOf(
  error: DatabaseError,
  writes: StatementList['writes'],
  select: Select,
): Promise<Error> {
  if (error.kind !== 'unique' || error.constraint === null) return error;
  const resolvers = writes.flatMap(({ conflicts }) => conflicts?.[error.constraint ?? ''] ?? []);
  if (resolvers.length === 0) return error;
  for (const resolve of resolvers) {
    const conflict = await resolve(select);
    if (conflict !== null) return conflict;
  }
  return new DatabaseError('again', error.code);
}

/** The id of a list that takes one. */
export function requireTakenId(id: number | null): number {
  if (id === null) throw new Error('no id was taken');
  return id;
}

function valueCount({ writes }: StatementList): number {
  return writes.reduce((sum, { bindings }) => sum + bindings.length, 0);
}

function plainBindings(bindings: Statement['bindings']): Binding[] {
  return bindings.filter((value): value is Binding => !isTakenId(value));
}

async function plainErrors<T>(run: () => PromiseLike<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw withoutDriverText(error);
  }
}

/** Number of rows of a query. */
export async function countRows(query: Knex.QueryBuilder): Promise<number> {
  const rows: { n: number | string }[] = await query.count({ n: '*' });
  return Number(rows[0]?.n ?? 0);
}
