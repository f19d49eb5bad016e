import { cachedByShape, placeholders, type Statement } from './statement.js';

/** Cells of rows of other kinds than the main one. */
const cellCount = 4;
const cellNames = ['cell1', 'cell2', 'cell3', 'cell4'] as const;

/** One kind of row in a UNION over several tables. */
export interface RowKind {
  /** Cells as SQL; up to four. */
  readonly cells: readonly string[];
  /** SQL after the list of a SELECT. */
  readonly from: string;
}

/** A row of a kind that is not the first. Databases give all cells of one number the same type, so numbers may come as texts. */
export interface CellRow {
  /** The place of the kind among those after the first, from 1. */
  readonly kind: number;
  readonly cell1: Cell;
  readonly cell2: Cell;
  readonly cell3: Cell;
  readonly cell4: Cell;
}

export type Cell = string | number | null;

/** A row of the first kind, or of another. */
export type MixedRow<Main> = ({ readonly kind: 0 } & Main) | CellRow;

/**
 * One statement for rows of several kinds, for one snapshot in one round trip. JSON aggregates would need
 * temporary tables, which MariaDB puts on disk.
 * @param main the kind whose columns have names of their own: `expression AS name`
 */
export function mixedRows(
  main: { readonly columns: readonly string[]; readonly from: string },
  others: readonly RowKind[],
): string {
  const noCells = cellNames.map((name) => `NULL AS ${name}`).join(', ');
  const noColumns = nulls(main.columns.length);
  const selects = others.map(({ cells, from }, index) => {
    const padding = nulls(cellCount - cells.length);
    return `SELECT ${[index + 1, ...cells, ...padding, ...noColumns].join(', ')} ${from}`;
  });
  return [`SELECT 0 AS kind, ${noCells}, ${main.columns.join(', ')} ${main.from}`, ...selects].join(
    '\nUNION ALL ',
  );
}

/** Rows of other kinds alone. */
export function cellRows(kinds: readonly RowKind[]): string {
  const [first, ...rest] = kinds.map(({ cells, from }, index) => {
    const filled = [...cells, ...nulls(cellCount - cells.length)];
    return { filled, rest: from, kind: index + 1 };
  });
  if (first === undefined) throw new Error('at least one kind is needed');
  const named = first.filled.map((cell, index) => `${cell} AS ${cellNames[index]}`).join(', ');
  return [
    `SELECT ${first.kind} AS kind, ${named} ${first.rest}`,
    ...rest.map(({ filled, rest: from, kind }) => `SELECT ${[kind, ...filled].join(', ')} ${from}`),
  ].join('\nUNION ALL ');
}

export function isMain<Main>(row: MixedRow<Main>): row is { readonly kind: 0 } & Main {
  return row.kind === 0;
}

/** The rows that are of another kind than the first, by their kind. */
export function cellsOf<Main>(rows: readonly MixedRow<Main>[], kind: number): CellRow[] {
  return rows.filter((row): row is CellRow => row.kind === kind);
}

/** Texts in the order of their positions. */
export function inOrder(cells: readonly (readonly [position: Cell, text: Cell])[]): string[] {
  return [...cells].sort(([a], [b]) => Number(a) - Number(b)).map(([, text]) => String(text));
}

/** A statement about some ids of a context. @param sql has `{ids}` where the ids go, each time after the context's */
export function byIds(sql: string): (contextId: number, ids: readonly number[]) => Statement {
  const parts = sql.split('{ids}');
  const textFor = cachedByShape(({ count }: { readonly count: number }) => parts.join(placeholders(count)));
  return (contextId, ids) => ({
    sql: textFor({ count: ids.length }),
    bindings: parts.slice(1).flatMap(() => [contextId, ...ids]),
  });
}

function nulls(count: number): string[] {
  return new Array<string>(count).fill('NULL');
}
