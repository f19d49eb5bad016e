import MysqlClientBase from 'knex/lib/dialects/mysql2/index.js';
import type { DatabaseHost } from './database-url.js';
import type { Binding } from './statement.js';

/** What our client needs of the knex configuration beside knex's own settings. */
export interface MysqlClientConfig {
  readonly hosts: readonly DatabaseHost[];
  /** How long a statement may take. */
  readonly queryTimeoutMs: number;
  /** How long a COMMIT may take. */
  readonly commitTimeoutMs: number;
  /** Shared by the pool and the transactions on it, and written by this client. */
  readonly cluster: ClusterState;
}

/** What was found out of the servers. */
export interface ClusterState {
  /** Whether they are a Galera cluster. */
  isGalera: boolean;
  /** Which host the next connection is tried on first. */
  hostIndex: number;
}

/** The part of mysql2's connections that is used here. */
export interface MysqlConnection {
  execute(
    options: { readonly sql: string; readonly timeout: number },
    values: readonly Binding[],
    done: (error: Error | null, result: unknown) => void,
  ): void;
  query(
    options: { readonly sql: string; readonly timeout: number },
    done: (error: Error | null, rows: readonly { Value?: string }[]) => void,
  ): void;
  destroy(): void;
  /** knex's mark for a connection that must not be used again. */
  __knex__disposed?: unknown;
  /** Ours: which of the hosts it goes to. */
  hostIndex?: number;
}

/** Below the query timeout, so that the server reports a lock wait before we give up on the connection. */
const lockWaitTimeoutSeconds = 3;
const setUpTimeoutMs = 3_000;

/** As long as the members of a group together can be. */
const maxConcatenatedBytes = 1_073_741_824;

const sqlMode = [
  'STRICT_ALL_TABLES',
  'NO_ZERO_IN_DATE',
  'NO_ZERO_DATE',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
].join(',');

/** After these the node of the connection, or its way there, is not to be used: ER_UNKNOWN_COM_ERROR is Galera's "not ready". */
const nodeFailures: ReadonlySet<string> = new Set([
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'ER_UNKNOWN_COM_ERROR',
  'ER_SERVER_SHUTDOWN',
]);

/**
 * knex's mysql2 dialect with limits on how long a statement may take, with several hosts, and with what a Galera cluster needs.
 * A connection whose statement timed out never answers again, so it is destroyed.
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

  override async validateConnection(connection: MysqlConnection): Promise<boolean> {
    return (
      connection.hostIndex === this.own.cluster.hostIndex && (await super.validateConnection(connection))
    );
  }

  protected override async _query(
    connection: MysqlConnection,
    query: { sql?: string; options?: object },
  ): Promise<unknown> {
    const { queryTimeoutMs, commitTimeoutMs } = this.own;
    const isCommit = /^COMMIT\b/i.test(query.sql ?? '');
    query.options = { ...query.options, timeout: isCommit ? commitTimeoutMs : queryTimeoutMs };
    try {
      return await super._query(connection, query);
    } catch (error) {
      this.noteFailure(connection, error);
      throw error;
    }
  }

  /**
   * Runs a statement in the binary protocol: it is prepared once per connection, and values never become SQL text.
   * @param commits whether it ends a transaction
   */
  executePrepared<T>(
    connection: MysqlConnection,
    sql: string,
    values: readonly Binding[],
    commits = false,
  ): Promise<T> {
    const { queryTimeoutMs, commitTimeoutMs } = this.own;
    return new Promise((resolve, reject) => {
      const timeout = commits ? commitTimeoutMs : queryTimeoutMs;
      connection.execute({ sql, timeout }, values, (error, result) => {
        if (error === null) return resolve(result as T);
        this.noteFailure(connection, error);
        reject(error);
      });
    });
  }

  /** Ends whatever transaction a connection is in; if that fails, nobody gets the connection again. */
  async rollBack(connection: MysqlConnection): Promise<void> {
    if (connection.__knex__disposed !== undefined) return;
    try {
      await run(connection, 'ROLLBACK');
    } catch (error) {
      connection.__knex__disposed = error;
      connection.destroy();
    }
  }

  private noteFailure(connection: MysqlConnection, error: unknown): void {
    const code = (error as { code?: string }).code ?? '';
    if (nodeFailures.has(code)) {
      connection.__knex__disposed = error;
      this.leave(connection.hostIndex ?? 0);
    }
    if (code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
  }

  /** The next connection goes elsewhere, and no connection to this host is used any more. */
  private leave(hostIndex: number): void {
    const { hosts, cluster } = this.own;
    if (cluster.hostIndex === hostIndex) cluster.hostIndex = (hostIndex + 1) % hosts.length;
  }

  private async open(hostIndex: number): Promise<MysqlConnection> {
    // knex hides the password from spreading.
    const { password } = this.connectionSettings as { password: string };
    const connectionSettings = {
      ...this.connectionSettings,
      password,
      ...this.own.hosts[hostIndex],
    };
    const toHost = Object.create(this, { connectionSettings: { value: connectionSettings } }) as this;
    const connection = (await super.acquireRawConnection.call(toHost)) as MysqlConnection;
    try {
      await this.setUp(connection);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    connection.hostIndex = hostIndex;
    return connection;
  }

  private async setUp(connection: MysqlConnection): Promise<void> {
    const isGalera = (await valueOf(connection, "SHOW GLOBAL VARIABLES LIKE 'wsrep_on'")) === 'ON';
    if (isGalera && (await valueOf(connection, "SHOW GLOBAL STATUS LIKE 'wsrep_ready'")) !== 'ON')
      throw notReady();
    this.own.cluster.isGalera ||= isGalera;
    // 1: reads, and with BEGIN every transaction, see what was committed on the other nodes before.
    const causal = isGalera ? ', wsrep_sync_wait = 1' : '';
    await run(
      connection,
      `SET SESSION sql_mode = '${sqlMode}', innodb_lock_wait_timeout = ${lockWaitTimeoutSeconds}, group_concat_max_len = ${maxConcatenatedBytes}${causal}`,
    );
    await run(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  }
}

function notReady(): Error {
  return Object.assign(new Error('not ready'), { code: 'ER_UNKNOWN_COM_ERROR', errno: 1047 });
}

async function valueOf(connection: MysqlConnection, sql: string): Promise<string | undefined> {
  return (await run(connection, sql))[0]?.Value;
}

function run(connection: MysqlConnection, sql: string): Promise<readonly { Value?: string }[]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, timeout: setUpTimeoutMs }, (error, rows) => {
      if (error === null) resolve(rows);
      else reject(error);
    });
  });
}
