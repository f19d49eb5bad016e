import type {
  DatabaseRepository,
  RegisteredDatabase,
} from '../provisioning/repositories/registry-repository.js';
import { fitting } from './limits.js';
import { KnexRegistryRepository, type Registry } from './registry-repository.js';
import { definedColumns, type DatabaseRow } from './rows.js';
import type { Session } from './session.js';

const registry: Registry<RegisteredDatabase, DatabaseRow> = {
  table: 'registered_databases',
  sequence: 'database',
  nameColumn: 'name',
  constraint: 'registered_databases_name',
  uniqueKey: 'databaseName',
  toEntry: (row) => ({
    id: row.id,
    name: row.name,
    url: row.url,
    driver: row.driver,
    login: row.login,
    masterId: row.master_id,
    maxUnits: row.max_units,
    poolInitial: row.pool_initial,
    poolMax: row.pool_max,
    poolHardLimit: row.pool_hard_limit,
  }),
  toColumns: (database) =>
    definedColumns({
      id: database.id,
      name: fitting('databaseName', database.name),
      url: fitting('databaseUrl', database.url),
      driver: fitting('databaseDriver', database.driver),
      login: fitting('databaseLogin', database.login),
      master_id: database.masterId,
      max_units: database.maxUnits,
      pool_initial: database.poolInitial,
      pool_max: database.poolMax,
      pool_hard_limit: database.poolHardLimit,
    }),
};

/** @see DatabaseRepository */
export class KnexDatabaseRepository
  extends KnexRegistryRepository<RegisteredDatabase, DatabaseRow>
  implements DatabaseRepository
{
  constructor(session: Session) {
    super(session, registry);
  }

  countContexts(): Promise<ReadonlyMap<number, number>> {
    return this.session.read(async (db) => {
      const rows = await db('contexts').groupBy('database_id').select('database_id').count({ count: '*' });
      return new Map(rows.map((row) => [Number(row.database_id), Number(row.count)]));
    });
  }

  copies(): Promise<ReadonlyMap<number, number>> {
    return this.session.read(async (db) => {
      const rows = await db('registered_databases').whereNotNull('master_id').orderBy('id').select('*');
      return new Map(rows.flatMap(({ id, master_id }) => (master_id === null ? [] : [[master_id, id]])));
    });
  }

  ofContext(contextId: number): Promise<number | null> {
    return this.session.read(async (db) => {
      const row = await db('contexts').where({ id: contextId }).first('database_id');
      return row?.database_id ?? null;
    });
  }

  assign(contextId: number, databaseId: number): Promise<void> {
    return this.session.write(async (db) => {
      await db('contexts').where({ id: contextId }).update({ database_id: databaseId });
    });
  }
}
