import type { Knex } from 'knex';
import { isMysql } from './create-table.js';

/**
 * Creates a view, or on MariaDB/MySQL replaces it, so that a migration that was killed can run again. Whoever may read it there needs no
 * rights on the tables below: it reads them as the account that created it.
 */
export async function createView(knex: Knex, name: string, select: string): Promise<void> {
  const create = isMysql(knex) ? 'CREATE OR REPLACE SQL SECURITY DEFINER VIEW' : 'CREATE VIEW IF NOT EXISTS';
  await knex.raw(`${create} ${name} AS ${select}`);
}
