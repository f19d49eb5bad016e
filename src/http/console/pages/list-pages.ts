import type { ContextData } from '../../../provisioning/contexts/read-contexts.js';
import type { Reseller } from '../../../provisioning/model/model.js';
import { findUsersByBeginning, searchOwnContexts } from '../../../provisioning/overview/overview.js';
import { listResellers } from '../../../provisioning/resellers/read-resellers.js';
import { parseId } from '../../rest/engine/rest.js';
import {
  beginningWith,
  pageAnswer,
  queryPage,
  queryText,
  type ConsoleAnswer,
  type ConsoleCall,
} from '../parts/console-answer.js';
import { html, named, type Fragment, type Markup } from '../parts/html.js';
import { showBytes, showCounted, showMb, pager, table } from '../parts/tables.js';
import { tag, usersTable } from '../parts/user-tables.js';

/** Rows on a page of a list. */
export const rowsPerPage = 50;
const shortestSearch = 2;

/** The resellers that the caller may list, and a reseller itself. */
export async function resellersPage(call: ConsoleCall): Promise<ConsoleAnswer> {
  const { caller, root } = call;
  const search = queryText(call, 'q');
  const page = queryPage(call);
  const listed = await listResellers(caller.installation, `*${beginningWith(search)}`, caller.credentials);
  const own = caller.provider.kind === 'reseller' && search === '' ? [caller.provider.reseller] : [];
  const all = [...own, ...listed];
  const shown = all.slice((page - 1) * rowsPerPage, page * rowsPerPage);
  const columns = [
    { name: 'Name', kind: 'name' as const },
    { name: 'Display name', kind: 'name' as const },
    { name: 'Id', kind: 'number' as const },
    { name: 'Parent' },
    { name: 'Contexts' },
  ];
  const parentOf = ({ parentId }: Reseller) =>
    parentId === 0 ? 'none' : named(all.find(({ id }) => id === parentId)?.name ?? String(parentId));
  const rows = shown.map((reseller) => [
    named(reseller.name),
    named(reseller.displayName),
    reseller.id,
    parentOf(reseller),
    html`<a href="${root}/contexts?owner=${reseller.id}"
      >contexts<span class="unseen"> of ${named(reseller.name)}</span></a
    >`,
  ]);
  const body = html`<h1>Resellers</h1>
    <p class="lead">
      ${caller.provider.kind === 'master' ? 'All resellers.' : 'You and your child resellers.'}
    </p>
    ${searchForm(`${root}/resellers`, 'Name contains', search)}
    ${rows.length === 0 ? html`<p>None found.</p>` : table(`Resellers, ${showCounted(all.length, 'row')}`, columns, rows)}
    ${pager(`${root}/resellers`, { q: search }, page, all.length > page * rowsPerPage)}`;
  return pageAnswer({
    title: 'Resellers',
    place: '/resellers',
    body: html`<div class="panel">${body}</div>`,
  });
}

/** The contexts that the caller owns. */
export async function contextsPage(call: ConsoleCall): Promise<ConsoleAnswer> {
  const { caller, root } = call;
  const search = queryText(call, 'q');
  const page = queryPage(call);
  const ownerId = parseId(queryText(call, 'owner'));
  const found = await searchOwnContexts(
    caller.installation,
    {
      pattern: beginningWith(search),
      ownerId,
      page: { length: rowsPerPage + 1, offset: (page - 1) * rowsPerPage },
    },
    caller.credentials,
  );
  const shown = found.slice(0, rowsPerPage);
  const kept = { q: search, ...(ownerId === null ? {} : { owner: String(ownerId) }) };
  const body = html`<h1>Contexts</h1>
    <p class="lead">
      ${ownerId === null ? 'All contexts that you can see.' : html`Contexts of reseller ${ownerId}. <a href="${root}/contexts">Show all</a>`}
    </p>
    ${searchForm(`${root}/contexts`, 'Name, id or login mapping begins with', search, ownerId)}
    ${shown.length === 0 ? html`<p>None found.</p>` : contextsTable(shown, root)}
    ${pager(`${root}/contexts`, kept, page, found.length > rowsPerPage)}`;
  return pageAnswer({ title: 'Contexts', place: '/contexts', body: html`<div class="panel">${body}</div>` });
}

/** Users of all contexts that the caller owns, found by how their names begin. */
export async function usersPage(call: ConsoleCall): Promise<ConsoleAnswer> {
  const { caller, root } = call;
  const search = queryText(call, 'q');
  const isLong = [...search].length >= shortestSearch;
  const found = isLong
    ? await findUsersByBeginning(caller.installation, search, rowsPerPage + 1, caller.credentials)
    : null;
  const body = html`<h1>Users</h1>
    <p class="lead">Searches all contexts that you can see. The page of a context lists all its users.</p>
    ${searchForm(`${root}/users`, 'Login, mail address or display name begins with', search)}
    ${search !== '' && !isLong && html`<p>Type at least ${shortestSearch} characters.</p>`}
    ${found !== null && foundUsers(found, root)}`;
  return pageAnswer({ title: 'Users', place: '/users', body: html`<div class="panel">${body}</div>` });
}

/** A search that goes to the same page again. */
export function searchForm(
  path: string,
  label: string,
  value: string,
  ownerId: number | null = null,
): Markup {
  return html`<form method="get" action="${path}" role="search">
    <div class="row">
      <div class="field wide">
        <label for="q">${label}</label
        ><input
          id="q"
          name="q"
          type="search"
          value="${value}"
          maxlength="200"
          autocomplete="off"
          dir="auto"
        />
      </div>
      ${ownerId !== null && html`<input type="hidden" name="owner" value="${ownerId}" />`}<button>
        Search
      </button>
    </div>
  </form>`;
}

function foundUsers(found: Parameters<typeof usersTable>[1], root: string): Fragment {
  if (found.length === 0) return html`<p>No user found.</p>`;
  const shown = found.slice(0, rowsPerPage);
  const hasMore = found.length > rowsPerPage;
  return html`${usersTable(`Users found, ${showCounted(shown.length, 'row')}`, shown, root)}
  ${hasMore && html`<p>There are more. Type more of the name to narrow the search.</p>`}`;
}

function contextsTable(contexts: readonly ContextData[], root: string): Markup {
  const columns = [
    { name: 'Name', kind: 'name' as const },
    { name: 'Id', kind: 'number' as const },
    { name: 'Owner', kind: 'name' as const },
    { name: 'Logins' },
    { name: 'Own files', kind: 'number' as const },
    { name: 'Limit', kind: 'number' as const },
  ];
  const rows = contexts.map(({ context, owner, usedBytes }) => [
    html`<a href="${root}/contexts/${context.id}">${named(context.name)}</a>`,
    context.id,
    owner === null ? 'master admin' : named(owner.name),
    context.enabled ? tag('enabled', 'good') : tag('disabled', 'warn'),
    showBytes(usedBytes),
    context.maxQuotaMb < 0 ? 'no limit' : showMb(context.maxQuotaMb),
  ]);
  return table('Contexts by id', columns, rows);
}
