import type { Knex } from 'knex';

/**
 * The next value of a sequence that is no id of a row of `table` yet. Locks the sequence until the transaction ends.
 */
export async function takeFreeId(db: Knex, name: 'context' | 'reseller'): Promise<number> {
  const table = name === 'context' ? 'contexts' : 'resellers';
  // The update takes the lock; only then is it safe to read.
  await db('sequences').where({ name }).increment('next_value', 1);
  const sequence = await db('sequences').where({ name }).first('next_value');
  if (sequence === undefined) throw new Error(`the sequence ${name} is missing`);
  const id = await firstGap(db, table, sequence.next_value - 1);
  if (id !== sequence.next_value - 1) {
    await db('sequences')
      .where({ name })
      .update({ next_value: id + 1 });
  }
  return id;
}

/** The smallest id from `from` on that no row of the table has. */
async function firstGap(db: Knex, table: 'contexts' | 'resellers', from: number): Promise<number> {
  const pageLength = 500;
  for (let candidate = from; ;) {
    const ids: number[] = await db(table)
      .where('id', '>=', candidate)
      .orderBy('id')
      .limit(pageLength)
      .pluck('id');
    for (const id of ids) {
      if (id !== candidate) return candidate;
      candidate += 1;
    }
    if (ids.length < pageLength) return candidate;
  }
}

/** The next value of a sequence of its own. Locks the sequence until the transaction ends. */
export async function takeNext(
  db: Knex,
  name: 'filestore' | 'database' | 'server' | 'maintenance_reason' | 'job',
): Promise<number> {
  await db('sequences').where({ name }).increment('next_value', 1);
  const sequence = await db('sequences').where({ name }).first('next_value');
  if (sequence === undefined) throw new Error(`the sequence ${name} is missing`);
  return sequence.next_value - 1;
}

/**
 * Reserves `count` consecutive values of a sequence whose ids nobody chooses. Locks the sequence until the
 * transaction ends.
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
