import type { Knex } from 'knex';
import { insertOrAdd, type Amount } from './file-usage.js';
import { add, type Counter } from './ledger-counters.js';

/** Counts what a user without own storage stored or deleted there; never below 0. */
export async function addToShare(
  db: Knex,
  contextId: number,
  userId: number,
  { used, files }: { readonly used: number; readonly files: number },
): Promise<void> {
  if (used >= 0 && files >= 0)
    return insertOrAdd(db, 'hosted_file_usage', contextId, userId, { bytes: used, files });
  const atLeast0 = (column: string, by: number) =>
    db.raw('CASE WHEN ?? + ? > 0 THEN ?? + ? ELSE 0 END', [column, by, column, by]);
  await db('hosted_file_usage')
    .where({ context_id: contextId, user_id: userId })
    .update({
      bytes: atLeast0('bytes', used),
      files: atLeast0('files', files),
      generation: db.raw('generation + 1'),
    });
}

/**
 * What of a counter belongs to whoever reports a deletion: the share of a user without own storage, or what no such user has a share of.
 * Nobody else changes either until the transaction ends.
 */
export async function ownPart(
  db: Knex,
  contextId: number,
  counter: Counter,
  sharer: number | null,
): Promise<Amount> {
  const nothing = { bytes: 0, files: 0 };
  if (counter.table !== 'file_usage' && counter.table !== 'context_usage')
    return { bytes: Infinity, files: Infinity };
  const whole = await db(counter.table).where(counter.key).forUpdate().first('bytes', 'files');
  if (sharer !== null) {
    const key = { context_id: contextId, user_id: sharer };
    return (await db('hosted_file_usage').where(key).forUpdate().first('bytes', 'files')) ?? nothing;
  }
  const shares = db('hosted_file_usage as h')
    .join('users as u', (on) => on.on('u.context_id', 'h.context_id').andOn('u.id', 'h.user_id'))
    .where('h.context_id', contextId);
  const hostId = counter.table === 'file_usage' ? Number(counter.key['user_id']) : 0;
  if (hostId > 0) void shares.where('u.filestore_owner_id', hostId);
  else void shares.where('u.filestore_owner_id', '<=', 0).where('u.filestore_id', '<=', 0);
  const [sum] = await shares.sum<{ bytes: unknown; files: unknown }[]>({
    bytes: 'h.bytes',
    files: 'h.files',
  });
  const { bytes, files } = whole ?? nothing;
  return {
    bytes: Math.max(0, bytes - Number(sum?.bytes ?? 0)),
    files: Math.max(0, files - Number(sum?.files ?? 0)),
  };
}

/** Sets the share of a user and lets the counter follow; false if the generation is another one by now. */
export async function setShare(
  db: Knex,
  contextId: number,
  userId: number,
  counter: Counter,
  total: { readonly used: number; readonly files: number; readonly generation: number | null },
): Promise<boolean> {
  const key = { context_id: contextId, user_id: userId };
  const row = await db('hosted_file_usage').where(key).forUpdate().first('bytes', 'files', 'generation');
  const share = row ?? { bytes: 0, files: 0, generation: 0 };
  if (total.generation !== null && total.generation !== share.generation) return false;
  const growth = { used: total.used - share.bytes, files: total.files - share.files };
  await add(db, counter, growth);
  await insertOrAdd(db, 'hosted_file_usage', contextId, userId, {
    bytes: growth.used,
    files: growth.files,
  });
  return true;
}
