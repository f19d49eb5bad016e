import { stringify } from 'csv-stringify/sync';
import stringWidth from 'string-width';
import type { CommandIo } from './command-io.js';
import { escapeFormula } from './escape-formula.js';

/** Format of a list; `csv` is safe to open with a spreadsheet, `exactCsv` is for programs. */
export type ListFormat = 'table' | 'csv' | 'exactCsv' | 'json';

export type Row = Readonly<Record<string, unknown>>;

export interface Columns {
  /** Headings of the table, and what stands in them. */
  readonly table: ReadonlyMap<string, (row: Row) => unknown>;
  /** All columns of CSV. */
  readonly csv: ReadonlyMap<string, (row: Row) => unknown>;
}

/** Writes rows as they come, save tables, whose widths are only known at the end. */
export async function printRows(
  io: CommandIo,
  format: ListFormat,
  columns: Columns,
  pages: AsyncIterable<readonly Row[]>,
): Promise<void> {
  const lines: string[][] = [];
  let count = 0;
  const isCsv = format === 'csv' || format === 'exactCsv';
  const cellOf = (value: unknown) => (format === 'csv' ? escapeFormula(textOf(value)) : textOf(value));
  if (isCsv) io.out(stringify([[...columns.csv.keys()]]));
  for await (const page of pages) {
    for (const row of page) {
      if (format === 'json') io.out(`${count === 0 ? '[\n' : ',\n'}${JSON.stringify(row, plainValue)}`);
      else if (format === 'table') lines.push([...columns.table.values()].map((read) => textOf(read(row))));
      count += 1;
    }
    if (isCsv)
      io.out(stringify(page.map((row) => [...columns.csv.values()].map((read) => cellOf(read(row))))));
  }
  if (format === 'json') io.out(count === 0 ? '[]\n' : '\n]\n');
  if (format === 'table') io.out(alignedTable([...columns.table.keys()], lines));
}

/** Lines of aligned columns, numbers to the right; widths are those of a terminal, where 山 takes two. */
export function alignedTable(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  const rows = [headings, ...lines].map((line) =>
    headings.map((_heading, i) => ({ cell: line[i] ?? '', width: stringWidth(line[i] ?? '') })),
  );
  const widths = headings.map((_heading, i) =>
    rows.reduce((width, row) => Math.max(width, row[i]?.width ?? 0), 0),
  );
  const isNumeric = headings.map((_heading, i) => lines.every((line) => /^-?\d*$/.test(line[i] ?? '')));
  const write = (row: (typeof rows)[number]): string => {
    const cells = row.map(({ cell, width }, i) => {
      const padding = ' '.repeat((widths[i] ?? 0) - width);
      return isNumeric[i] === true && lines.length > 0 ? padding + cell : cell + padding;
    });
    return `${cells.join('  ').trimEnd()}\n`;
  };
  return rows.map(write).join('');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(',');
  if (typeof value === 'object') return JSON.stringify(value, plainValue);
  return typeof value === 'string' ? value : `${value as number | boolean | bigint}`;
}

/** Replaces values without a JSON form: long numbers, bytes, and attributes as the contract nests them. */
function plainValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null) return undefined;
  const entries = typeof value === 'object' && 'entries' in value ? value.entries : undefined;
  if (!Array.isArray(entries)) return value;
  return Object.fromEntries(
    (entries as { key?: string; value?: unknown }[]).map(({ key = '', value: inner }) => [key, inner ?? '']),
  );
}

const everyMs = 200;

/** One line on a terminal that is always written over; elsewhere nothing. */
export class ProgressLine {
  private shownAtMs = -Infinity;
  private isShown = false;

  constructor(private readonly io: CommandIo) {}

  /** Writes the line, unless it was written just now. */
  show(text: string): void {
    if (!this.io.showsProgress || performance.now() - this.shownAtMs < everyMs) return;
    this.shownAtMs = performance.now();
    this.isShown = true;
    this.io.err(`\r${text}`);
  }

  /** Takes the line away, for others to write. */
  clear(): void {
    if (this.isShown) this.io.err('\r\u001b[K');
    this.isShown = false;
  }
}
