import MysqlClientBase from 'knex/lib/dialects/mysql2/index.js';

interface MysqlConnection {
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
    const { queryTimeoutMs } = this.config as { queryTimeoutMs?: number };
    query.options = { ...query.options, timeout: queryTimeoutMs };
    try {
      return await super._query(connection, query);
    } catch (error) {
      if ((error as { code?: string }).code === 'PROTOCOL_SEQUENCE_TIMEOUT') {
        connection.__knex__disposed = error;
        connection.destroy();
      }
      throw error;
    }
  }
}
