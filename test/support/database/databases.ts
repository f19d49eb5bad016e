import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mariadb, mariadbIsInstalled } from './mariadb.js';

/** A kind of database that suites run over. */
export interface TestDatabase {
  readonly name: 'SQLite in memory' | 'SQLite' | 'MariaDB';
  /** For requirePart: what must be installed, and whether it is. */
  readonly part: string;
  isInstalled(): boolean;
  /** The URL of a new empty database. */
  url(): Promise<string>;
}

let directory: string | null = null;
let files = 0;

/** In a directory that goes with the test process. */
function newSqliteUrl(): string {
  if (directory === null) {
    const made = mkdtempSync(join(tmpdir(), 'oxbow-sqlite-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    directory = made;
  }
  return `sqlite:${join(directory, `${(files += 1)}.db`)}`;
}

export const sqliteInMemory: TestDatabase = {
  name: 'SQLite in memory',
  part: 'libsql',
  isInstalled: () => true,
  url: () => Promise.resolve('sqlite::memory:'),
};

export const sqliteFile: TestDatabase = {
  name: 'SQLite',
  part: 'libsql',
  isInstalled: () => true,
  url: () => Promise.resolve(newSqliteUrl()),
};

export const mariadbServer: TestDatabase = {
  name: 'MariaDB',
  part: 'mariadb-server',
  isInstalled: mariadbIsInstalled,
  url: async () => (await mariadb()).createDatabase(),
};

/** The two kinds that can be deployed. */
export const testDatabases: readonly TestDatabase[] = [sqliteFile, mariadbServer];
