import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knex, { type Knex } from 'knex';
import type { DatabaseTarget } from './database-url.js';
import { MysqlClient, type MysqlClientConfig } from './mysql-client.js';
import { SqliteClient } from './sqlite-client.js';

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

/** Opens connections to a database. `queryTimeoutMs` bounds each statement on MariaDB. */
export function connect(target: DatabaseTarget, options: { queryTimeoutMs?: number } = {}): Knex {
  return target.kind === 'sqlite' ? connectSqlite(target.filename) : connectMysql(target, options);
}

function connectSqlite(filename: string): Knex {
  if (filename !== ':memory:') mkdirSync(dirname(filename), { recursive: true });
  return knex({
    client: SqliteClient,
    connection: { filename },
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
  options: { queryTimeoutMs?: number },
): Knex {
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
