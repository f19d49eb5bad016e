import type { Knex } from 'knex';
import { existsSync } from 'node:fs';
import type { DatabaseTarget } from './database-url.js';
import { isGalera } from './mysql-client.js';
import { openRights } from './sqlite-file.js';

/** State of SQLite and of the files of a database. */
export interface SqliteState {
  /** Of the library in this process; other programs bring their own. */
  readonly version: string;
  /** True when the file has a write-ahead log. */
  readonly hasWriteAheadLog: boolean;
  readonly isExclusive: boolean;
  /** Rights of the machine's other users on its files; empty for none. */
  readonly openRights: readonly string[];
}

/** State of a database server. */
export interface DatabaseServerState {
  readonly version: string;
  readonly flushesAtCommit: boolean;
  /** The server's clock minus ours. */
  readonly clockAheadMs: number;
  /** Number of connected nodes; null without a Galera cluster. */
  readonly galeraNodes: number | null;
}

/** True for an SQLite file that the first start makes. */
export function isAbsent(target: DatabaseTarget): boolean {
  return target.kind === 'sqlite' && !existsSync(target.filename);
}

/** Warnings of an engine's set-up for the operator, each a sentence: open files, or commits that a crash can lose. */
export async function engineWarnings(target: DatabaseTarget, knex: Knex): Promise<string[]> {
  if (target.kind === 'sqlite') {
    const open = openRights(target.filename);
    return open.length === 0
      ? []
      : [`other users of this machine have rights on ${open.join(', ')} of the database: take them away`];
  }
  if (await flushesAtCommit(knex)) return [];
  return [
    isGalera(knex)
      ? 'innodb_flush_log_at_trx_commit is not 1: when all nodes crash at about the same time, changes that were answered are lost'
      : 'innodb_flush_log_at_trx_commit is not 1: a crash can lose changes that were answered',
  ];
}

/** Reads the state of SQLite, and writes nothing; null for a server. */
export async function sqliteState(target: DatabaseTarget, knex: Knex): Promise<SqliteState | null> {
  if (target.kind !== 'sqlite') return null;
  const [row] = (await knex.raw('SELECT sqlite_version() AS version')) as [{ version: string }];
  const [journal] = (await knex.raw('PRAGMA journal_mode')) as [{ journal_mode: string }];
  return {
    version: row.version,
    hasWriteAheadLog: journal.journal_mode === 'wal',
    isExclusive: target.isExclusive,
    openRights: openRights(target.filename),
  };
}

/** Reads the state of a database server, and writes nothing; null for SQLite. */
export async function serverState(target: DatabaseTarget, knex: Knex): Promise<DatabaseServerState | null> {
  if (target.kind !== 'mysql') return null;
  const [[row]] = (await knex.raw(
    'SELECT VERSION() AS version, @@GLOBAL.innodb_flush_log_at_trx_commit AS flush, ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS now',
  )) as [[{ version: string; flush: number; now: number | string }]];
  const [[cluster]] = (await knex.raw("SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'")) as [
    [{ Value: string } | undefined],
  ];
  const nodes = Number(cluster?.Value ?? 0);
  return {
    version: row.version,
    flushesAtCommit: row.flush === 1,
    clockAheadMs: Number(row.now) - Date.now(),
    galeraNodes: nodes === 0 ? null : nodes,
  };
}

async function flushesAtCommit(knex: Knex): Promise<boolean> {
  const [rows] = (await knex.raw('SELECT @@GLOBAL.innodb_flush_log_at_trx_commit AS flush')) as [
    { flush: number }[],
  ];
  return rows[0]?.flush === 1;
}
