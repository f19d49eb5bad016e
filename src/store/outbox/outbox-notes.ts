import type { Knex } from 'knex';
import { chunks } from '../../util/chunks.js';

/** A burst of uploads is told as one change of the room for mail. */
const fileChangeDelayMs = 5_000;

type NotedKind = 'account' | 'tenant';

/** Mailboxes of a set of users. */
export async function mailboxesOf(
  db: Knex,
  contextId: number,
  userIds: readonly number[] | 'all',
): Promise<string[]> {
  const found: string[] = [];
  const pages = userIds === 'all' ? [null] : chunks(userIds);
  for (const page of pages) {
    const users = db('users').where({ context_id: contextId }).where('mailbox', '<>', '');
    if (page !== null) void users.whereIn('id', page);
    found.push(...((await users.orderBy('mailbox').pluck('mailbox')) as string[]));
  }
  return found;
}

/** Records changed mailboxes or tenants for the mail server. */
export async function noteChanged(db: Knex, kind: NotedKind, names: readonly string[]): Promise<void> {
  await upsert(db, kind, names, { delayMs: 0, removeFirst: false });
}

/** Like noteChanged, for mailboxes whose room depends on their files. */
export async function noteFilesChanged(db: Knex, contextId: number, userId: number): Promise<void> {
  const rows: { username: string }[] = await db
    .from('mail_accounts')
    .where({ context_id: contextId, user_id: userId, is_unified: 1 })
    .select('username');
  const unified = rows.map(({ username }) => username);
  await upsert(db, 'account', unified, { delayMs: fileChangeDelayMs, removeFirst: false });
}

/** The users of mailboxes are gone. Whoever takes such a name next must not find what they had. */
export async function noteRemoved(db: Knex, kind: NotedKind, names: readonly string[]): Promise<void> {
  for (const page of chunks([...new Set(names)])) {
    // An account that the server still has under a former name goes under that name.
    const formers: string[] =
      kind === 'account' ? await db('outbox_renames').whereIn('mailbox', page).pluck('former') : [];
    await upsert(db, kind, [...page, ...formers], { delayMs: 0, removeFirst: true });
    if (formers.length > 0) await db('outbox_renames').whereIn('mailbox', page).delete();
  }
}

/** A mailbox got another name. What the server has under the former name is to follow. */
export async function noteRenamed(db: Knex, from: string, to: string): Promise<void> {
  const pending = await db('outbox').where({ kind: 'account', name: from }).forUpdate().first();
  const isOld = pending?.remove_first === 1;
  await db('outbox_renames').where({ mailbox: from }).update({ mailbox: to });
  // An account `from` belongs to a deleted user, or to one still waiting to be renamed away.
  if (!isOld) {
    await db('outbox_renames').insert({ former: from, mailbox: to }).onConflict('former').ignore();
    await db('outbox').where({ kind: 'account', name: from }).delete();
  }
  await db('outbox_renames').where({ former: to, mailbox: to }).delete();
  // Waits for a worker that is syncing `from` right now.
  const delayMs = Math.max(0, (pending?.lease_until_ms ?? 0) - Date.now());
  await upsert(db, 'account', [to], { delayMs, removeFirst: false });
}

/**
 * Records all mailboxes and all limited contexts. Facts sent before are checked against the server before
 * they are trusted.
 */
export async function noteAll(db: Knex): Promise<void> {
  await db('mail_accounts_told').update({ is_settled: 0 });
  for (let last = ''; ;) {
    const page = (await db('users')
      .where('mailbox', '>', last)
      .distinct('mailbox')
      .orderBy('mailbox')
      .limit(500)
      .pluck('mailbox')) as string[];
    await noteChanged(db, 'account', page);
    const end = page.at(-1);
    if (end === undefined) break;
    last = end;
  }
  const contexts: number[] = await db('context_attributes')
    .where({ namespace: 'stalwart' })
    .distinct('context_id')
    .orderBy('context_id')
    .pluck('context_id');
  await noteChanged(db, 'tenant', contexts.map(String));
}

async function upsert(
  db: Knex,
  kind: NotedKind,
  names: readonly string[],
  { delayMs, removeFirst }: { delayMs: number; removeFirst: boolean },
): Promise<void> {
  const nowMs = Date.now();
  for (const page of chunks([...new Set(names)].sort())) {
    const rows = page.map((name) => {
      const times = { created_at_ms: nowMs, due_at_ms: nowMs + delayMs };
      return { kind, name, version: 1, remove_first: removeFirst ? (1 as const) : (0 as const), ...times };
    });
    if (rows.length === 0) return;
    await db('outbox')
      .insert(rows)
      .onConflict(['kind', 'name'])
      .merge({
        version: db.raw('outbox.version + 1'),
        ...(removeFirst ? { remove_first: 1 } : {}),
      });
  }
}
