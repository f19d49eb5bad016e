import { html, type Fragment, type Markup } from './html.js';

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
 * As pager, for what comes newest first and grows meanwhile, so that its pages have no numbers.
 * @param next behind which row the next page begins; null: there is none
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
