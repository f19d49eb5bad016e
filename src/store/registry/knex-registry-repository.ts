import type { Knex } from 'knex';
import { UniqueConflictError, type UniqueKey } from '../../provisioning/errors/store-errors.js';
import type {
  DatabaseRepository,
  MaintenanceReason,
  RegisteredDatabase,
  RegisteredServer,
  RegistryRepository,
} from '../../provisioning/repositories/registry-repository.js';
import type { SettingRepository } from '../../provisioning/repositories/store.js';
import type { RegistryKind } from '../database/changes.js';
import { refusing } from '../database/database-error.js';
import { likeEscape, toLikePattern } from '../database/search-pattern.js';
import { takeNext } from '../database/sequences.js';
import type { Session } from '../database/session.js';
import { fitting } from '../schema/text-lengths.js';
import { type DatabaseRow, definedColumns } from '../schema/rows.js';

/** Table and columns of one kind of entries. */
export interface Registry<T, Row> {
  readonly table: 'registered_servers' | 'registered_databases' | 'maintenance_reasons';
  readonly kind: Exclude<RegistryKind, 'filestore'>;
  readonly sequence: 'server' | 'database' | 'maintenance_reason';
  /** The column that is searched and unique. */
  readonly nameColumn: 'name' | 'text';
  readonly constraint: string;
  readonly uniqueKey: UniqueKey;
  readonly toEntry: (row: Row) => T;
  /** The columns for the members that are there. @throws ValueTooLongError */
  readonly toColumns: (entry: Partial<T>) => Partial<Row>;
}

/** @see RegistryRepository */
class KnexRegistryRepository<T extends { readonly id: number }, Row> implements RegistryRepository<T> {
  constructor(
    protected readonly session: Session,
    private readonly registry: Registry<T, Row>,
  ) {}

  takeNextId(): Promise<number> {
    return this.session.untold('takes a number', (db) => takeNext(db, this.registry.sequence));
  }

  insert(entry: T): Promise<void> {
    const { columns, refusingTaken } = this.prepared(entry);
    return this.session.changing('entryRegistered', { kind: this.registry.kind, id: entry.id, entry }, (db) =>
      refusingTaken(() => this.rows(db).insert(columns)),
    );
  }

  find(id: number): Promise<T | null> {
    return this.session.read((db) => this.first(this.rows(db).where({ id })));
  }

  lock(id: number): Promise<T | null> {
    return this.session.lock((db) => this.first(this.rows(db).where({ id }).forUpdate()));
  }

  /** Like find, and keeps it registered until the transaction ends. */
  hold(id: number): Promise<T | null> {
    return this.session.lock((db) => this.first(this.rows(db).where({ id }).forShare()));
  }

  findIdByName(name: string): Promise<number | null> {
    return this.session.read(async (db) => {
      const [entry] = await this.entries(this.rows(db).where({ [this.registry.nameColumn]: name }));
      return entry?.id ?? null;
    });
  }

  search(pattern: string): Promise<T[]> {
    return this.session.read(async (db) => {
      const like = toLikePattern(pattern);
      if (like === null) return [];
      const name = this.registry.nameColumn;
      return this.entries(
        this.rows(db).whereRaw(`${name} LIKE ? ESCAPE '${likeEscape}'`, [like]).orderBy('id'),
      );
    });
  }

  update(id: number, changes: Partial<Omit<T, 'id'>>): Promise<void> {
    const { columns, refusingTaken } = this.prepared(changes as Partial<T>);
    return this.session.changing('entryChanged', { kind: this.registry.kind, id, changes }, async (db) => {
      if (Object.keys(columns).length > 0)
        await refusingTaken(() => this.rows(db).where({ id }).update(columns));
    });
  }

  delete(id: number): Promise<void> {
    return this.session.changing('entryUnregistered', { kind: this.registry.kind, id }, async (db) => {
      await this.rows(db).where({ id }).delete();
    });
  }

  private rows(db: Knex): Knex.QueryBuilder {
    return db<object>(this.registry.table as string);
  }

  private async entries(query: Knex.QueryBuilder): Promise<T[]> {
    return ((await query.select('*')) as Row[]).map((row) => this.registry.toEntry(row));
  }

  private async first(query: Knex.QueryBuilder): Promise<T | null> {
    return (await this.entries(query))[0] ?? null;
  }

  private prepared(entry: Partial<T>) {
    const { constraint, uniqueKey, nameColumn, toColumns } = this.registry;
    const columns: Record<string, unknown> = definedColumns(toColumns(entry));
    const conflict = () => new UniqueConflictError(uniqueKey, String(columns[nameColumn]));
    const refusingTaken = async (write: () => PromiseLike<unknown>): Promise<void> => {
      await refusing({ [constraint]: conflict }, write);
    };
    return { columns, refusingTaken };
  }
}

export function serverRepository(session: Session): RegistryRepository<RegisteredServer> {
  return new KnexRegistryRepository<RegisteredServer, { id: number; name: string }>(session, {
    table: 'registered_servers',
    kind: 'server',
    sequence: 'server',
    nameColumn: 'name',
    constraint: 'registered_servers_name',
    uniqueKey: 'serverName',
    toEntry: ({ id, name }) => ({ id, name }),
    toColumns: ({ id, name }) => definedColumns({ id, name: fitting('serverName', name) }),
  });
}

export function maintenanceReasonRepository(session: Session): RegistryRepository<MaintenanceReason> {
  return new KnexRegistryRepository<MaintenanceReason, { id: number; text: string }>(session, {
    table: 'maintenance_reasons',
    kind: 'maintenanceReason',
    sequence: 'maintenance_reason',
    nameColumn: 'text',
    constraint: 'maintenance_reasons_text',
    uniqueKey: 'maintenanceReason',
    toEntry: ({ id, text }) => ({ id, text }),
    toColumns: ({ id, text }) => definedColumns({ id, text: fitting('maintenanceReason', text) }),
  });
}

const registry: Registry<RegisteredDatabase, DatabaseRow> = {
  table: 'registered_databases',
  kind: 'database',
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
    return this.session.changing('databaseAssigned', { contextId, databaseId }, async (db) => {
      await db('contexts').where({ id: contextId }).update({ database_id: databaseId });
    });
  }
}

/** @see SettingRepository */
export class KnexSettingRepository implements SettingRepository {
  constructor(private readonly session: Session) {}

  get(name: string): Promise<string | null> {
    return this.session.read(async (db) => {
      const row = await db('settings').where({ name }).first('value');
      return row?.value ?? null;
    });
  }

  set(name: string, value: string): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      const row = { name: fitting('settingName', name), value: fitting('settingValue', value) };
      await db('settings').insert(row).onConflict('name').merge();
    });
  }

  delete(name: string): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      await db('settings').where({ name }).delete();
    });
  }
}
