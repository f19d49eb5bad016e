import type { AuditEntry, AuditValues } from '../../../provisioning/repositories/audit-repository.js';
import { html, named, type Fragment } from './html.js';
import { showCounted, showTime, table } from './tables.js';
import { tag, userPath } from './user-tables.js';

/** Longer values are truncated; REST and the command line show them whole. */
const longestValue = 500;
/** More fields than these are shown when they are asked for. */
const fieldsAtOnce = 6;
const kindsOfAction = { create: 'good', change: 'plain', delete: 'bad' } as const;

/** Path of the changes of a context, or of one user, group or resource in it. */
export function changesPath(root: string, contextId: number, objectId?: number): string {
  const object = objectId === undefined ? '' : `&object=${objectId}`;
  return `${root}/changes?context=${contextId}${object}`;
}

/** Table of changes with caller, old and new values. */
export function changesTable(entries: readonly AuditEntry[], root: string): Fragment {
  if (entries.length === 0) return html`<p>None found.</p>`;
  const columns = [
    { name: 'Time', kind: 'nowrap' as const },
    { name: 'Who', kind: 'name' as const },
    { name: 'Operation', kind: 'name' as const },
    { name: 'What', kind: 'name' as const },
    { name: 'Before', kind: 'name' as const },
    { name: 'After', kind: 'name' as const },
    { name: 'Request id', kind: 'name' as const },
  ];
  const rows = entries.map((entry) => [
    showTime(entry.atMs),
    who(entry),
    html`${entry.operation} <span class="hint">${entry.service}</span>`,
    what(entry, root),
    values(entry.before),
    values(entry.after),
    requestLink(entry, root),
  ]);
  return table('Changes, newest first', columns, rows);
}

function who({ login, principal, address }: AuditEntry): Fragment {
  const from = address === null ? '' : `, ${address}`;
  return html`${named(login)} <span class="hint">${principal}${from}</span>`;
}

function what(entry: AuditEntry, root: string): Fragment {
  const { action, contextId, name } = entry;
  return html`${tag(action, kindsOfAction[action])} ${thing(entry, root)}
  ${name !== '' && named(name)}${contextId !== null && html` in ${contextLink(entry, contextId, root)}`}`;
}

/** A user leads to its page while it may be there, whatever else has an id to its own changes. */
function thing({ action, kind, contextId, objectId }: AuditEntry, root: string): Fragment {
  if (objectId === null) return kind;
  const text = `${kind} ${objectId}`;
  // Of what belongs to no user the object is 0.
  if (contextId === null || objectId === 0) return text;
  const hasPage = kind === 'user' && action !== 'delete';
  const path = hasPage
    ? userPath(root, { contextId, userId: objectId })
    : changesPath(root, contextId, objectId);
  return html`<a href="${path}">${text}</a>`;
}

function contextLink({ action, kind }: AuditEntry, contextId: number, root: string): Fragment {
  const isGone = kind === 'context' && action === 'delete';
  const path = isGone ? changesPath(root, contextId) : `${root}/contexts/${contextId}`;
  return html`<a href="${path}">context ${contextId}</a>`;
}

function requestLink({ requestId }: AuditEntry, root: string): Fragment {
  const query = new URLSearchParams({ requestId }).toString();
  return html`<a href="${root}/changes?${query}">${named(requestId)}</a>`;
}

/** Values as in REST, one field per line. */
function values(shown: AuditValues | null): Fragment {
  const fields = Object.entries(shown ?? {});
  if (fields.length === 0) return '—';
  const lines = html`<ul class="values">
    ${fields.map(([name, value]) => html`<li>${name}: ${named(cut(JSON.stringify(value)))}</li>`)}
  </ul>`;
  if (fields.length <= fieldsAtOnce) return lines;
  return html`<details>
    <summary>${showCounted(fields.length, 'field')}</summary>
    ${lines}
  </details>`;
}

function cut(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
