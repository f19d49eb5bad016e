import type { Knex } from 'knex';
import { createIndex, dropIndex, type Index } from './support/alter-table.js';

const indexes: readonly Index[] = [
  // Finds exact display names, too, so it takes the place of the one below.
  {
    name: 'users_display_name_lower',
    table: 'users',
    columns: 'context_id, display_name_lower',
  },
  { name: 'contexts_name_lower', table: 'contexts', columns: 'name_lower' },
  { name: 'login_mappings_mapping_lower', table: 'login_mappings', columns: 'mapping_lower' },
];
const replaced = { name: 'users_display_name', table: 'users', columns: 'context_id, display_name' };

/** Lists by the beginning of a name read an index, however many others there are. */
export const searchIndexes: Knex.Migration = {
  async up(knex) {
    for (const index of indexes) await createIndex(knex, index);
    await dropIndex(knex, replaced);
  },
  async down(knex) {
    await createIndex(knex, replaced);
    for (const index of indexes.toReversed()) await dropIndex(knex, index);
  },
};
