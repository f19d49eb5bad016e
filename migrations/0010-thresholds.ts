import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // The highest threshold that a user has reached, by budget (unified, mail or files). No row: none of them.
    name: 'quota_levels',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'budget VARCHAR(16) NOT NULL',
      'percent SMALLINT NOT NULL',
      'PRIMARY KEY (context_id, user_id, budget)',
      'CONSTRAINT quota_levels_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
  },
];

/** Which thresholds of their quotas users have reached. */
export const thresholds: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
