import type { Knex } from 'knex';

/** Differences of the two databases' SQL. */
export interface SqlDialect {
  /** At the end of a read within a transaction. */
  readonly forShare: string;
  readonly forUpdate: string;
  /** SQL of the part of an address behind its @. */
  readonly domainOf: (column: string) => string;
}

const mysql: SqlDialect = {
  forShare: ' LOCK IN SHARE MODE',
  forUpdate: ' FOR UPDATE',
  domainOf: (column) => `SUBSTRING_INDEX(${column}, '@', -1)`,
};

/** A transaction of SQLite has the whole database for itself. */
const sqlite: SqlDialect = {
  forShare: '',
  forUpdate: '',
  domainOf: (column) => `SUBSTR(${column}, INSTR(${column}, '@') + 1)`,
};

export function isMysql(knex: Knex): boolean {
  return (knex.client as { driverName?: string }).driverName === 'mysql2';
}

export function dialectOf(knex: Knex): SqlDialect {
  return isMysql(knex) ? mysql : sqlite;
}
