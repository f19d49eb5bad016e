import { connect } from './database/connect.js';
import type { DatabaseBounds } from './database/database-bounds.js';
import { parseDatabaseUrl } from './database/database-url.js';
import { engineWarnings } from './database/engine-state.js';
import type { OnRetry } from './database/session.js';
import { type Around, KnexStore } from './knex-store.js';
import { migrateDatabase } from './schema/migrate-database.js';
import type { EndSessions } from './users/ended-sessions.js';

export interface OpenStoreOptions {
  /** See parseDatabaseUrl. */
  readonly databaseUrl: string;
  /** Time limits for a server. */
  readonly bounds?: DatabaseBounds;
  readonly onRetry?: OnRetry;
  /** Runs the steps worth watching: authorisation, transactions and the writes of `users`. */
  readonly around?: Around;
  /** True to record mail server changes in the outbox, for a server that does not read the database. */
  readonly notesChanges?: boolean;
  /** True to record changes in the audit trail, in the transaction of the change. */
  readonly audits?: boolean;
  /** Absent without a mail server whose sessions could end. */
  readonly endSessions?: EndSessions;
  /** Told, in a sentence, when the database is set up so that it may lose what it has acknowledged. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Brings the schema up to date and opens the store. Any number of processes may do so at once on one database.
 * @throws Error with a text for the operator, without password: bad URL, database out of reach, migration refused
 */
export async function openStore({
  databaseUrl,
  bounds,
  onRetry,
  notesChanges,
  audits,
  around,
  endSessions,
  onWarning,
}: OpenStoreOptions): Promise<KnexStore> {
  const target = parseDatabaseUrl(databaseUrl);
  const knex = connect(target, bounds === undefined ? {} : { bounds });
  try {
    await migrateDatabase(target, knex);
    for (const warning of await engineWarnings(target, knex)) onWarning?.(warning);
  } catch (error) {
    await knex.destroy();
    throw error;
  }
  return new KnexStore(knex, onRetry, notesChanges, audits, around, endSessions);
}
