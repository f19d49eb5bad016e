import knex from 'knex';
import type { Knex } from 'knex';
import { databaseBounds, type DatabaseBounds } from './database-bounds.js';
import type { DatabaseTarget } from './database-url.js';
import { driverTls } from './driver/database-socket.js';
import { MysqlClient, type MysqlClientConfig } from './mysql-client.js';
import { SqliteClient, type SqliteConnectionSettings } from './sqlite-client.js';
import { protectSqliteFile } from './sqlite-file.js';

/** SQLite's one connection is waited for so long. */
const acquireConnectionTimeoutMs = 3_000;

/** knex prints SQL and stacks through its logger; everything that matters comes back as an error. */
const silent = { warn() {}, error() {}, deprecate() {}, debug() {} };

export interface ConnectOptions {
  /** Bounds of the waits on a server; SQLite is in the process. */
  readonly bounds?: DatabaseBounds;
  /** True to leave an SQLite file's rights and journal mode unchanged, for read-only checks. */
  readonly looksOnly?: boolean;
}

/**
 * Opens connections to a database, as they are needed.
 * @throws Error with a text for the operator: the file of CAs that the URL names cannot be used
 */
export function connect(target: DatabaseTarget, options: ConnectOptions = {}): Knex {
  return target.kind === 'sqlite' ? connectSqlite(target, options) : connectMysql(target, options);
}

function connectSqlite(
  { filename, isExclusive }: DatabaseTarget & { kind: 'sqlite' },
  { looksOnly = false }: ConnectOptions,
): Knex {
  if (!looksOnly) protectSqliteFile(filename);
  const journal = looksOnly ? 'asItIs' : isExclusive ? 'exclusive' : 'shared';
  const connection: SqliteConnectionSettings = { filename, journal };
  return knex({
    client: SqliteClient,
    connection: { ...connection },
    useNullAsDefault: true,
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireConnectionTimeoutMs,
    // Exactly one, kept for ever: another one to :memory: would be another database.
    pool: { min: 1, max: 1 },
    log: silent,
  });
}

function connectMysql(
  target: DatabaseTarget & { kind: 'mysql' },
  { bounds = databaseBounds() }: ConnectOptions,
): Knex {
  const { hosts, tls } = target;
  const config: Knex.Config & MysqlClientConfig = {
    client: MysqlClient,
    connection: {
      user: target.user,
      password: target.password,
      database: target.database,
      charset: 'utf8mb4',
      timezone: 'Z',
      dateStrings: true,
      supportBigNumbers: true,
      // Of connecting the driver's own bound would be the first otherwise.
      connectTimeout: 0,
      ...(tls === null ? {} : { ssl: driverTls(tls) }),
    },
    compileSqlOnError: false,
    acquireConnectionTimeout: bounds.connectMs,
    hosts,
    tls,
    bounds,
    cluster: { isGalera: false, hostIndex: 0, silences: 0, overdue: 0 },
    pool: { min: 0, max: 10 },
    log: silent,
  };
  return knex(config);
}
