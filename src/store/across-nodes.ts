import type { Knex } from 'knex';
import type { MysqlClientConfig } from './mysql-client.js';

/** Bounds the table; two things that share a number only wait for each other now and then. */
const bucketCount = 4_096;

/** Whether the database is a Galera cluster, as far as the connections so far showed. */
export function isGalera(db: Knex): boolean {
  const { cluster } = (db.client as { config: Partial<MysqlClientConfig> }).config;
  return cluster?.isGalera === true;
}

/**
 * What goes beside a row lock on which a decision rests (such as a limit) while the row itself stays as it is. Row locks of Galera
 * hold on one node only; of two transactions that change the same row, though, only one commits, and the other runs again. On other
 * databases it does nothing. Call it before the lock, so that whoever waited reads what was committed meanwhile.
 */
export async function lockAcrossNodes(
  db: Knex,
  kind: 'reseller' | 'context' | 'filestore' | 'user',
  ids: readonly number[],
): Promise<void> {
  if (!isGalera(db)) return;
  const names = new Set(ids.map((id) => `${kind} ${id % bucketCount}`));
  for (const name of [...names].sort()) {
    await db('cluster_locks')
      .insert({ name, version: 1 })
      .onConflict('name')
      .merge({ version: db.raw('version + 1') });
  }
}
