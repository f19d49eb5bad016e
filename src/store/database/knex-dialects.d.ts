// knex ships no types for its dialects; these are the parts that our two clients extend.
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import type { Knex } from 'knex';
  class SqliteClientBase extends Knex.Client {
    protected _driver(): unknown;
    protected _query(connection: unknown, query: { options?: object }): Promise<unknown>;
  }
  export default SqliteClientBase;
}

declare module 'knex/lib/dialects/sqlite3/execution/sqlite-transaction.js' {
  class SqliteTransactionBase {
    constructor(client: unknown, container: unknown, config: unknown, outerTransaction: unknown);
    protected query(connection: unknown, sql: string): Promise<unknown>;
    protected begin(connection: unknown): Promise<unknown>;
  }
  export default SqliteTransactionBase;
}

declare module 'knex/lib/dialects/mysql2/index.js' {
  import type { Knex } from 'knex';
  class MysqlClientBase extends Knex.Client {
    protected _query(connection: unknown, query: { options?: object }): Promise<unknown>;
    protected _stream(connection: unknown, query: object, stream: unknown, options: object): Promise<unknown>;
  }
  export default MysqlClientBase;
}
