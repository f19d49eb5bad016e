import type { DatabaseError } from './database-error.js';
import { isTakenId, type Binding, type ListResult, type StatementList } from './statement.js';

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

/** What a compound answered: the rows of its reads, one after the other, and something about the whole. */
export function readResult<Row>({ takeId, read }: StatementList, results: unknown): ListResult<Row> {
  const sets = rowSets(results);
  const [taken] = takeId === undefined ? [] : (sets.at(-1) as { id: number }[]);
  return { id: taken?.id ?? null, rows: read === undefined ? [] : (sets[0] as Row[]) };
}

/** The rows of each read of a compound. */
export function rowSets(results: unknown): unknown[][] {
  return (Array.isArray(results) ? results : []).filter((set): set is unknown[] => Array.isArray(set));
}

/** What it means that a statement of the list concerned no row, if that is the error. */
export function refusalOf(error: DatabaseError, { takeId, writes }: StatementList): Error | null {
  if (error.code !== signalCode || error.signal?.startsWith(mark) !== true) return null;
  const index = Number(error.signal.slice(mark.length));
  const { onNothing } = (index === 0 ? takeId : writes[index - 1]) ?? {};
  return onNothing?.() ?? null;
}

function unlessRows(index: number): string {
  return `IF ROW_COUNT() = 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${mark}${index}'; END IF`;
}
