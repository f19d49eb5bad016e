import type { Knex } from 'knex';
import { type OnRetry, inTransaction } from '../database/session.js';
import { isMysql } from '../database/sql-dialect.js';

/** Every row of every table of ours, at one moment. */
export type DatabaseCopy = ReadonlyMap<string, readonly Row[]>;
type Row = Readonly<Record<string, Knex.Value>>;

/** knex's own tables, which belong to the schema. */
const schemaTables: ReadonlySet<string> = new Set(['knex_migrations', 'knex_migrations_lock']);

/** SQLite allows 32,766 values in a statement, and MariaDB 65,535. */
const maxValues = 30_000;
/** No statement is made bigger, whatever is in the rows. */
const maxRowsAtOnce = 500;

/** Reads all tables in one transaction. Everything is held in memory: this is for test systems. */
export function copyDatabase(knex: Knex, onRetry?: OnRetry): Promise<DatabaseCopy> {
  return inTransaction(
    knex,
    (session) =>
      session.read(async (db) => {
        const copy = new Map<string, Row[]>();
        for (const table of await tablesOf(db))
          copy.set(table, (await db(table).select(await columnsOf(db, table))) as Row[]);
        return copy;
      }),
    onRetry,
  );
}

/**
 * Puts all tables back to a copy, in one transaction: ids, counters and hashes are those of the copy. A table that the copy does not have is
 * emptied.
 */
export function replaceDatabase(knex: Knex, copy: DatabaseCopy, onRetry?: OnRetry): Promise<void> {
  return inTransaction(
    knex,
    (session) =>
      session.write((db) =>
        withoutForeignKeys(db, async () => {
          const tables = await tablesOf(db);
          for (const table of tables) await db(table).delete();
          for (const table of tables) await insertRows(db, table, copy.get(table) ?? []);
        }),
      ),
    onRetry,
  );
}

async function insertRows(db: Knex, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).length;
  const size = Math.max(1, Math.min(maxRowsAtOnce, Math.floor(maxValues / Math.max(1, columns))));
  for (let from = 0; from < rows.length; from += size) await db(table).insert(rows.slice(from, from + size));
}

/** Rows are checked when all are there; they were in order when they were copied. */
async function withoutForeignKeys(db: Knex, work: () => Promise<void>): Promise<void> {
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
async function columnsOf(db: Knex, table: string): Promise<string[]> {
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

async function tablesOf(db: Knex): Promise<string[]> {
  const names = isMysql(db)
    ? await db('information_schema.tables')
        .whereRaw("table_schema = DATABASE() AND table_type = 'BASE TABLE'")
        .orderBy('table_name')
        .pluck<string[]>('table_name')
    : await db('sqlite_master')
        .where('type', 'table')
        .whereRaw("name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        .orderBy('name')
        .pluck<string[]>('name');
  return names.filter((name) => !schemaTables.has(name));
}
