import type { Knex } from 'knex';
import MysqlClientBase from 'knex/lib/dialects/mysql2/index.js';
import type * as Mysql from 'mysql2';
import type { DatabaseBounds } from './database-bounds.js';
import type { DatabaseHost, DatabaseTls } from './database-url.js';
import { boundedWait, silenceCode } from './driver/bounded-wait.js';
import { driverAddress } from './driver/database-socket.js';
import {
  discard,
  endConnection,
  type MysqlConnection,
  openConnection,
  runPrepared,
  runText,
  type TextRows,
  waitFor,
} from './driver/driver-connection.js';
import type { Binding } from './statement.js';

/** Settings of our client, beside knex's own. */
export interface MysqlClientConfig {
  readonly hosts: readonly DatabaseHost[];
  readonly tls: DatabaseTls | null;
  readonly bounds: DatabaseBounds;
  readonly pool: { readonly min: number; readonly max: number };
  /** Shared by the pool and the transactions on it, and written by this client. */
  readonly cluster: ClusterState;
}

/** Discovered state of the servers. */
export interface ClusterState {
  /** True when they are a Galera cluster. */
  isGalera: boolean;
  /** Index of the host for the next connection. */
  hostIndex: number;
  /** Number of statements without an answer in time. */
  silences: number;
  /** On how many connections somebody waits in vain now. */
  overdue: number;
}

/** Beyond the pool's own bound. */
const poolGraceMs = 1_000;
/** Longer than the pool keeps a connection that nobody uses. */
const idleConnectionSeconds = 60;

/** Maximum length of a group's concatenated members. */
const maxConcatenatedBytes = 1_073_741_824;

const sqlMode = [
  'STRICT_ALL_TABLES',
  'NO_ZERO_IN_DATE',
  'NO_ZERO_DATE',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
].join(',');

/** Failures of a connection's node or its network. ER_UNKNOWN_COM_ERROR is Galera's "not ready". */
const nodeFailures: ReadonlySet<string> = new Set([
  silenceCode,
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'ER_UNKNOWN_COM_ERROR',
  'ER_SERVER_SHUTDOWN',
]);

/**
 * knex's mysql2 dialect with bounded waits, several hosts, and Galera's needs. The driver's own timeouts do
 * not suffice: a Prepare, or a pool behind it, waits without any.
 */
export class MysqlClient extends MysqlClientBase {
  private get own(): MysqlClientConfig {
    return this.config as unknown as MysqlClientConfig;
  }

  /** Tries every host once, beginning with the one in use. */
  override async acquireRawConnection(): Promise<MysqlConnection> {
    const { hosts, cluster } = this.own;
    const first = cluster.hostIndex;
    let failure: unknown;
    for (let tried = 0; tried < hosts.length; tried += 1) {
      const index = (first + tried) % hosts.length;
      try {
        return await this.open(index);
      } catch (error) {
        failure = error;
        this.leave(index);
      }
    }
    throw failure;
  }

  /** Waits for the pool with a bound of our own; a connection that comes too late goes back. */
  override async acquireConnection(): Promise<MysqlConnection> {
    const acquiring = super.acquireConnection() as Promise<MysqlConnection>;
    let isTooLate = false;
    const giveUp = () => void (isTooLate = true);
    acquiring.then(
      (connection) => {
        if (isTooLate) void this.releaseConnection(connection);
      },
      () => undefined,
    );
    // The pool's own comes first: it knows what hinders it.
    return boundedWait({ boundMs: this.own.bounds.connectMs + poolGraceMs, giveUp }, () => acquiring);
  }

  override async destroyRawConnection(connection: MysqlConnection): Promise<void> {
    await endConnection(connection, this.own.bounds.connectMs);
  }

  override async validateConnection(connection: MysqlConnection): Promise<boolean> {
    const { hostIndex, silences } = this.own.cluster;
    return (
      connection.hostIndex === hostIndex &&
      connection.silences === silences &&
      (await super.validateConnection(connection))
    );
  }

  protected override async _query(
    connection: MysqlConnection,
    query: { sql?: string; options?: object },
  ): Promise<unknown> {
    const { queryMs, commitMs } = this.own.bounds;
    const end = /^(COMMIT|ROLLBACK)\b/i.exec(query.sql ?? '')?.[1]?.toUpperCase();
    const boundMs = end === 'COMMIT' ? commitMs : queryMs;
    try {
      return await this.noting(connection, () =>
        waitFor<unknown>(connection, boundMs, () => super._query(connection, query)),
      );
    } catch (error) {
      // The next BEGIN on it would commit what nobody ended.
      if (end !== undefined) discard(connection);
      throw error;
    }
  }

  /** knex's way to read rows one by one, in which nothing bounds the wait for the next. */
  protected override _stream(): Promise<never> {
    return Promise.reject(new Error('rows are not streamed from this database'));
  }

  /**
   * Runs a statement in the binary protocol.
   * @param commits whether it ends a transaction
   */
  executePrepared<T>(
    connection: MysqlConnection,
    sql: string,
    values: readonly Binding[],
    commits = false,
  ): Promise<T> {
    const { queryMs, commitMs } = this.own.bounds;
    const boundMs = commits ? commitMs : queryMs;
    return this.noting(connection, () => runPrepared(connection, sql, values, boundMs)) as Promise<T>;
  }

