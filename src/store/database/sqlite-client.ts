import SqliteClientBase from 'knex/lib/dialects/better-sqlite3/index.js';
import SqliteTransactionBase from 'knex/lib/dialects/sqlite3/execution/sqlite-transaction.js';
import type Database from 'libsql';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time limit for the write lock of another process. */
const writeLockTimeoutMs = 5_000;
/** Pauses between attempts double up to this one. */
const longestPauseMs = 20;
/** Time limit for others to release the file at opening; shorter than knex waits for a connection. */
const openTimeoutMs = 2_000;

export interface SqliteConnectionSettings {
  readonly filename: string;
  /** `shared`: other processes may read and write; `exclusive`: none may; `asItIs`: for those who only look. */
  readonly journal: 'shared' | 'exclusive' | 'asItIs';
}

const inUse: Readonly<Record<SqliteConnectionSettings['journal'], string>> = {
  shared:
    'another program has the SQLite file open with a write-ahead log, or for itself: stop it for this start (docs/operating.md)',
  exclusive: 'another program has the SQLite file open, which exclusive=true does not allow: stop it',
  asItIs: 'another program has the SQLite file for itself',
};

/** A transaction that takes the write lock at once, so that it can never fail half-way because another process wrote. */
class ImmediateTransaction extends SqliteTransactionBase {
  protected override async begin(connection: Database.Database): Promise<unknown> {
    return untilFree(() => connection.exec('BEGIN IMMEDIATE'));
  }
}

/** Waits without blocking the event loop while another process (or another store of this one) holds the lock. */
async function untilFree<T>(run: () => T | Promise<T>, timeoutMs = writeLockTimeoutMs): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await run();
    } catch (error) {
      if (!isBusy(error) || Date.now() > giveUpAt) throw error;
    }
    await sleep(pauseMs);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

/** knex's better-sqlite3 dialect on libsql, which has the same interface and needs no install script. */
export class SqliteClient extends SqliteClientBase {
  /** Connections with a statement that stayed busy; they are closed, not used again. */
  private readonly withOpenStatement = new WeakSet<Database.Database>();

  /** Loaded only here, as knex does: a service on MariaDB has no use for its 5 MB. */
  protected override _driver(): typeof Database {
    return createRequire(import.meta.url)('libsql') as typeof Database;
  }

  override async acquireRawConnection(): Promise<Database.Database> {
    const { filename, journal } = this.connectionSettings as SqliteConnectionSettings;
    const Driver = this.driver as typeof Database;
    const connection = new Driver(filename);
    // The driver is synchronous: what SQLite itself waits for a lock blocks the event loop.
    connection.exec('PRAGMA busy_timeout = 0');
    try {
      await untilFree(() => setUp(connection, journal), openTimeoutMs);
    } catch (error) {
      connection.close();
      throw isBusy(error) ? new Error(inUse[journal]) : error;
    }
    return connection;
  }

  /**
   * Sends a statement again that met the lock of another process, COMMIT among them: it has done nothing yet. It must
   * be the same one: libsql leaves a busy statement open, which keeps the lock of every later read.
   */
  protected override async _query(
    connection: Database.Database,
    query: { options?: object },
  ): Promise<unknown> {
    let statement: Database.Statement | undefined;
    const oneStatement = { prepare: (sql: string) => (statement ??= connection.prepare(sql)) };
    try {
      return await untilFree(() => super._query(oneStatement, query));
    } catch (error) {
      if (statement !== undefined && isBusy(error)) this.withOpenStatement.add(connection);
      throw error;
    }
  }

  override transaction(container: unknown, config: unknown, outerTransaction: unknown): never {
    return new ImmediateTransaction(this, container, config, outerTransaction) as never;
  }

  /**
   * Rolls a connection back that returns inside a transaction (failed COMMIT), since others wait for its
   * lock.
   */
  override releaseConnection(connection: Database.Database): Promise<void> {
    try {
      rollBack(connection);
    } catch {
      // It is tried again before anybody gets the connection.
    }
    return super.releaseConnection(connection) as Promise<void>;
  }

  override validateConnection(connection: Database.Database): Promise<boolean> {
    if (this.withOpenStatement.has(connection)) return Promise.resolve(false);
    rollBack(connection);
    return Promise.resolve(true);
  }
}

function rollBack(connection: Database.Database): void {
  if (connection.inTransaction) connection.exec('ROLLBACK');
}

/** Runs by `exec`, which leaves no statement open when the file is locked. */
function setUp(connection: Database.Database, journal: SqliteConnectionSettings['journal']): void {
  setJournal(connection, journal);
  // FULL: with NORMAL a commit that was answered may be gone after a power loss.
  connection.exec('PRAGMA synchronous = FULL');
  // Pages that leave the cache before the commit would lock all readers out until then.
  connection.exec('PRAGMA cache_spill = OFF');
  connection.exec('PRAGMA foreign_keys = ON');
  // Matches MariaDB, whose columns have a binary collation.
  connection.exec('PRAGMA case_sensitive_like = ON');
}

/** With a write-ahead log only for one connection, by docs/decisions/0009-sqlite-journal.md. */
function setJournal(connection: Database.Database, journal: SqliteConnectionSettings['journal']): void {
  if (journal === 'exclusive') {
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    connection.exec('PRAGMA journal_mode = WAL');
  } else if (journal === 'shared') connection.exec('PRAGMA journal_mode = PERSIST');
  // A read shows whether others keep the file to themselves.
  connection.exec('PRAGMA schema_version');
}
