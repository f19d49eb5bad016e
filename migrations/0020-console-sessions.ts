import type { Knex } from 'knex';
import { addColumn, createIndex, dropIndex } from './support/alter-table.js';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // Logins to the console. Nothing here makes a session: only the browser has the id.
    name: 'console_sessions',
    columns: [
      // SHA-256 of the id, in hexadecimal digits.
      'id_hash VARCHAR(64) NOT NULL',
      'login VARCHAR(255) NOT NULL',
      // Stands for the stored hash of the password that was right: with another one the session has ended.
      'password_mark VARCHAR(64) NOT NULL',
      'expires_ms BIGINT NOT NULL',
      'PRIMARY KEY (id_hash)',
    ],
    indexes: { console_sessions_expires: 'expires_ms' },
  },
];

/** Since when somebody has the id, or the name: what was noted of it before is of somebody else. 0: before there was this column. */
const owned = [
  { table: 'contexts', column: 'made_ms', definition: 'BIGINT NOT NULL DEFAULT 0' },
  { table: 'resellers', column: 'named_ms', definition: 'BIGINT NOT NULL DEFAULT 0' },
  // Whose failed logins go with it; NULL: those of providers.
  { table: 'login_attempts', column: 'context_id', definition: 'BIGINT NULL' },
] as const;
const attemptsIndex = { name: 'login_attempts_context', table: 'login_attempts', columns: 'context_id' };

/** Sessions as rows; the key with which they were signed before goes. Ids and names that are given again know since when. */
export const consoleSessions: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    await knex('settings').where({ name: 'consoleKey' }).delete();
    for (const { table, column, definition } of owned) await addColumn(knex, table, column, definition);
    await createIndex(knex, attemptsIndex);
  },
  async down(knex) {
    await dropIndex(knex, attemptsIndex);
    for (const { table, column } of owned) await knex.raw(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
