import type { Knex } from 'knex';

type Counts = Partial<Record<'bytes' | 'files' | 'reserved_bytes', number>>;

/** Says straight in the database what a user holds in its own file storage; the row comes with the first file. */
export async function holdFiles(
  knex: Knex,
  contextId: number,
  userId: number,
  counts: Counts,
): Promise<void> {
  const row = { context_id: contextId, user_id: userId, ...counts };
  await knex('file_usage')
    .insert(row)
    .onConflict(['context_id', 'user_id'])
    .merge({ ...counts });
}
