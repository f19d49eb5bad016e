import { z } from 'zod';
import { findAuditEntries } from '../../../provisioning/overview/read-audit.js';
import { auditEntryId, auditFilterOf, auditFilters } from '../../rest/audit-router.js';
import { parse } from '../../rest/engine/rest-routes.js';
import { ProblemError } from '../../rest/engine/rest.js';
import { changesTable } from '../parts/changes-table.js';
import { pageAnswer, queryText, type ConsoleAnswer, type ConsoleCall } from '../parts/console-answer.js';
import { html, type Fragment, type Markup, textField } from '../parts/html.js';
import { badMessage, type ConsolePage } from '../parts/layout.js';
import { showCounted, trailPager } from '../parts/tables.js';
import { tag } from '../parts/user-tables.js';
import { rowsPerPage } from './list-pages.js';

type FilterName = keyof typeof auditFilters;
/** Non-empty filter fields as submitted. */
type Typed = Readonly<Partial<Record<FilterName, string>>>;

const fields: readonly (readonly [name: FilterName, label: string])[] = [
  ['context', 'Context'],
  ['object', 'Object'],
  ['login', 'Login'],
  ['operation', 'Operation'],
  ['requestId', 'Request id'],
  ['since', 'Since'],
  ['until', 'Until'],
];
const longestField = 255;

/** The trail of changes, newest first: what `GET /audit/v1/entries` answers the same login, by the same parameters. */
export async function changesPage(call: ConsoleCall): Promise<ConsoleAnswer> {
  const typed = typedFilters(call);
  try {
    return pageAnswer(pageWith(call, typed, await found(call, typed)));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, detail } = error.problem;
    return { status, page: pageWith(call, typed, badMessage(`${detail}.`, 'Nothing was searched.')) };
  }
}

function pageWith(
  { caller, root, auditRetentionDays }: ConsoleCall,
  typed: Typed,
  content: Fragment,
): ConsolePage {
  const path = `${root}/changes`;
  const whose = caller.provider.kind === 'master' ? '' : ' in the contexts that you manage';
  const body = html`<h1>Changes</h1>
    <p class="lead">
      Who changed what${whose}, including deleted objects.
      ${auditRetentionDays > 0 && `Kept for ${showCounted(auditRetentionDays, 'day')}.`}
    </p>
    ${auditRetentionDays === 0 && switchedOff()} ${filterForm(path, typed)} ${content}`;
  return { title: 'Changes', place: '/changes', body: html`<div class="panel">${body}</div>` };
}

/** @throws ProblemError 400 for what cannot be meant */
async function found(call: ConsoleCall, typed: Typed): Promise<Markup> {
  const { caller, root } = call;
  const filter = auditFilterOf(parse(z.object(auditFilters), withZones(typed), 'query'));
  const beforeId = auditEntryId.safeParse(queryText(call, 'before')).data;
  const page = { length: rowsPerPage, ...(beforeId === undefined ? {} : { beforeId }) };
  const { entries, next } = await findAuditEntries(caller.installation, filter, page, caller.credentials);
  return html`${changesTable(entries, root)}
  ${trailPager(`${root}/changes`, typed, beforeId === undefined, next)}`;
}

function switchedOff(): Markup {
  return html`<p>
    ${tag('off', 'warn')} This installation records no changes (AUDIT_RETENTION=0); only earlier ones can be
    found.
  </p>`;
}

function filterForm(path: string, typed: Typed): Markup {
  const isFiltered = Object.keys(typed).length > 0;
  return html`<form method="get" action="${path}" role="search">
    <div class="row">
      ${fields.map(([name, label]) => textField(name, label, typed[name] ?? '', longestField))}<button>
        Search
      </button>
    </div>
    <p class="hint">
      Context and object are ids; the object is a user, group or resource in the context. Times look like
      2026-11-30 or 2026-11-30 08:00, in UTC; “until” itself is not included.
      ${isFiltered && html`<a href="${path}">Show all</a>`}
    </p>
  </form>`;
}

function typedFilters(call: ConsoleCall): Typed {
  const all = fields.map(([name]) => [name, queryText(call, name)] as const);
  return Object.fromEntries(all.filter(([, text]) => text !== ''));
}

/** Times as people write them; all of the console's are in UTC. */
function withZones(typed: Typed): Typed {
  const zoned = ([name, text]: readonly [string, string]) => {
    if (name !== 'since' && name !== 'until') return [name, text] as const;
    const time = text.replace(' ', 'T');
    return [name, /T[\d:.]+$/.test(time) ? `${time}Z` : time] as const;
  };
  return Object.fromEntries(Object.entries(typed).map(zoned));
}
