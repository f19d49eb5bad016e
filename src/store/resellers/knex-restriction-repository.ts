import type { Knex } from 'knex';
import type { Restriction } from '../../provisioning/model/model.js';
import type {
  ContextRestrictions,
  RestrictionRepository,
} from '../../provisioning/repositories/capability-repository.js';
import { chunks } from '../../util/chunks.js';
import type { Session } from '../database/session.js';

/** @see RestrictionRepository */
export class KnexRestrictionRepository implements RestrictionRepository {
  constructor(private readonly session: Session) {}

  ofContext(contextId: number): Promise<ContextRestrictions | null> {
    return this.session.read(async (db) => {
      const row: ContextRestrictionsRow | undefined = await db('contexts as c')
        .join('resellers as o', 'o.id', 'c.owner_id')
        .leftJoin('resellers as p', 'p.id', 'o.parent_id')
        .where('c.id', contextId)
        .first({
          resellerId: db.raw('COALESCE(p.id, o.id)'),
          ofReseller: db.raw('COALESCE(p.restrictions, o.restrictions)'),
          ofContext: 'c.restrictions',
        });
      if (row === undefined) return null;
      return {
        resellerId: row.resellerId,
        ofReseller: JSON.parse(row.ofReseller) as Restriction[],
        ofContext: JSON.parse(row.ofContext) as Restriction[],
      };
    });
  }

  usedContextBytesOfFamily(resellerId: number): Promise<number> {
    return this.session.read(async (db) => {
      let sum = 0;
      for (const ownerIds of await familyOf(db, resellerId)) {
        const row: { bytes?: number | string | null } | undefined = await db('contexts as c')
          .join('context_usage as u', 'u.context_id', 'c.id')
          .whereIn('c.owner_id', ownerIds)
          .sum({ bytes: 'u.bytes' })
          .first();
        sum += Number(row?.bytes ?? 0);
      }
      return sum;
    });
  }

  countUsersOfFamily(resellerId: number): Promise<ReadonlyMap<number, number>> {
    return this.session.read(async (db) => {
      const counts = new Map<number, number>();
      for (const ownerIds of await familyOf(db, resellerId)) {
        const users = db('contexts as c').join('users as u', 'u.context_id', 'c.id');
        await addCounts(counts, users.whereIn('c.owner_id', ownerIds));
      }
      return counts;
    });
  }

  countUsersOfContext(contextId: number): Promise<ReadonlyMap<number, number>> {
    return this.session.read(async (db) => {
      const counts = new Map<number, number>();
      await addCounts(counts, db('users as u').where('u.context_id', contextId));
      return counts;
    });
  }

  areInUse(): Promise<boolean> {
    return this.session.read(async (db) => {
      for (const table of ['resellers', 'contexts'] as const)
        if ((await db(table).whereNot('restrictions', '[]').first('id')) !== undefined) return true;
      return false;
    });
  }
}

interface ContextRestrictionsRow {
  readonly resellerId: number;
  readonly ofReseller: string;
  readonly ofContext: string;
}

interface CountRow {
  readonly moduleAccess: number;
  readonly count: number | string;
}

/** The ids of a reseller and its direct children, in pieces that one statement can take. */
async function familyOf(db: Knex, resellerId: number): Promise<(readonly number[])[]> {
  const childIds: number[] = await db('resellers').where({ parent_id: resellerId }).pluck('id');
  return [...chunks([resellerId, ...childIds])];
}

async function addCounts(counts: Map<number, number>, users: Knex.QueryBuilder): Promise<void> {
  const rows: CountRow[] = await users
    .groupBy('u.module_access')
    .select({ moduleAccess: 'u.module_access' })
    .count<CountRow[]>({ count: '*' });
  for (const { moduleAccess, count } of rows)
    counts.set(moduleAccess, (counts.get(moduleAccess) ?? 0) + Number(count));
}
