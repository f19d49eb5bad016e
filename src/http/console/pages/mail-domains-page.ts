import {
  handOverMailDomain,
  listMailDomains,
  listMailDomainsOfContext,
  putMailDomain,
} from '../../../provisioning/oxaas/administer-mail-domains.js';
import type { MailDomain, MailDomainOwner } from '../../../provisioning/repositories/mailbox-repository.js';
import { parseId } from '../../rest/engine/rest.js';
import {
  ConsoleError,
  formText,
  queryPage,
  queryText,
  type ConsoleAnswer,
  type ConsoleCall,
} from '../parts/console-answer.js';
import { html, named, type Fragment, type Markup, textField } from '../parts/html.js';
import { goodMessage, tokenField } from '../parts/layout.js';
import { pager, table } from '../parts/tables.js';
import { tag } from '../parts/user-tables.js';
import { rowsPerPage } from './list-pages.js';

const path = '/domains';
/** The changes that the console knows, by the last part of their path. */
export const mailDomainChanges = ['approve', 'suspend', 'hand-over'] as const;

/**
 * The mail domains within the caller's reach, or those of one context, with the forms that change them.
 * @param problem what went wrong with a form that was sent
 */
export async function mailDomainsPage(
  call: ConsoleCall,
  problem: Markup | null = null,
): Promise<Extract<ConsoleAnswer, { readonly page: unknown }>> {
  const { root } = call;
  const { installation, credentials } = call.caller;
  const page = queryPage(call);
  const contextId = parseId(queryText(call, 'context'));
  const part = { length: rowsPerPage + 1, offset: (page - 1) * rowsPerPage };
  const found =
    contextId === null
      ? await listMailDomains(installation, part, credentials)
      : await listMailDomainsOfContext(installation, contextId, part, credentials);
  const kept = contextId === null ? {} : { context: String(contextId) };
  const body = html`<h1>Mail domains</h1>
    <p class="lead">
      ${
        contextId === null
          ? 'Mail is delivered only for active domains.'
          : html`Domains that context ${contextId} may use. <a href="${root}${path}">Show all</a>`
      }
    </p>
    ${problem ?? (queryText(call, 'saved') === '1' && goodMessage('Saved.'))}
    <section class="panel">
      <h2>Domains</h2>
      ${found.length === 0 ? html`<p>No domains.</p>` : domainsTable(call, found.slice(0, rowsPerPage))}
      ${pager(`${root}${path}`, kept, page, found.length > rowsPerPage)}
    </section>
    <div class="grid">${approveForm(call, problem !== null)}${handOverForm(call, problem !== null)}</div>`;
  return { status: 200, page: { title: 'Mail domains', place: path, body } };
}

/**
 * Changes a mail domain in the way that the last part of the path names: approve, suspend or hand-over.
 * @throws ConsoleError for what cannot be read; ProvisioningError as putMailDomain and handOverMailDomain
 */
export async function changeMailDomain(
  call: ConsoleCall,
  change: (typeof mailDomainChanges)[number],
): Promise<ConsoleAnswer> {
  const { installation, credentials } = call.caller;
  if (change !== 'hand-over') {
    const state = change === 'approve' ? 'active' : 'suspended';
    const domain = formText(call, 'domain');
    const owner = readOwner(formText(call, 'context'));
    await putMailDomain(installation, domain, { state, owner }, credentials);
  } else {
    const domain = formText(call, 'newDomain');
    const owner = readOwner(formText(call, 'newContext'));
    if (owner === undefined)
      throw new ConsoleError(400, 'The new owner is missing.', 'Enter the id of a context.');
    if (!(await handOverMailDomain(installation, domain, owner, credentials)))
      throw new ConsoleError(400, 'There is no such mail domain.');
  }
  return { status: 303, location: `${call.root}${path}?saved=1` };
}

function readOwner(text: string): MailDomainOwner | undefined {
  if (text.trim() === '') return undefined;
  const contextId = parseId(text.trim());
  if (contextId === null) throw new ConsoleError(400, 'The context is not valid.', 'Enter its id, a number.');
  return { kind: 'context', contextId };
}

function domainsTable(call: ConsoleCall, domains: readonly MailDomain[]): Markup {
  const columns = [
    { name: 'Domain', kind: 'name' as const },
    { name: 'State' },
    { name: 'Owner' },
    { name: 'Change' },
  ];
  const rows = domains.map((domain) => [
    named(domain.domain),
    html`${stateTag(domain)}${domain.isShared && html` ${tag('shared')}`}`,
    ownerCell(call.root, domain.owner),
    stateForm(call, domain),
  ]);
  return table('Mail domains by name', columns, rows);
}

function stateTag({ state, isApproved }: MailDomain): Fragment {
  if (state !== 'active') return tag(state, 'warn');
  return isApproved ? tag('active', 'good') : html`${tag('active', 'good')} ${tag('not approved', 'warn')}`;
}

function ownerCell(root: string, owner: MailDomainOwner): Fragment {
  if (owner.kind === 'provider') return 'provider';
  if (owner.kind === 'reseller')
    return html`<a href="${root}/contexts?owner=${owner.resellerId}">reseller ${owner.resellerId}</a>`;
  return html`<a href="${root}/contexts/${owner.contextId}">context ${owner.contextId}</a>`;
}

function stateForm({ root, caller }: ConsoleCall, { domain, state, isApproved }: MailDomain): Markup {
  const change = state === 'active' && isApproved ? 'suspend' : 'approve';
  const name = change === 'suspend' ? 'Suspend' : 'Approve';
  return html`<form method="post" action="${root}${path}/${change}">
    ${tokenField(caller)}<input type="hidden" name="domain" value="${domain}" />
    <button class="quiet">${name}<span class="unseen"> ${domain}</span></button>
  </form>`;
}

function approveForm(call: ConsoleCall, isRefused: boolean): Markup {
  const typed = (name: string) => (isRefused ? formText(call, name) : '');
  return html`<section class="panel">
    <h2>Approve a domain</h2>
    <form method="post" action="${call.root}${path}/approve">
      ${tokenField(call.caller)} ${textField('domain', 'Domain', typed('domain'), 255)}
      ${textField('context', 'Id of the owning context (empty: you)', typed('context'))}
      <button>Approve</button>
    </form>
  </section>`;
}

function handOverForm(call: ConsoleCall, isRefused: boolean): Markup {
  const typed = (name: string) => (isRefused ? formText(call, name) : '');
  return html`<section class="panel">
    <h2>Hand a domain over</h2>
    <form method="post" action="${call.root}${path}/hand-over">
      ${tokenField(call.caller)} ${textField('newDomain', 'Domain', typed('newDomain'), 255)}
      ${textField('newContext', 'Id of the new owning context', typed('newContext'))}
      <button>Hand over</button>
    </form>
    <p class="hint">All others lose it: forwards and catch-alls of other contexts are deleted.</p>
  </section>`;
}
