import { quotaState, type QuotaState } from '../../../provisioning/quota/quota-state.js';
import type { UserSummary } from '../../../provisioning/repositories/overview-repository.js';
import { html, named, type Fragment, type Markup } from './html.js';
import { showBytes, showPercent, table } from './tables.js';
import { miniBar } from './usage-bar.js';

/** Users with the state of their quotas, with or without the context they are in. */
export function usersTable(
  caption: string,
  users: readonly UserSummary[],
  root: string,
  showsContext = true,
): Markup {
  const rows = users.map((user) => {
    const state = quotaState(user.input);
    return [
      html`<a href="${userPath(root, user)}">${named(user.login)}</a
        >${user.isContextAdmin && html` ${tag('context admin')}`}${!user.enabled && html` ${tag('disabled', 'warn')}`}`,
      html`${named(user.displayName)}<br /><span class="hint">${named(user.primaryEmail)}</span>`,
      ...(showsContext ? [contextLink(root, user)] : []),
      user.isContextAdmin ? '' : modeTag(state),
      ...(user.isContextAdmin ? ['', ''] : [mailCell(state), filesCell(state, user.input.ownsFilestore)]),
    ];
  });
  const columns = [
    { name: 'Login', kind: 'name' as const },
    { name: 'Display name and address', kind: 'name' as const },
    ...(showsContext ? [{ name: 'Context', kind: 'name' as const }] : []),
    { name: 'Quota' },
    { name: 'Mailbox', kind: 'nowrap' as const },
    { name: 'Files', kind: 'nowrap' as const },
  ];
  return table(caption, columns, rows);
}

/** Path of a user's page. */
export function userPath(
  root: string,
  { contextId, userId }: Pick<UserSummary, 'contextId' | 'userId'>,
): string {
  return `${root}/contexts/${contextId}/users/${userId}`;
}

/** A word about a state, in words and colour. */
export function tag(text: string, kind: 'good' | 'bad' | 'warn' | 'plain' = 'plain'): Markup {
  return html`<span class="tag ${kind}">${text}</span>`;
}

export function modeTag({ mode }: QuotaState): Markup {
  return tag(mode, mode === 'unified' ? 'good' : 'plain');
}

function contextLink(root: string, { contextId, contextName }: UserSummary): Markup {
  return html`<a href="${root}/contexts/${contextId}">${named(contextName)}</a>`;
}

function mailCell({ mode, limits, usage }: QuotaState): Fragment {
  const usedBytes = mode === 'unified' ? usage.totalBytes : usage.mailBytes;
  return filled(mode === 'unified' ? 'total' : 'mail', usedBytes, limits.mailBytes);
}

function filesCell({ mode, limits, usage }: QuotaState, ownsFilestore: boolean): Fragment {
  if (!ownsFilestore) return 'count to the context';
  if (mode === 'unified') return showBytes(usage.fileBytes);
  return filled('files', usage.fileBytes, limits.fileBytes);
}

function filled(kind: 'mail' | 'files' | 'total', usedBytes: number, limitBytes: number | null): Fragment {
  if (limitBytes === null) return html`${showBytes(usedBytes)}, no limit`;
  const isFull = usedBytes >= limitBytes && usedBytes > 0;
  return html`${showBytes(usedBytes)} of ${showBytes(limitBytes)}
  (${showPercent(usedBytes, limitBytes)})${kind === 'total' && ', with files'}${isFull && html` ${tag('full', 'bad')}`}${miniBar(kind, usedBytes, limitBytes)}`;
}
