import type { Knex } from 'knex';
import { StoreUnavailableError } from '../../provisioning/errors/store-errors.js';
import type { PoolState } from '../../provisioning/repositories/store.js';
import { isGalera } from './mysql-client.js';

/**
 * Reads one row, to know that calls would be answered. A Galera node outside of the primary component still answers `select 1`, but
 * reads no table and is not ready. While a cluster waits for a node that died, all of it does.
 * @throws StoreUnavailableError, or the driver's error
 */
export async function requireReady(knex: Knex): Promise<void> {
  // No wait here, since no other process would be readier.
  if (isGalera(knex)) await requireReadyNode(knex);
  else await knex('sequences').first('name');
}

/** Use of the connections to a database. */
export function poolStateOf(knex: Knex): PoolState {
  const { pool } = knex.client as { pool?: Pool };
  if (pool === undefined) return { used: 0, free: 0, waiting: 0, size: 0 };
  return {
    used: pool.numUsed(),
    free: pool.numFree(),
    waiting: pool.numPendingAcquires(),
    size: pool.max,
  };
}

/** Part of knex's pool, which its types leave out. */
interface Pool {
  readonly max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

async function requireReadyNode(knex: Knex): Promise<void> {
  const [rows] = (await knex.raw(
    `SET STATEMENT wsrep_sync_wait = 0 FOR SELECT name, (SELECT variable_value FROM information_schema.global_status
     WHERE variable_name = 'wsrep_ready') AS ready FROM sequences LIMIT 1`,
  )) as [{ ready: string }[]];
  if (rows[0]?.ready !== 'ON') throw new StoreUnavailableError();
}
