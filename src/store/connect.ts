import knex, { type Knex } from 'knex';
import type { DatabaseTarget } from './database-url.js';
import { MysqlClient, type MysqlClientConfig } from './mysql-client.js';
import { SqliteClient, type SqliteConnectionSettings } from './sqlite-client.js';
import { protectSqliteFile } from './sqlite-file.js';

const acquireConnectionTimeoutMs = 3_000;
const connectTimeoutMs = 3_000;
const queryTimeoutMs = 5_000;
/**
 * Longer than a Galera cluster needs to do without a node that died (6 s by its defaults), during which commits wait: a commit that is
 * given up has an unknown end.
 */
const commitTimeoutMs = 20_000;

/** knex prints SQL and stacks through its logger; everything that matters comes back as an error. */
const silent = { warn() {}, error() {}, deprecate() {}, debug() {} };

export interface ConnectOptions {
  /** Bounds each statement on MariaDB. */
  readonly queryTimeoutMs?: number;
  /** Whether an SQLite file keeps its rights and its journal mode, for those who only look. */
  readonly looksOnly?: boolean;
}

/** Opens connections to a database. */
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

function connectMysql(target: DatabaseTarget & { kind: 'mysql' }, options: ConnectOptions): Knex {
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
      connectTimeout: connectTimeoutMs / Math.min(target.hosts.length, 2),
      ...(target.tls ? { ssl: {} } : {}),
    },
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireConnectionTimeoutMs,
    hosts: target.hosts,
    cluster: { isGalera: false, hostIndex: 0 },
    queryTimeoutMs: options.queryTimeoutMs ?? queryTimeoutMs,
    commitTimeoutMs,
    pool: { min: 0, max: 10 },
    log: silent,
  };
  return knex(config);
}
