import type { Knex } from 'knex';
import { connect } from './connect.js';
import { databaseBounds } from './database-bounds.js';
import type { DatabaseTarget } from './database-url.js';
import { isGalera } from './mysql-client.js';

/** A migration may rebuild a big table. */
const schemaBounds = { ...databaseBounds(), queryMs: 600_000 };
const lockWaitMs = 60_000;

/** Runs one change of the schema, which may be tried again while another process is at it. */
type Change<T> = (run: (knex: Knex) => Promise<T>) => Promise<T>;

/**
 * Holds the schema for one process while it changes: by a transaction on SQLite, else by a server lock.
 * @throws Error when another process holds the server's lock for a minute
 */
export function holdingSchema<T>(
  target: DatabaseTarget,
  knex: Knex,
  work: (change: Change<T>) => Promise<T>,
): Promise<T> {
  // SQLite's transaction is exclusive, and leaves nothing when interrupted.
  if (target.kind === 'sqlite')
    return work((run) => knex.transaction(async (transaction) => run(transaction)));
  return holdingServerSchema(target, work);
}

async function holdingServerSchema<T>(
  target: DatabaseTarget & { kind: 'mysql' },
  work: (change: Change<T>) => Promise<T>,
): Promise<T> {
  const knex = connect(target, { bounds: schemaBounds });
  try {
    return await holdingServerLock(knex, `oxbow migrations ${target.database}`.slice(0, 64), async () => {
      // knex's lock is a row, which a killed process leaves locked. Ours ends with the connection, so its
      // owner may free such a row. Galera has our lock on one node only, so there the row is waited for.
      if (!isGalera(knex)) await freeStaleRow(knex);
      return work((run) => run(knex));
    });
  } finally {
    await knex.destroy();
  }
}

async function holdingServerLock<T>(knex: Knex, name: string, work: () => Promise<T>): Promise<T> {
  const client = knex.client as Knex.Client;
  const connection: unknown = await client.acquireConnection();
  try {
    const [rows] = (await knex
      .raw('SELECT GET_LOCK(?, ?) AS taken', [name, lockWaitMs / 1000])
      .connection(connection)) as [{ taken: number | null }[]];
    if (rows[0]?.taken !== 1) throw new Error('another process has been migrating the database for a minute');
    return await work();
  } finally {
    await knex.raw('DO RELEASE_LOCK(?)', [name]).connection(connection);
    await client.releaseConnection(connection);
  }
}

async function freeStaleRow(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('knex_migrations_lock')) {
    await knex('knex_migrations_lock').update({ is_locked: 0 });
  }
}
