import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrations, type NamedMigration } from '../../../migrations/index.js';
import { DatabaseError, explainDatabaseError, withoutDriverText } from '../database/database-error.js';
import type { DatabaseTarget } from '../database/database-url.js';
import { holdingSchema } from '../database/schema-lock.js';

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
    return await holdingSchema(target, knex, (change) => untilUnlocked(() => change(latest)));
  } catch (error) {
    const plain = withoutDriverText(error);
    if (plain instanceof DatabaseError) {
      throw new Error(`cannot open or migrate the database (${explainDatabaseError(plain)})`);
    }
    throw plain;
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
