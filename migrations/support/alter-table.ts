import type { Knex } from 'knex';
import { isMysql } from './create-table.js';

/** Adds a column unless it is there already: MySQL knows no IF NOT EXISTS for columns, and DDL commits by itself. */
export async function addColumn(
  knex: Knex,
  table: string,
  column: string,
  definition: string,
): Promise<void> {
  if (await knex.schema.hasColumn(table, column)) return;
  await knex.raw(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
}

/** An index on a table that is there already. */
export interface Index {
  readonly name: string;
  readonly table: string;
  readonly columns: string;
  /** As `columns`, where MariaDB needs the length of a long text. */
  readonly mysqlColumns?: string;
  readonly isUnique?: boolean;
}

/** Creates an index unless it is there already. */
export async function createIndex(knex: Knex, index: Index): Promise<void> {
  const { name, table, columns, mysqlColumns, isUnique } = index;
  const create = isUnique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX';
  if (!isMysql(knex)) {
    await knex.raw(`${create} IF NOT EXISTS ${name} ON ${table} (${columns})`);
    return;
  }
  if (!(await hasMysqlIndex(knex, index)))
    await knex.raw(`${create} ${name} ON ${table} (${mysqlColumns ?? columns})`);
}

/** Drops an index unless it is gone already. */
export async function dropIndex(knex: Knex, index: Pick<Index, 'name' | 'table'>): Promise<void> {
  if (!isMysql(knex)) await knex.raw(`DROP INDEX IF EXISTS ${index.name}`);
  else if (await hasMysqlIndex(knex, index)) await knex.raw(`DROP INDEX ${index.name} ON ${index.table}`);
}

/** MySQL knows no IF NOT EXISTS for an index. */
async function hasMysqlIndex(knex: Knex, { name, table }: Pick<Index, 'name' | 'table'>): Promise<boolean> {
  const present: unknown = await knex('information_schema.statistics')
    .whereRaw('table_schema = DATABASE()')
    .where({ table_name: table, index_name: name })
    .first('index_name');
  return present !== undefined;
}
