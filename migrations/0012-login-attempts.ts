import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // Failed logins, and where a right password was used. docs/decisions/0004-login-guessing.md
    name: 'login_attempts',
    columns: [
      // A hash of the login and where it belongs; '' counts all logins that an address tried.
      'account VARCHAR(64) NOT NULL',
      // '' counts all addresses where the right password was never used.
      'address VARCHAR(64) NOT NULL',
      'failures INTEGER NOT NULL',
      // When the first of them was.
      'since_ms BIGINT NOT NULL',
      // When the right password was last used there; NULL: never.
      'right_ms BIGINT NULL',
      'expires_ms BIGINT NOT NULL',
      'PRIMARY KEY (account, address)',
    ],
    indexes: { login_attempts_expires: 'expires_ms', login_attempts_since: 'since_ms' },
  },
];

/** What several processes know together of failed logins. */
export const loginAttempts: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
