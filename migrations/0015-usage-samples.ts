import type { Knex } from 'knex';
import { createIndex, dropIndex } from './support/alter-table.js';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // What a user held at a time; a row only where that had changed since the row before.
    name: 'usage_samples',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'at_ms BIGINT NOT NULL',
      'mail_bytes BIGINT NOT NULL',
      'file_bytes BIGINT NOT NULL',
      'PRIMARY KEY (context_id, user_id, at_ms)',
      'CONSTRAINT usage_samples_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
    indexes: { usage_samples_at: 'at_ms' },
  },
];

/** The console finds a login in whatever context it is. */
const loginIndex = { name: 'users_login_lower', table: 'users', columns: 'login_lower' };

/** Usage over time, and users found across contexts. */
export const usageSamples: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    await createIndex(knex, loginIndex);
  },
  async down(knex) {
    await dropIndex(knex, loginIndex);
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
