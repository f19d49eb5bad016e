import { getAdminOfContext, getContext } from '../../../provisioning/contexts/read-contexts.js';
import { summarizeUsers } from '../../../provisioning/overview/overview.js';
import { listUsers } from '../../../provisioning/users/read-users.js';
import { changesPath } from '../parts/changes-table.js';
import {
  beginningWith,
  pageAnswer,
  queryPage,
  queryText,
  type ConsoleAnswer,
  type ConsoleCall,
} from '../parts/console-answer.js';
import { html, named, type Fragment } from '../parts/html.js';
import { showBytes, showMb, pager } from '../parts/tables.js';
import { tag, usersTable } from '../parts/user-tables.js';
import { rowsPerPage, searchForm } from './list-pages.js';

/** A context and the users in it. */
export async function contextPage(call: ConsoleCall, contextId: number): Promise<ConsoleAnswer> {
  const { caller, root } = call;
  const { installation, credentials } = caller;
  const { context, owner, filestore, usedBytes } = await getContext(
    installation,
    { id: contextId },
    credentials,
  );
  const admin = await getAdminOfContext(installation, { id: contextId }, credentials);
  const access = installation.accessCombinations.nameOf(admin.moduleAccess) ?? 'custom';
  const facts: readonly (readonly [string, Fragment])[] = [
    ['Id', context.id],
    ['Owner', owner === null ? 'master admin' : named(owner.name)],
    ['Logins', context.enabled ? tag('enabled', 'good') : tag('disabled', 'warn')],
    ['Module access', access],
    ['Admin', named(admin.login)],
    ['Login mappings', context.loginMappings.map((mapping, at) => [at > 0 ? ', ' : '', named(mapping)])],
    ['File storage', filestore === null ? 'none' : named(filestore.url)],
    [
      'Own files',
      `${showBytes(usedBytes)}, ${context.maxQuotaMb < 0 ? 'no limit' : `limit ${showMb(context.maxQuotaMb)}`}`,
    ],
  ];
  const body = html`<p class="crumbs"><a href="${root}/contexts">Contexts</a></p>
    <h1>${named(context.name)}</h1>
    <p class="lead">
      A context: users who share an address book and, unless they have storage of their own, the space for
      files.
    </p>
    <section class="panel">
      <h2>Facts</h2>
      <dl class="facts">
        ${facts.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      <p><a href="${root}/domains?context=${contextId}">Mail domains of this context</a></p>
      <p><a href="${changesPath(root, contextId)}">Changes in this context</a></p>
    </section>
    <section class="panel">
      <h2>Users</h2>
      ${await usersOf(call, contextId)}
    </section>`;
  return pageAnswer({ title: context.name, place: '/contexts', body });
}

async function usersOf(call: ConsoleCall, contextId: number): Promise<Fragment> {
  const { caller, root } = call;
  const { installation, credentials } = caller;
  if (!installation.settings.masterAccountOverride)
    return html`<p>
      In this installation only a context's own admin can see its users (MASTER_ACCOUNT_OVERRIDE).
    </p>`;
  const search = queryText(call, 'q');
  const page = queryPage(call);
  const wanted = {
    pattern: beginningWith(search),
    ignoreCase: true,
    onlyGuests: false,
    length: rowsPerPage + 1,
    offset: (page - 1) * rowsPerPage,
  };
  const ids = await listUsers(installation, contextId, wanted, credentials);
  const users = await summarizeUsers(installation, contextId, ids.slice(0, rowsPerPage), credentials);
  const path = `${root}/contexts/${contextId}`;
  return html`${searchForm(path, 'Login or display name begins with', search)}
  ${users.length === 0 ? html`<p>No users.</p>` : usersTable('Users by id', users, root, false)}
  ${pager(path, { q: search }, page, ids.length > rowsPerPage)}`;
}
