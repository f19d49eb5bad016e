import { connect } from './connect.js';
import { parseDatabaseUrl } from './database-url.js';
import { KnexStore } from './knex-store.js';
import { migrateDatabase } from './migrate-database.js';
import type { OnRetry } from './retrying.js';

export interface OpenStoreOptions {
  /** See parseDatabaseUrl. */
  readonly databaseUrl: string;
  readonly onRetry?: OnRetry;
}

/**
 * Brings the schema up to date and opens the store. Any number of processes may do so at once on one database.
 * @throws Error with a text for the operator, without password: bad URL, database out of reach, migration refused
 */
export async function openStore({ databaseUrl, onRetry }: OpenStoreOptions): Promise<KnexStore> {
  const target = parseDatabaseUrl(databaseUrl);
  const knex = connect(target);
  try {
    await migrateDatabase(target, knex);
  } catch (error) {
    await knex.destroy();
    throw error;
  }
  return new KnexStore(knex, onRetry);
}
