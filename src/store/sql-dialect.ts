import type { Knex } from 'knex';

/** Where the SQL of the two databases differs. */
export interface SqlDialect {
  readonly jsonArray: string;
  /** The aggregate that puts rows into one JSON array. */
  readonly jsonRows: string;
  /** At the end of a read within a transaction. */
  readonly forShare: string;
  readonly forUpdate: string;
}

const mysql: SqlDialect = {
  jsonArray: 'JSON_ARRAY',
  jsonRows: 'JSON_ARRAYAGG',
  forShare: ' LOCK IN SHARE MODE',
  forUpdate: ' FOR UPDATE',
};

/** A transaction of SQLite has the whole database for itself. */
const sqlite: SqlDialect = {
  jsonArray: 'json_array',
  jsonRows: 'json_group_array',
  forShare: '',
  forUpdate: '',
};

export function isMysql(knex: Knex): boolean {
  return (knex.client as { driverName?: string }).driverName === 'mysql2';
}

export function dialectOf(knex: Knex): SqlDialect {
  return isMysql(knex) ? mysql : sqlite;
}
