import MysqlClientBase from 'knex/lib/dialects/mysql2/index.js';
import type { Knex } from 'knex';
import type { Binding } from './statement.js';

/** The part of mysql2's connections that is used here. */
export interface MysqlConnection {
  execute(
    options: { readonly sql: string; readonly timeout: number | undefined },
    values: readonly Binding[],
    done: (error: Error | null, result: unknown) => void,
  ): void;
  query(
    options: { readonly sql: string; readonly timeout: number | undefined },
    done: (error: Error | null) => void,
  ): void;
  destroy(): void;
  /** knex's mark for a connection that must not be used again. */
  __knex__disposed?: unknown;
}

/**
 * knex's mysql2 dialect, with a limit on how long a statement may take (setting `queryTimeoutMs` of the knex configuration).
 * A connection whose statement timed out never answers again, so it is destroyed.
 */
export class MysqlClient extends MysqlClientBase {
  protected override async _query(
    connection: MysqlConnection,
    query: { options?: object },
  ): Promise<unknown> {
    query.options = { ...query.options, timeout: queryTimeoutMs(this) };
    try {
      return await super._query(connection, query);
    } catch (error) {
      dropIfHung(connection, error);
      throw error;
    }
  }
}

/** Runs a statement in the binary protocol: it is prepared once per connection, and values never become SQL text. */
export function executePrepared<T>(
  knex: Knex,
  connection: MysqlConnection,
  sql: string,
  values: readonly Binding[],
): Promise<T> {
  const timeout = queryTimeoutMs(knex.client as MysqlClient);
  return new Promise((resolve, reject) => {
    connection.execute({ sql, timeout }, values, (error, result) => {
      if (error === null) return resolve(result as T);
      dropIfHung(connection, error);
      reject(error);
    });
  });
}

/** Ends whatever transaction a connection is in; if that fails, nobody gets the connection again. */
export function rollBack(knex: Knex, connection: MysqlConnection): Promise<void> {
  if (connection.__knex__disposed !== undefined) return Promise.resolve();
  const timeout = queryTimeoutMs(knex.client as MysqlClient);
  return new Promise((resolve) => {
    connection.query({ sql: 'ROLLBACK', timeout }, (error) => {
      if (error !== null) drop(connection, error);
      resolve();
    });
  });
}

function queryTimeoutMs(client: { readonly config: unknown }): number | undefined {
  return (client.config as { queryTimeoutMs?: number }).queryTimeoutMs;
}

function dropIfHung(connection: MysqlConnection, error: unknown): void {
  if ((error as { code?: string }).code === 'PROTOCOL_SEQUENCE_TIMEOUT') drop(connection, error);
}

function drop(connection: MysqlConnection, error: unknown): void {
  connection.__knex__disposed = error;
  connection.destroy();
}
