import type { Knex } from 'knex';

/** A table as SQL that SQLite and MariaDB/MySQL both read. */
export interface Table {
  readonly name: string;
  /** Columns and named constraints, in SQL. */
  readonly columns: readonly string[];
  /** Plain indexes: name → columns. */
  readonly indexes?: Readonly<Record<string, string>>;
}

/**
 * Creates a table in one statement, so that on MariaDB, where DDL commits by itself, a migration that was killed half-way
 * can run again: whatever is there already is left alone.
 */
export async function createTable(knex: Knex, table: Table): Promise<void> {
  const indexes = Object.entries(table.indexes ?? {});
  if (isMysql(knex)) {
    const inline = indexes.map(([name, columns]) => `INDEX ${name} (${columns})`);
    const body = [...table.columns, ...inline].join(', ');
    const collation = await exactCollation(knex);
    await knex.raw(
      `CREATE TABLE IF NOT EXISTS ${table.name} (${body}) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE ${collation}`,
    );
    return;
  }
  await knex.raw(`CREATE TABLE IF NOT EXISTS ${table.name} (${table.columns.join(', ')})`);
  for (const [name, columns] of indexes) {
    await knex.raw(`CREATE INDEX IF NOT EXISTS ${name} ON ${table.name} (${columns})`);
  }
}

/** Whether the database is MariaDB or MySQL. */
export function isMysql(knex: Knex): boolean {
  return (knex.client as { dialect: string }).dialect === 'mysql';
}

/** utf8mb4_bin ignores trailing spaces; MariaDB and MySQL each have their own name for the collation that does not. */
async function exactCollation(knex: Knex): Promise<string> {
  const names = (await knex('information_schema.collations')
    .whereIn('collation_name', ['utf8mb4_nopad_bin', 'utf8mb4_0900_bin'])
    .pluck('collation_name')) as string[];
  return names[0] ?? 'utf8mb4_bin';
}
