import { bytesPerMb } from '../../../util/bytes-per-mb.js';
import { type Fragment, html, type Markup } from './html.js';

/** A column: its heading, and how its cells are set. */
export interface Column {
  readonly name: string;
  readonly kind?: 'number' | 'name' | 'nowrap';
}

/** A table that scrolls within itself where it is too wide. The first cell of a row is its heading. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Fragment[])[],
): Markup {
  const heads = columns.map(({ name, kind }) => html`<th scope="col" ${classOf(kind)}>${name}</th>`);
  const cell = (value: Fragment, index: number) => {
    const cls = classOf(columns[index]?.kind);
    return index === 0 ? html`<th scope="row" ${cls}>${value}</th>` : html`<td${cls}>${value}</td>`;
  };
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function classOf(kind: Column['kind']): Markup | null {
  return kind === undefined ? null : html` class="${kind}"`;
}

/** Links to the pages before and after; nothing where there is only one. */
export function pager(
  path: string,
  parameters: Readonly<Record<string, string>>,
  page: number,
  hasMore: boolean,
): Fragment {
  if (page === 1 && !hasMore) return null;
  const link = (to: number, name: string) => pageLink(path, { ...parameters, page: String(to) }, name);
  return pagesList([
    page > 1 && link(page - 1, 'Previous page'),
    html`<li>Page ${page}</li>`,
    hasMore && link(page + 1, 'Next page'),
  ]);
}

/**
 * Pager for newest-first lists, which grow meanwhile, so their pages have no numbers.
 * @param next cursor of the next page; null on the last page
 */
export function trailPager(
  path: string,
  parameters: Readonly<Record<string, string>>,
  isFirst: boolean,
  next: string | null,
): Fragment {
  if (isFirst && next === null) return null;
  return pagesList([
    !isFirst && pageLink(path, parameters, 'Newest'),
    next !== null && pageLink(path, { ...parameters, before: next }, 'Older'),
  ]);
}

function pageLink(path: string, parameters: Readonly<Record<string, string>>, name: string): Markup {
  return html`<li><a href="${path}?${new URLSearchParams(parameters).toString()}">${name}</a></li>`;
}

function pagesList(items: Fragment): Markup {
  return html`<nav aria-label="Pages">
    <ul class="choices">
      ${items}
    </ul>
  </nav>`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** `1.5 GB`, in units of 1,024. */
export function showBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (Math.abs(value) >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = unit === 0 || Math.abs(value) >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit] ?? ''}`;
}

/** Formats a limit like showBytes; null means no limit. */
export function showLimit(bytes: number | null): string {
  return bytes === null ? 'no limit' : showBytes(bytes);
}

/** Formats MB like showBytes. */
export function showMb(mb: number): string {
  return showBytes(mb * bytesPerMb);
}

/** `73 %`; what is not nothing is never shown as such. */
export function showPercent(part: number, whole: number): string {
  if (whole <= 0) return part > 0 ? 'over 100 %' : '0 %';
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 1) return 'below 1 %';
  return `${Math.floor(percent)} %`;
}

/** `12,345` */
export function showCount(count: number): string {
  return count.toLocaleString('en');
}

/** `1 user`, `2 users` */
export function showCounted(count: number, noun: string): string {
  return `${showCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-11-30 06:15:07`, in UTC. */
export function showTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-30`, in UTC. */
export function showDay(atMs: number): string {
  return showTime(atMs).slice(0, 10);
}
