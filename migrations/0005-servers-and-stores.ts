import type { Knex } from 'knex';
import { addColumn, createIndex, type Index } from './support/alter-table.js';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    name: 'maintenance_reasons',
    columns: ['id BIGINT NOT NULL', 'text VARCHAR(700) NOT NULL', 'PRIMARY KEY (id)'],
  },
  {
    // What a user without own file storage holds in the one that its files count to, the context's or a master user's; it is part of
    // the bytes of context_usage or of the master's file_usage.
    name: 'hosted_file_usage',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'bytes BIGINT NOT NULL DEFAULT 0',
      'files BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (context_id, user_id)',
      'CONSTRAINT hosted_file_usage_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
  },
];

/** table, column, definition */
const columns: readonly (readonly [string, string, string])[] = [
  // Whose file storage filestore_id is: 0 = the user's own, else a master user's of the same context.
  ['users', 'filestore_owner_id', 'BIGINT NOT NULL DEFAULT 0'],
  ['contexts', 'database_id', 'BIGINT NOT NULL DEFAULT 1'],
  ['registered_databases', 'url', "VARCHAR(1024) NOT NULL DEFAULT ''"],
  ['registered_databases', 'driver', "VARCHAR(255) NOT NULL DEFAULT ''"],
  ['registered_databases', 'login', "VARCHAR(255) NOT NULL DEFAULT ''"],
  // The id of the master that this is a read-only copy of; null: a master itself.
  ['registered_databases', 'master_id', 'BIGINT NULL'],
  ['registered_databases', 'max_units', 'BIGINT NOT NULL DEFAULT 1000000'],
  ['registered_databases', 'pool_initial', 'BIGINT NOT NULL DEFAULT 0'],
  ['registered_databases', 'pool_max', 'BIGINT NOT NULL DEFAULT 100'],
  ['registered_databases', 'pool_hard_limit', 'BIGINT NOT NULL DEFAULT 1'],
];

const indexes: readonly Index[] = [
  { name: 'contexts_filestore', table: 'contexts', columns: 'filestore_id' },
  { name: 'contexts_database', table: 'contexts', columns: 'database_id' },
  { name: 'users_filestore', table: 'users', columns: 'filestore_id, filestore_owner_id' },
  { name: 'users_filestore_owner', table: 'users', columns: 'context_id, filestore_owner_id' },
  { name: 'registered_servers_name', table: 'registered_servers', columns: 'name', isUnique: true },
  { name: 'registered_databases_name', table: 'registered_databases', columns: 'name', isUnique: true },
  { name: 'maintenance_reasons_text', table: 'maintenance_reasons', columns: 'text', isUnique: true },
  // No longer url is stored (src/store/schema/text-lengths.ts), so the part that the index holds is all of it.
  {
    name: 'filestores_url',
    table: 'filestores',
    columns: 'url',
    mysqlColumns: 'url(700)',
    isUnique: true,
  },
];

const sequences = [
  { name: 'filestore', next_value: 2 },
  { name: 'database', next_value: 2 },
  { name: 'server', next_value: 2 },
  { name: 'maintenance_reason', next_value: 1 },
  { name: 'job', next_value: 1 },
];

/** Servers, databases, file storages and maintenance reasons as OXUtilService knows them; users with a master's file storage. */
export const serversAndStores: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    for (const [table, column, definition] of columns) await addColumn(knex, table, column, definition);
    for (const index of indexes) await createIndex(knex, index);
    await knex('sequences').insert(sequences).onConflict('name').ignore();
  },
  /** Columns and indexes stay: whatever came before does not mind them. */
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
