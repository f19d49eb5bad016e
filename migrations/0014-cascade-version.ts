import type { Knex } from 'knex';
import { addColumn } from './support/alter-table.js';

/**
 * Grows whenever what the unified flags of a context's users depend on may have changed, so that a create can tell, when it takes its
 * id, that what it read before still holds.
 */
export const cascadeVersion: Knex.Migration = {
  async up(knex) {
    await addColumn(knex, 'contexts', 'cascade_version', 'BIGINT NOT NULL DEFAULT 0');
  },
  async down(knex) {
    await knex.raw('ALTER TABLE contexts DROP COLUMN cascade_version');
  },
};
