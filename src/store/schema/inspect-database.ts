import type { Knex } from 'knex';
import { migrations } from '../../../migrations/index.js';
import { connect } from '../database/connect.js';
import { DatabaseError, explainDatabaseError, withoutDriverText } from '../database/database-error.js';
import { parseDatabaseUrl } from '../database/database-url.js';
import {
  type DatabaseServerState,
  isAbsent,
  serverState,
  type SqliteState,
  sqliteState,
} from '../database/engine-state.js';

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

/**
 * Looks at a database, and writes nothing.
 * @throws Error with a text for the operator when the URL is none
 */
export async function inspectDatabase(databaseUrl: string): Promise<DatabaseState> {
  const target = parseDatabaseUrl(databaseUrl);
  if (isAbsent(target)) return { kind: 'absent' };
  const knex = connect(target, { looksOnly: true });
  try {
    // The server first: it is what cannot be reached.
    const server = await serverState(target, knex);
    return {
      kind: 'reachable',
      ...(await migrationState(knex)),
      hasMailViews: await hasMailViews(knex),
      unapprovedDomains: await unapprovedDomains(knex),
      server,
      sqlite: await sqliteState(target, knex),
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
