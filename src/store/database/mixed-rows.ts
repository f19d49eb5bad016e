import { cachedByShape, placeholders, type Statement } from './statement.js';

/** Cells of rows of other kinds than the main one. */
const cellNames = ['cell1', 'cell2', 'cell3', 'cell4'] as const;

export type Cell = string | number | null;

/** A row of a kind that is not the first. Databases give all cells of one number the same type, so numbers may come as texts. */
export type CellRow = { readonly kind: number } & Readonly<Record<(typeof cellNames)[number], Cell>>;

/** A row of the first kind, or of another. */
export type MixedRow<Main> = ({ readonly kind: 0 } & Main) | CellRow;

/** A cell as SQL, and its type. */
interface TypedCell<T> {
  readonly sql: string;
  readonly read: (cell: Cell) => T;
}

export function numberCell(sql: string): TypedCell<number> {
  return { sql, read: Number };
}

export function textCell<T extends string = string>(sql: string): TypedCell<T> {
  return { sql, read: (cell) => String(cell) as T };
}

export function optionalText(sql: string): TypedCell<string | null> {
  return { sql, read: (cell) => (cell === null ? null : String(cell)) };
}

/** One kind of row in a UNION over several tables. */
export interface RowKind<Row extends object = object> {
  /** Marks the rows of this kind. */
  readonly kind: number;
  readonly cells: readonly string[];
  readonly read: (row: CellRow) => Row;
}

/** A kind of row by the cells that it has, up to four. */
export function rowKind<Row extends object>(
  kind: number,
  cells: { readonly [Name in keyof Row]: TypedCell<Row[Name]> },
): RowKind<Row> {
  const typed = Object.entries<TypedCell<unknown>>(cells);
  const members = cellNames.flatMap((cell, at) => {
    const member = typed[at];
    return member === undefined ? [] : [{ cell, name: member[0], ...member[1] }];
  });
  return {
    kind,
    cells: members.map(({ sql }) => sql),
    read: (row) => Object.fromEntries(members.map(({ cell, name, read }) => [name, read(row[cell])])) as Row,
  };
}

/** Rows of a kind in a statement: the kind, and SQL after the list of its SELECT. */
export type KindFrom = readonly [kind: RowKind, from: string];

/**
 * One statement for rows of several kinds, for one snapshot in one round trip instead of seven. JSON aggregates would need
 * temporary tables, which MariaDB puts on disk.
 * @param main the kind whose columns have names of their own: `expression AS name`
 */
export function mixedRows(
  main: { readonly columns: readonly string[]; readonly from: string },
  others: readonly KindFrom[],
): string {
  const noCells = cellNames.map((name) => `NULL AS ${name}`).join(', ');
  const noColumns = nulls(main.columns.length);
  const selects = others.map(([{ kind, cells }, from]) => {
    const padding = nulls(cellNames.length - cells.length);
    return `SELECT ${[kind, ...cells, ...padding, ...noColumns].join(', ')} ${from}`;
  });
  return [`SELECT 0 AS kind, ${noCells}, ${main.columns.join(', ')} ${main.from}`, ...selects].join(
    '\nUNION ALL ',
  );
}

/** Rows of other kinds alone. */
export function cellRows(kinds: readonly KindFrom[]): string {
  const selects = kinds.map(([{ kind, cells }, from], index) => {
    const filled = [...cells, ...nulls(cellNames.length - cells.length)];
    if (index > 0) return `SELECT ${[kind, ...filled].join(', ')} ${from}`;
    return `SELECT ${kind} AS kind, ${filled.map((cell, at) => `${cell} AS ${cellNames[at]}`).join(', ')} ${from}`;
  });
  return selects.join('\nUNION ALL ');
}

export function isMain<Main>(row: MixedRow<Main>): row is { readonly kind: 0 } & Main {
  return row.kind === 0;
}

/** The rows of one kind that is not the first. */
export function rowsOf<Row extends object>(rows: readonly MixedRow<object>[], of: RowKind<Row>): Row[] {
  return rows.filter((row): row is CellRow => row.kind === of.kind).map(of.read);
}

/** Rows in the order of their positions. */
export function inOrder<Row extends { readonly position: number }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => a.position - b.position);
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
