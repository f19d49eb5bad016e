import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // Answers of create calls that came with an Idempotency-Key, for the repetition of such a call.
    name: 'idempotency_keys',
    columns: [
      // A hash of who called.
      'caller CHAR(64) NOT NULL',
      'idempotency_key VARCHAR(255) NOT NULL',
      'salt CHAR(32) NOT NULL',
      'digest CHAR(64) NOT NULL',
      'answer MEDIUMTEXT NOT NULL',
      'created_at_ms BIGINT NOT NULL',
      'PRIMARY KEY (caller, idempotency_key)',
    ],
    indexes: { idempotency_keys_created: 'created_at_ms' },
  },
  {
    // Written on a Galera cluster in place of row locks, which hold on one node only (src/store/database/mysql-client.ts).
    name: 'cluster_locks',
    columns: ['name VARCHAR(64) NOT NULL', 'version BIGINT NOT NULL', 'PRIMARY KEY (name)'],
  },
];

/** What several processes and several database servers need. */
export const severalMachines: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
