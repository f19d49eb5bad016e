import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrations, type NamedMigration } from '../../../migrations/index.js';
import { connect } from '../database/connect.js';
import { databaseBounds } from '../database/database-bounds.js';
import { DatabaseError, explainDatabaseError, withoutDriverText } from '../database/database-error.js';
import type { DatabaseTarget } from '../database/database-url.js';
import { isGalera } from '../database/mysql-client.js';

/** A migration may rebuild a big table. */
const migrationBounds = { ...databaseBounds(), queryMs: 600_000 };
const lockWaitMs = 60_000;
const lockPollMs = 200;

const migrationSource: Knex.MigrationSource<NamedMigration> = {
  getMigrations: () => Promise.resolve([...migrations]),
  getMigrationName: ({ name }) => name,
  getMigration: ({ migration }) => Promise.resolve(migration),
};

/**
 * Applies pending migrations under a lock, so that concurrently starting processes wait for each other.
 * @returns names of those applied
 * @throws Error with a text for the operator
 */
export async function migrateDatabase(target: DatabaseTarget, knex: Knex): Promise<string[]> {
  try {
    return target.kind === 'sqlite' ? await migrateSqlite(knex) : await migrateMysql(target);
  } catch (error) {
    const plain = withoutDriverText(error);
    if (plain instanceof DatabaseError) {
      throw new Error(`cannot open or migrate the database (${explainDatabaseError(plain)})`);
    }
    throw plain;
  }
}

/** Runs all migrations in one transaction on SQLite, which is exclusive and leaves nothing when interrupted. */
function migrateSqlite(knex: Knex): Promise<string[]> {
  return untilUnlocked(() => knex.transaction(async (transaction) => latest(transaction)));
}

async function migrateMysql(target: DatabaseTarget & { kind: 'mysql' }): Promise<string[]> {
  const knex = connect(target, { bounds: migrationBounds });
  try {
    return await holdingServerLock(knex, `oxbow migrations ${target.database}`.slice(0, 64), async () => {
      // knex's lock is a row, which a killed process leaves locked. Ours ends with the connection, so its
      // owner may free such a row. Galera has our lock on one node only, so there the row is waited for.
      if (!isGalera(knex)) await freeStaleRow(knex);
      return untilUnlocked(() => latest(knex));
    });
  } finally {
    await knex.destroy();
  }
}

async function latest(knex: Knex): Promise<string[]> {
  const [, applied] = (await knex.migrate.latest({ migrationSource })) as [number, string[]];
  return applied;
}

async function untilUnlocked(migrate: () => Promise<string[]>): Promise<string[]> {
  const giveUpAt = Date.now() + lockWaitMs;
  for (;;) {
    try {
      return await migrate();
    } catch (error) {
      if (!isLocked(error)) throw withClearText(error);
      if (Date.now() > giveUpAt) {
        throw new Error(
          'another process holds the migration lock; if none is running, set is_locked = 0 in knex_migrations_lock',
        );
      }
    }
    await sleep(lockPollMs);
  }
}

function isLocked(error: unknown): boolean {
  if ((error as Error).name === 'MigrationLocked') return true;
  // 1050: another Galera node made knex's own tables a moment earlier.
  const plain = withoutDriverText(error);
  return plain instanceof DatabaseError && (plain.kind === 'again' || plain.code === 'ER_TABLE_EXISTS_ERROR');
}

function withClearText(error: unknown): unknown {
  const missing = /files are missing: (.*)$/.exec((error as Error).message)?.[1];
  if (missing === undefined) return error;
  return new Error(`the database belongs to a newer version of Oxbow (it knows the migrations ${missing})`);
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
