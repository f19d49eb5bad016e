import type { Knex } from 'knex';
import { isMysql } from './sql-dialect.js';

/** Writes rows in any order: SQLite checks references at the end, MariaDB not at all. */
export async function withoutForeignKeys(db: Knex, work: () => Promise<void>): Promise<void> {
  if (!isMysql(db)) {
    // Until the transaction ends.
    await db.raw('PRAGMA defer_foreign_keys = ON');
    return work();
  }
  await db.raw('SET SESSION foreign_key_checks = 0');
  try {
    await work();
  } finally {
    await db.raw('SET SESSION foreign_key_checks = 1');
  }
}

/** Writable columns; the others are generated. */
export async function columnsOf(db: Knex, table: string): Promise<string[]> {
  if (isMysql(db))
    return db('information_schema.columns')
      .whereRaw("table_schema = DATABASE() AND extra NOT LIKE '%GENERATED%'")
      .where('table_name', table)
      .orderBy('ordinal_position')
      .pluck<string[]>('column_name');
  // table_info leaves generated columns out.
  return (db.raw('SELECT name FROM pragma_table_info(?)', [table]) as Promise<{ name: string }[]>).then(
    (rows) => rows.map(({ name }) => name),
  );
}

/** Names of all tables of a database, in order. */
export async function tablesOf(db: Knex): Promise<string[]> {
  return isMysql(db)
    ? db('information_schema.tables')
        .whereRaw("table_schema = DATABASE() AND table_type = 'BASE TABLE'")
        .orderBy('table_name')
        .pluck<string[]>('table_name')
    : db('sqlite_master')
        .where('type', 'table')
        .whereRaw("name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        .orderBy('name')
        .pluck<string[]>('name');
}
