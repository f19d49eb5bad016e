import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // How many objects of a module a context may hold; no row: the config cascade decides.
    name: 'object_quotas',
    columns: [
      'context_id BIGINT NOT NULL',
      'module VARCHAR(64) NOT NULL',
      'max_objects BIGINT NOT NULL',
      'PRIMARY KEY (context_id, module)',
      'CONSTRAINT object_quotas_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'context_capabilities',
    columns: [
      'context_id BIGINT NOT NULL',
      'name VARCHAR(255) NOT NULL',
      'PRIMARY KEY (context_id, name)',
      'CONSTRAINT context_capabilities_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'user_capabilities',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'name VARCHAR(255) NOT NULL',
      'PRIMARY KEY (context_id, user_id, name)',
      'CONSTRAINT user_capabilities_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
  },
];

/** Object quotas of contexts, and capabilities of contexts and users. */
export const contextQuotas: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
