import type { Knex } from 'knex';
import { type OnRetry, inTransaction } from '../database/session.js';
import { columnsOf, tablesOf, withoutForeignKeys } from '../database/table-catalogue.js';

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
        for (const table of await ourTables(db))
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
          const tables = await ourTables(db);
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

async function ourTables(db: Knex): Promise<string[]> {
  return (await tablesOf(db)).filter((name) => !schemaTables.has(name));
}
