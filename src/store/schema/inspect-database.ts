import type { Knex } from 'knex';
import { existsSync } from 'node:fs';
import { migrations } from '../../../migrations/index.js';
import { connect } from '../database/connect.js';
import { DatabaseError, explainDatabaseError, withoutDriverText } from '../database/database-error.js';
import { parseDatabaseUrl, type DatabaseTarget } from '../database/database-url.js';
import { openRights } from '../database/sqlite-file.js';

/** State of a database, inspected without changing it. */
export type DatabaseState =
  /** An SQLite file that the first start makes. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** Of the hosts that answer, all are nodes of a Galera cluster that do nothing now. */
  | { readonly kind: 'notReady' }
  | {
      readonly kind: 'reachable';
      /** Migrations that it has not seen. */
      readonly pending: number;
      /** Migrations that it has and this version does not know. */
      readonly unknown: readonly string[];
      /** True when the mail servers' views are readable. */
      readonly hasMailViews: boolean;
      readonly unapprovedDomains: UnapprovedDomains;
      /** null: not MariaDB or MySQL. */
      readonly server: DatabaseServerState | null;
      /** null: not SQLite. */
      readonly sqlite: SqliteState | null;
    };

/** Mail domains that are active, as they were before an update, and that nobody approved. */
export interface UnapprovedDomains {
  readonly count: number;
  /** By name. */
  readonly first: readonly string[];
}

export interface SqliteState {
  /** Of the library in this process; other programs bring their own. */
  readonly version: string;
  /** True when the file has a write-ahead log. */
  readonly hasWriteAheadLog: boolean;
  readonly isExclusive: boolean;
  /** Rights of the machine's other users on its files; empty for none. */
  readonly openRights: readonly string[];
}

export interface DatabaseServerState {
  readonly version: string;
  readonly flushesAtCommit: boolean;
  /** The server's clock minus ours. */
  readonly clockAheadMs: number;
  /** Number of connected nodes; null without a Galera cluster. */
  readonly galeraNodes: number | null;
}

/**
 * Looks at a database, and writes nothing.
 * @throws Error with a text for the operator when the URL is none
 */
export async function inspectDatabase(databaseUrl: string): Promise<DatabaseState> {
  const target = parseDatabaseUrl(databaseUrl);
  if (target.kind === 'sqlite' && !existsSync(target.filename)) return { kind: 'absent' };
  const knex = connect(target, { looksOnly: true });
  try {
    // The server first: it is what cannot be reached.
    const server = target.kind === 'mysql' ? await serverState(knex) : null;
    return {
      kind: 'reachable',
      ...(await migrationState(knex)),
      hasMailViews: await hasMailViews(knex),
      unapprovedDomains: await unapprovedDomains(knex),
      server,
      sqlite: target.kind === 'sqlite' ? await sqliteState(knex, target) : null,
    };
  } catch (error) {
    const plain = withoutDriverText(error);
    if (plain instanceof DatabaseError && plain.code === 'ER_UNKNOWN_COM_ERROR') return { kind: 'notReady' };
    return { kind: 'unreachable', reason: reasonOf(plain) };
  } finally {
    await knex.destroy();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError) return `database error ${explainDatabaseError(error)}`;
  return error instanceof Error ? error.message : 'unknown reason';
}

async function sqliteState(
  knex: Knex,
  { filename, isExclusive }: DatabaseTarget & { kind: 'sqlite' },
): Promise<SqliteState> {
  const [row] = (await knex.raw('SELECT sqlite_version() AS version')) as [{ version: string }];
  const [journal] = (await knex.raw('PRAGMA journal_mode')) as [{ journal_mode: string }];
  return {
    version: row.version,
    hasWriteAheadLog: journal.journal_mode === 'wal',
    isExclusive,
    openRights: openRights(filename),
  };
}

async function hasMailViews(knex: Knex): Promise<boolean> {
  try {
    for (const view of ['mail_accounts', 'mail_domains', 'mail_recipients', 'mail_redirections'])
      await knex(view).first();
    return true;
  } catch {
    return false;
  }
}

const domainsNamed = 5;

async function unapprovedDomains(knex: Knex): Promise<UnapprovedDomains> {
  if (!(await knex.schema.hasTable('domains'))) return { count: 0, first: [] };
  const unapproved = () =>
    knex<{ domain: string; is_approved: number; state: string }>('domains').where({
      is_approved: 0,
      state: 'active',
    });
  const [counted] = await unapproved().count<{ count: number | string }[]>({ count: '*' });
  const first = await unapproved().orderBy('domain').limit(domainsNamed).pluck('domain');
  return { count: Number(counted?.count ?? 0), first };
}

async function migrationState(knex: Knex): Promise<{ pending: number; unknown: string[] }> {
  const isThere = await knex.schema.hasTable('knex_migrations');
  const rows = isThere ? await knex<{ name: string }>('knex_migrations').select('name') : [];
  const applied = new Set(rows.map(({ name }) => name));
  const known = new Set(migrations.map(({ name }) => name));
  return {
    pending: [...known].filter((name) => !applied.has(name)).length,
    unknown: [...applied].filter((name) => !known.has(name)),
  };
}

async function serverState(knex: Knex): Promise<DatabaseServerState> {
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
