import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // Who changed what. docs/monitoring.md
    name: 'audit_entries',
    columns: [
      // Sorts by time: 12 hexadecimal digits of milliseconds since 1970, 4 of a number, 10 of the process.
      'id CHAR(26) NOT NULL',
      'request_id VARCHAR(64) NOT NULL',
      'service VARCHAR(64) NOT NULL',
      'operation VARCHAR(128) NOT NULL',
      'principal VARCHAR(16) NOT NULL',
      'login VARCHAR(255) NOT NULL',
      'address VARCHAR(64) NOT NULL',
      'action VARCHAR(8) NOT NULL',
      'kind VARCHAR(32) NOT NULL',
      // The reseller that owned the context; NULL: none.
      'owner_id INTEGER NULL',
      'context_id INTEGER NULL',
      'object_id INTEGER NULL',
      'name VARCHAR(255) NOT NULL',
      // JSON of what was changed; NULL: there was nothing before, or is nothing after.
      'old_values MEDIUMTEXT NULL',
      'new_values MEDIUMTEXT NULL',
      'PRIMARY KEY (id)',
    ],
    indexes: {
      audit_entries_context: 'context_id, id',
      audit_entries_object: 'context_id, object_id, id',
      audit_entries_owner: 'owner_id, id',
      audit_entries_login: 'login, id',
      audit_entries_operation: 'operation, id',
      audit_entries_request: 'request_id, id',
    },
  },
];

/** The trail of changes. */
export const audit: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