  /** Ends whatever transaction a connection is in; if that fails, nobody gets the connection again. */
  async rollBack(connection: MysqlConnection): Promise<void> {
    if (connection.__knex__disposed !== undefined) return;
    try {
      await runText(connection, 'ROLLBACK', this.own.bounds.connectMs);
    } catch {
      discard(connection);
    }
  }

  private async noting<T>(connection: MysqlConnection, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (nodeFailures.has(code)) {
        connection.__knex__disposed = error;
        this.leave(connection.hostIndex ?? 0);
      }
      // A silent server has probably lost the other connections, too.
      if (code === silenceCode) this.own.cluster.silences += 1;
      throw error;
    }
  }

  /** The next connection goes elsewhere, and no connection to this host is used any more. */
  private leave(hostIndex: number): void {
    const { hosts, cluster } = this.own;
    if (cluster.hostIndex === hostIndex) cluster.hostIndex = (hostIndex + 1) % hosts.length;
  }

  private async open(hostIndex: number): Promise<MysqlConnection> {
    const { hosts, tls, bounds, cluster } = this.own;
    const host = hosts[hostIndex];
    if (host === undefined) throw new Error('there is no such host');
    // knex hides the password from spreading.
    const { password } = this.connectionSettings as { password: string };
    const { silences } = cluster;
    const connection = await openConnection(
      this.driver as typeof Mysql,
      { ...this.connectionSettings, password, ...driverAddress(host, tls) },
      bounds.connectMs / Math.min(hosts.length, 2),
    );
    try {
      await this.setUp(connection);
    } catch (error) {
      discard(connection);
      throw error;
    }
    return Object.assign(connection, { hostIndex, silences, onOverdue: this.countOverdue });
  }

  /**
   * Lets the pool open an extra connection for each overdue one, so that service resumes with the server. The
   * pool is never more than twice its size.
   */
  private readonly countOverdue = (change: 1 | -1): void => {
    const {
      cluster,
      pool: { max },
    } = this.own;
    cluster.overdue += change;
    const pool = this.pool as unknown as { max: number } | undefined;
    if (pool !== undefined) pool.max = max + Math.min(cluster.overdue, max);
  };

  private async setUp(connection: MysqlConnection): Promise<void> {
    const { connectMs, lockWaitMs } = this.own.bounds;
    const run = (sql: string) => runText(connection, sql, connectMs);
    const known = await run(
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('wsrep_on', 'idle_transaction_timeout')",
    );
    const isGalera = valueOf(known, 'wsrep_on') === 'ON';
    if (isGalera && valueOf(await run("SHOW GLOBAL STATUS LIKE 'wsrep_ready'"), 'wsrep_ready') !== 'ON')
      throw notReady();
    this.own.cluster.isGalera ||= isGalera;
    const settings = [
      `sql_mode = '${sqlMode}'`,
      `innodb_lock_wait_timeout = ${Math.max(1, Math.floor(lockWaitMs / 1_000))}`,
      `group_concat_max_len = ${maxConcatenatedBytes}`,
      ...this.idleLimit(valueOf(known, 'idle_transaction_timeout') !== undefined),
      // 1: reads, and with BEGIN every transaction, see what was committed on the other nodes before.
      ...(isGalera ? ['wsrep_sync_wait = 1'] : []),
    ];
    await run(`SET SESSION ${settings.join(', ')}`);
    await run('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  }

  /** Server timeout for a connection that was silently cut within a transaction. */
  private idleLimit(knowsTransactions: boolean): string[] {
    const { idleTransactionMs, queryMs } = this.own.bounds;
    if (knowsTransactions) return [`idle_transaction_timeout = ${Math.ceil(idleTransactionMs / 1_000)}`];
    // A migration holds a lock on a connection that it does not use.
    return queryMs < idleConnectionSeconds * 1_000 ? [`wait_timeout = ${idleConnectionSeconds}`] : [];
  }
}

function valueOf(rows: TextRows, name: string): string | undefined {
  return rows.find((row) => row['Variable_name'] === name)?.['Value'];
}

function notReady(): Error {
  return Object.assign(new Error('not ready'), { code: 'ER_UNKNOWN_COM_ERROR', errno: 1047 });
}

/** Bounds the table; two things that share a number only wait for each other now and then. */
const bucketCount = 4_096;

/** True for a Galera cluster, as far as the connections so far showed. */
export function isGalera(db: Knex): boolean {
  const { cluster } = (db.client as { config: Partial<MysqlClientConfig> }).config;
  return cluster?.isGalera === true;
}

/**
 * Extends a row lock behind a decision (such as a limit) to all nodes, without changing the row. Galera's row
 * locks hold on one node; of two changes to a row only one commits, and the other retries. Elsewhere it does
 * nothing. Call it before the lock, so that waiters read what was committed meanwhile.
 */
export async function lockAcrossNodes(
  db: Knex,
  kind: 'reseller' | 'context' | 'filestore' | 'user',
  ids: readonly number[],
): Promise<void> {
  if (!isGalera(db)) return;
  const names = new Set(ids.map((id) => `${kind} ${id % bucketCount}`));
  for (const name of [...names].sort()) {
    await db('cluster_locks')
      .insert({ name, version: 1 })
      .onConflict('name')
      .merge({ version: db.raw('version + 1') });
  }
}
