import type { UniqueConflictError } from '../provisioning/errors/store-errors.js';
import { chunks } from '../util/chunks.js';

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
  /** What it means that no row was concerned; absent: nothing. */
  readonly onNothing?: () => Error;
  /** By unique constraint (its name, or `PRIMARY`): what a refusal means; null: nothing any more, so try again. */
  readonly conflicts?: Readonly<Record<string, (select: Select) => Promise<UniqueConflictError | null>>>;
}

/** A whole transaction that is known before it begins. */
export interface StatementList {
  /** Taken first: the column `counter` is raised by one in the row that `where` finds; what it was before is the id. */
  readonly takeId?: {
    readonly table: string;
    readonly counter: string;
    readonly where: Statement;
    /** What it means that there is no such row. */
    readonly onNothing: () => Error;
  };
  /** Read before anything is written. */
  readonly read?: Statement;
  readonly writes: readonly WriteStatement[];
}

/** What a list of statements answers. */
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

/** As insertRows, for any number of rows. */
export function insertInChunks(table: string, rows: Parameters<typeof insertRows>[1]): Statement[] {
  return [...chunks(rows)].map((chunk) => insertRows(table, chunk));
}

/** So many question marks. */
export function placeholders(count: number): string {
  return new Array<string>(count).fill('?').join(', ');
}

/** So many are kept at most; shapes beyond are those of calls with long lists. */
const maxKept = 200;

/**
 * What is made of a shape, once each: putting SQL together costs each call as much as sending it, and drivers find their
 * prepared statements by the text.
 */
export function keptByShape<Shape extends object, Made>(
  make: (shape: Shape) => Made,
): (shape: Shape) => Made {
  const kept = new Map<string, Made>();
  return (shape) => {
    const key = Object.values(shape).join();
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(shape);
    if (kept.size < maxKept) kept.set(key, made);
    return made;
  };
}
