import type { Knex } from 'knex';

/**
 * The first of `count` values in a row of a sequence whose ids nobody chooses, so that none of them can be taken. Locks the
 * sequence until the transaction ends.
 */
export async function takeIds(
  db: Knex,
  name: 'announcement' | 'secondary_account',
  count: number,
): Promise<number> {
  // The update takes the lock; only then is it safe to read.
  await db('sequences').where({ name }).increment('next_value', count);
  const sequence = await db('sequences').where({ name }).first('next_value');
  if (sequence === undefined) throw new Error(`the sequence ${name} is missing`);
  return sequence.next_value - count;
}
