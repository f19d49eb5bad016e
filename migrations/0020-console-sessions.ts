import type { Knex } from 'knex';
import { createTable, type Table } from './create-table.js';

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

/** Sessions as rows; the key with which they were signed before goes. */
export const consoleSessions: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    await knex('settings').where({ name: 'consoleKey' }).delete();
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
