import type { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import { chunks } from '../../util/chunks.js';
import type { DatabaseError } from './database-error.js';

export type Binding = string | number | null;

/** Stands in a list of statements for the id that the first of them took. */
export const takenId = Object.freeze({ kind: 'taken id' as const });
export type TakenId = typeof takenId;

export function isTakenId(value: Binding | TakenId): value is TakenId {
  return value === takenId;
}

/** One statement in the SQL that both databases understand, with its parameters in the order of the question marks. */
export interface Statement {
  readonly sql: string;
  readonly bindings: readonly (Binding | TakenId)[];
}

/** Answers the rows of a read. */
export type Select = <Row>(statement: Statement) => Promise<Row[]>;

/** Answers the rows of two reads, in one round trip where the database can. */
export type SelectBoth = <A, B>(first: Statement, second: Statement) => Promise<[A[], B[]]>;

/** A write that is known before the transaction begins. */
export interface WriteStatement extends Statement {
  /** Error for no affected row; absent when that is allowed. */
  readonly onNothing?: () => Error;
  /** By unique constraint (its name, or `PRIMARY`): what a refusal means; null: nothing any more, so try again. */
  readonly conflicts?: Readonly<Record<string, (select: Select) => Promise<UniqueConflictError | null>>>;
}

/** A whole transaction that is known before it begins. */
export interface StatementList {
  /** Takes an id first: increments `counter` in the row of `where` and yields its former value. */
  readonly takeId?: {
    readonly table: string;
    readonly counter: string;
    readonly where: Statement;
    /** Error for a missing row. */
    readonly onNothing: () => Error;
  };
  /** Read before anything is written. */
  readonly read?: Statement;
  readonly writes: readonly WriteStatement[];
}

/** Result of a list of statements. */
export interface ListResult<Row> {
  /** null: none was asked for. */
  readonly id: number | null;
  readonly rows: readonly Row[];
}

/** `INSERT INTO table (columns) VALUES (…), (…)`, for rows that all have the same columns. */
export function insertRows(
  table: string,
  rows: readonly Readonly<Record<string, Statement['bindings'][number]>>[],
): Statement {
  const columns = Object.keys(rows[0] ?? {});
  const row = `(${placeholders(columns.length)})`;
  return {
    sql: `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows.map(() => row).join(', ')}`,
    bindings: rows.flatMap((values) => columns.map((column) => values[column] ?? null)),
  };
}

/** Like insertRows, for any number of rows. */
export function insertInChunks(table: string, rows: Parameters<typeof insertRows>[1]): Statement[] {
  return [...chunks(rows)].map((chunk) => insertRows(table, chunk));
}

/** Placeholders for a list of values. */
export function placeholders(count: number): string {
  return new Array<string>(count).fill('?').join(', ');
}

/** Maximum of cached texts; further shapes are those of calls with long lists. */
const maxCached = 200;

/**
 * Cache of SQL by shape, since drivers find prepared statements by text. Its gain is a tenth of a call's time
 * (docs/decisions/0005-hot-statements.md).
 */
export function cachedByShape<Shape extends object, Made>(
  make: (shape: Shape) => Made,
): (shape: Shape) => Made {
  const cache = new Map<string, Made>();
  return (shape) => {
    const key = Object.values(shape).join();
    const known = cache.get(key);
    if (known !== undefined) return known;
    const made = make(shape);
    if (cache.size < maxCached) cache.set(key, made);
    return made;
  };
}

/** One statement that is a whole transaction. */
export interface CompoundStatement {
  readonly sql: string;
  readonly values: readonly Binding[];
}

/** The error of a SIGNAL. */
const signalCode = 'ER_SIGNAL_EXCEPTION';
const mark = 'no row, statement ';

/** MariaDB: a list of statements as one, thus in one round trip. */
export function toCompound({ takeId, read, writes }: StatementList): CompoundStatement {
  const parts = ['START TRANSACTION'];
  const values: Binding[] = [];
  const add = (sql: string, bindings: StatementList['writes'][number]['bindings']): void => {
    let at = 0;
    parts.push(sql.replaceAll('?', () => (isTakenId(bindings[at++] ?? null) ? 'LAST_INSERT_ID()' : '?')));
    for (const value of bindings) if (!isTakenId(value)) values.push(value);
  };
  if (takeId !== undefined) {
    const { table, counter, where } = takeId;
    add(`UPDATE ${table} SET ${counter} = LAST_INSERT_ID(${counter}) + 1 WHERE ${where.sql}`, where.bindings);
    parts.push(unlessRows(0));
  }
  if (read !== undefined) add(read.sql, read.bindings);
  for (const [index, { sql, bindings, onNothing }] of writes.entries()) {
    add(sql, bindings);
    if (onNothing !== undefined) parts.push(unlessRows(index + 1));
  }
  parts.push('COMMIT');
  if (takeId !== undefined) parts.push('SELECT LAST_INSERT_ID() AS id');
  return { sql: `BEGIN NOT ATOMIC ${parts.join('; ')}; END`, values };
}

/** MariaDB: two reads as one statement; they see what is committed when each begins. */
export function bothReads(first: string, second: string): string {
  return `BEGIN NOT ATOMIC ${first}; ${second}; END`;
}

/** Result of a compound: the rows of its reads, and something about the whole. */
export function readResult<Row>({ takeId, read }: StatementList, results: unknown): ListResult<Row> {
  const sets = rowSets(results);
  const [taken] = takeId === undefined ? [] : (sets.at(-1) as { id: number }[]);
  return { id: taken?.id ?? null, rows: read === undefined ? [] : (sets[0] as Row[]) };
}

/** The rows of each read of a compound. */
export function rowSets(results: unknown): unknown[][] {
  return (Array.isArray(results) ? results : []).filter((set): set is unknown[] => Array.isArray(set));
}

/** Error for a statement that affected no row, if that is the cause. */
export function refusalOf(error: DatabaseError, { takeId, writes }: StatementList): Error | null {
  if (error.code !== signalCode || error.signal?.startsWith(mark) !== true) return null;
  const index = Number(error.signal.slice(mark.length));
  const { onNothing } = (index === 0 ? takeId : writes[index - 1]) ?? {};
  return onNothing?.() ?? null;
}

function unlessRows(index: number): string {
  return `IF ROW_COUNT() = 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${mark}${index}'; END IF`;
}
