import type { Knex } from 'knex';
import { insertOrAdd } from './file-usage.js';
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
