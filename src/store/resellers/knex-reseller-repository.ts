import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type { Reseller, Restriction } from '../../provisioning/model/model.js';
import type {
  ResellerChanges,
  ResellerRepository,
  ResellerSearch,
} from '../../provisioning/repositories/reseller-repository.js';
import { chunks } from '../../util/chunks.js';
import { refusing } from '../database/database-error.js';
import { lockAcrossNodes } from '../database/mysql-client.js';
import { likeEscape, toLikePattern } from '../database/search-pattern.js';
import { takeFreeId } from '../database/sequences.js';
import type { Session } from '../database/session.js';
import { fitting } from '../schema/text-lengths.js';
import { definedColumns, type ResellerRow } from '../schema/rows.js';

/** @see ResellerRepository */
export class KnexResellerRepository implements ResellerRepository {
  constructor(private readonly session: Session) {}

  takeNextId(): Promise<number> {
    return this.session.untold('takes a number', (db) => takeFreeId(db, 'reseller'));
  }

  insert(reseller: Reseller): Promise<void> {
    return this.session.changing('resellerCreated', { reseller }, async (db) => {
      const row = { ...toColumns(reseller), id: reseller.id, named_ms: Date.now() };
      await refusing(conflictsOf(reseller.name), () => db('resellers').insert(row));
    });
  }

  find(id: number): Promise<Reseller | null> {
    return this.session.read((db) => findReseller(db, id, false));
  }

  findMany(ids: readonly number[]): Promise<Reseller[]> {
    return this.session.read(async (db) => {
      const found: Reseller[] = [];
      for (const chunk of chunks([...new Set(ids)]))
        found.push(...(await db('resellers').whereIn('id', chunk).select('resellers.*')).map(toReseller));
      return found;
    });
  }

  lock(id: number): Promise<Reseller | null> {
    return this.session.lock((db) => findReseller(db, id, true));
  }

  hold(id: number): Promise<Reseller | null> {
    return this.session.lock(async (db) => {
      const row = await db('resellers').where({ id }).forShare().first();
      return row === undefined ? null : toReseller(row);
    });
  }

  findByName(name: string): Promise<Reseller | null> {
    return this.session.read(async (db) => {
      const rows = await db('resellers').where({ name_lower: name.toLowerCase() }).orderBy('id').select('*');
      const row = rows.find((one) => one.name === name) ?? rows[0];
      return row === undefined ? null : toReseller(row);
    });
  }

  update(id: number, changes: ResellerChanges): Promise<void> {
    return this.session.changing('resellerChanged', { id, changes }, async (db) => {
      const columns = toColumns(changes);
      if (Object.keys(columns).length === 0) return;
      const { name } = columns;
      // MySQL assigns in this order: the name is still the old one.
      const named =
        name === undefined
          ? {}
          : { named_ms: db.raw('CASE WHEN name = ? THEN named_ms ELSE ? END', [name, Date.now()]) };
      await refusing(conflictsOf(changes.name ?? ''), () =>
        db('resellers')
          .where({ id })
          .update({ ...named, ...columns }),
      );
    });
  }

  delete(id: number): Promise<void> {
    return this.session.changing('resellerDeleted', { id }, async (db) => {
      await db('resellers').where({ id }).delete();
    });
  }

  search({ pattern, parentId }: ResellerSearch): Promise<Reseller[]> {
    return this.session.read(async (db) => {
      const like = toLikePattern(pattern.toLowerCase());
      if (like === null) return [];
      const query = db('resellers').orderBy('id');
      if (parentId !== null) query.where({ parent_id: toParentColumn(parentId) });
      if (like !== '%') query.whereRaw(`name_lower LIKE ? ESCAPE '${likeEscape}'`, [like]);
      return (await query.select('resellers.*')).map(toReseller);
    });
  }

  countChildren(id: number): Promise<number> {
    return this.session.read(async (db) => {
      const row = await db('resellers')
        .where({ parent_id: toParentColumn(id) })
        .count({ count: '*' })
        .first();
      return Number(row?.count ?? 0);
    });
  }
}

function conflictsOf(name: string): Record<string, () => UniqueConflictError> {
  return { resellers_name: () => new UniqueConflictError('resellerName', name) };
}

async function findReseller(db: Knex, id: number, isLocking: boolean): Promise<Reseller | null> {
  if (isLocking) await lockAcrossNodes(db, 'reseller', [id]);
  const query = db('resellers').where({ id }).first();
  const row = await (isLocking ? query.forUpdate() : query);
  return row === undefined ? null : toReseller(row);
}

/** The master admin, parent 0, is no row that a foreign key could refer to. */
function toParentColumn(parentId: number): number | null {
  return parentId === 0 ? null : parentId;
}

export function toReseller(row: ResellerRow): Reseller {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    parentId: row.parent_id ?? 0,
    passwordHash: row.password_hash,
    passwordMech: row.password_mech,
    restrictions: JSON.parse(row.restrictions) as Restriction[],
    capabilities: JSON.parse(row.capabilities) as string[],
    taxonomies: JSON.parse(row.taxonomies) as string[],
    configuration: new Map(JSON.parse(row.configuration) as [string, string][]),
  };
}

type ChangeableColumns = Omit<ResellerRow, 'id'>;

function toColumns(reseller: Reseller): ChangeableColumns;
function toColumns(reseller: ResellerChanges): Partial<ChangeableColumns>;
function toColumns(reseller: ResellerChanges): Partial<ChangeableColumns> {
  const { restrictions, capabilities, taxonomies, configuration, parentId } = reseller;
  return definedColumns({
    name: fitting('name', reseller.name),
    name_lower: reseller.name?.toLowerCase(),
    display_name: fitting('displayName', reseller.displayName),
    parent_id: parentId === undefined ? undefined : toParentColumn(parentId),
    password_hash: fitting('passwordHash', reseller.passwordHash),
    password_mech: fitting('passwordMech', reseller.passwordMech),
    restrictions: restrictions && fitting('restrictions', JSON.stringify(restrictions)),
    capabilities: capabilities && fitting('capabilities', JSON.stringify(capabilities)),
    taxonomies: taxonomies && fitting('taxonomies', JSON.stringify(taxonomies)),
    configuration: configuration && fitting('configuration', JSON.stringify([...configuration])),
  });
}
