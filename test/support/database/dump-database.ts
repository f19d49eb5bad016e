import Database from 'libsql';

/** Every row of every table, as text that can be compared: `table` → rows in a fixed order. */
export type DatabaseDump = ReadonlyMap<string, readonly string[]>;

/** Reads a whole SQLite database of a test, e.g. to show that nothing was changed. */
export function dumpDatabase(databaseUrl: string, except: readonly string[] = []): DatabaseDump {
  const db = new Database(databaseUrl.replace(/^sqlite:/, ''));
  try {
    const tables = db
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all() as { name: string }[];
    const rowsOf = (table: string) =>
      (db.prepare(`SELECT * FROM "${table}"`).all() as object[]).map((row) => JSON.stringify(row)).sort();
    return new Map(
      tables.filter(({ name }) => !except.includes(name)).map(({ name }) => [name, rowsOf(name)]),
    );
  } finally {
    db.close();
  }
}

/** What is in one dump and not in the other, a line each; empty when they are the same. */
export function differences(before: DatabaseDump, after: DatabaseDump): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((table) => {
    const was = new Set(before.get(table));
    const is = new Set(after.get(table));
    return [
      ...[...was].filter((row) => !is.has(row)).map((row) => `- ${table} ${row}`),
      ...[...is].filter((row) => !was.has(row)).map((row) => `+ ${table} ${row}`),
    ];
  });
}
