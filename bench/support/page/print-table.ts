import type { BenchGoal, BenchGroup, BenchRow, GroupResult } from '../bench-group.js';

/** A group's rows and goals for a terminal. */
export function printGroup(
  { title }: Pick<BenchGroup, 'title'>,
  { rows, goals, skipped = [] }: GroupResult,
): string {
  const table = [tableHeadings, ...rows.map(cellsOf)];
  const widths = tableHeadings.map((_heading, column) =>
    Math.max(...table.map((cells) => (cells[column] ?? '').length)),
  );
  const lines = table.map((cells) =>
    cells
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const missing = skipped.length === 0 ? [] : [`not installed: ${skipped.join(', ')}`];
  return `${['', title, ...lines, ...missing, ...goals.map(goalLine)].join('\n')}\n`;
}

/** What a short run has to say: that they answered, and not how fast. */
export function printAnswered(
  { title }: Pick<BenchGroup, 'title'>,
  { rows, skipped = [] }: GroupResult,
): string {
  const answered = rows.map((row) => `  ${row.case}: ${row.what}`);
  const missing = skipped.length === 0 ? [] : [`  not installed: ${skipped.join(', ')}`];
  return `${[`${title}: answered rightly`, ...answered, ...missing].join('\n')}\n`;
}

/** What cellsOf has in its columns. */
export const tableHeadings = ['case', 'what', 'rps', 'CPU µs', 'db CPU µs', 'p50 ms', 'p99 ms', 'MiB', ''];

/** The cells of a row, rounded to what means something. */
export function cellsOf({ note = '', ...row }: BenchRow): string[] {
  const { rps, cpuMicros, databaseCpuMicros, p50Ms, p99Ms, rssMb } = row;
  return [
    row.case,
    row.what,
    ...[rps, cpuMicros, databaseCpuMicros].map(rounded),
    ...[p50Ms, p99Ms].map((value) => (value === null ? '' : value.toPrecision(3))),
    rounded(rssMb),
    note,
  ];
}

function rounded(value: number | null): string {
  if (value === null) return '';
  return value < 100 ? value.toPrecision(3) : Math.round(value).toString();
}

function goalLine(each: BenchGoal): string {
  const { text, target, explanation = '' } = each;
  return `  ${verdict(each)}: ${text}: ${target}, measured ${measuredText(each)}${explanation === '' ? '' : `\n      ${explanation}`}`;
}

/** `met`, `missed by 12 %` or `not measured`. */
export function verdict({ isMet, measured, target }: BenchGoal): string {
  if (isMet === null || measured === null) return 'not measured';
  if (isMet) return 'met';
  const wanted = Number(/-?[\d.]+$/.exec(target)?.[0]);
  const share = Math.abs(measured / wanted - 1) * 100;
  return `missed by ${share.toFixed(share < 10 ? 1 : 0)} %`;
}

/** The measured number with its spread. */
export function measuredText({ measured, spread }: BenchGoal): string {
  if (measured === null) return '–';
  return spread === null
    ? measured.toPrecision(3)
    : `${measured.toPrecision(3)} (${spread.min.toPrecision(3)} to ${spread.max.toPrecision(3)})`;
}
