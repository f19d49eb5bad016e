import type { Knex } from 'knex';
import { createIndex, dropIndex, type Index } from './support/alter-table.js';

const index: Index = { name: 'resellers_name_lower', table: 'resellers', columns: 'name_lower' };

/** Resellers log in with their names in any letter case. */
export const resellerNames: Knex.Migration = {
  up: (knex) => createIndex(knex, index),
  down: (knex) => dropIndex(knex, index),
};
