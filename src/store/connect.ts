import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knex, { type Knex } from 'knex';
import type { DatabaseTarget } from './database-url.js';
import { MysqlClient } from './mysql-client.js';
import { SqliteClient } from './sqlite-client.js';

const acquireConnectionTimeoutMs = 3_000;
const connectTimeoutMs = 3_000;
const queryTimeoutMs = 5_000;
/** Below queryTimeoutMs, so that the server reports a lock wait before we give up on the connection. */
const lockWaitTimeoutSeconds = 3;

/** MariaDB cuts JSON_ARRAYAGG off where GROUP_CONCAT would be, and what is cut off is no JSON. */
const maxJsonBytes = 1_073_741_824;

const sqlMode = [
  'STRICT_ALL_TABLES',
  'NO_ZERO_IN_DATE',
  'NO_ZERO_DATE',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
].join(',');

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
  const config: Knex.Config & { queryTimeoutMs: number } = {
    client: MysqlClient,
    connection: {
      host: target.host,
      port: target.port,
      user: target.user,
      password: target.password,
      database: target.database,
      charset: 'utf8mb4',
      timezone: 'Z',
      dateStrings: true,
      supportBigNumbers: true,
      connectTimeout: connectTimeoutMs,
      ...(target.tls ? { ssl: {} } : {}),
    },
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireConnectionTimeoutMs,
    queryTimeoutMs: options.queryTimeoutMs ?? queryTimeoutMs,
    pool: { min: 0, max: 10, afterCreate: prepareConnection },
    log: silent,
  };
  return knex(config);
}

interface MysqlConnection {
  query(sql: string, done: (error: Error | null) => void): void;
}

function prepareConnection(connection: MysqlConnection, done: (error: Error | null) => void): void {
  const settings = `SET SESSION sql_mode = '${sqlMode}', innodb_lock_wait_timeout = ${lockWaitTimeoutSeconds}, group_concat_max_len = ${maxJsonBytes}`;
  connection.query(settings, (error) => {
    if (error !== null) return done(error);
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', done);
  });
}
