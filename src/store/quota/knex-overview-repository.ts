import type { Knex } from 'knex';
import type {
  OverviewCounts,
  OverviewRepository,
  UserSummary,
} from '../../provisioning/repositories/overview-repository.js';
import type { UserKey } from '../../provisioning/repositories/quota-repository.js';
import { chunks } from '../../util/chunks.js';
import { literalPattern, whereLike } from '../database/search-pattern.js';
import type { Session } from '../database/session.js';
import { bounded } from './bounded.js';
import { isUnified, quotaColumns, toQuotaInput, usersWithUsage, type QuotaRow } from './users-with-usage.js';

type Owners = readonly number[] | null;

/** Maximum of index entries scanned for visible users. */
const mostLookedAt = 10_000;

const fullness = `(COALESCE(${bounded('m.bytes')}, 0) + CASE WHEN ${isUnified} THEN COALESCE(${bounded('f.bytes')}, 0) ELSE 0 END)
  * 1.0 / u.mail_quota_mb`;

/** @see OverviewRepository */
export class KnexOverviewRepository implements OverviewRepository {
  constructor(private readonly session: Session) {}

  counts(ownerIds: Owners): Promise<OverviewCounts> {
    return this.session.read(async (db) => {
      const contexts = db('contexts').count({ n: '*' });
      if (ownerIds !== null) void contexts.whereIn('owner_id', ownerIds);
      const [found] = await contexts;
      const users = db.from('users as u').where('u.is_context_admin', 0);
      const [counted] = (await ownedBy(db, users, ownerIds)
        .count({ users: '*' })
        .select({ unified: db.raw(`SUM(CASE WHEN ${isUnified} THEN 1 ELSE 0 END)`) })) as unknown as {
        users: number | string;
        unified: number | string | null;
      }[];
      return {
        contexts: Number(found?.['n'] ?? 0),
        users: Number(counted?.users ?? 0),
        unified: Number(counted?.unified ?? 0),
      };
    });
  }

  fullest(ownerIds: Owners, length: number, onlyReached: boolean): Promise<UserSummary[]> {
    return this.session.read(async (db) => {
      const query = usersWithUsage(db).where('u.is_context_admin', 0).where('u.mail_quota_mb', '>', 0);
      if (onlyReached)
        void query
          .join('quota_levels as q', (on) => on.on('q.context_id', 'u.context_id').andOn('q.user_id', 'u.id'))
          .whereIn('q.budget', ['unified', 'mail']);
      const keys: UserKey[] = await ownedBy(db, query, ownerIds)
        .whereRaw('(m.bytes > 0 OR f.bytes > 0)')
        .orderByRaw(`${fullness} DESC, u.context_id, u.id`)
        .limit(length)
        .select({ contextId: 'u.context_id', userId: 'u.id' });
      return readSummaries(db, keys);
    });
  }

  ownedSince(contextIds: readonly number[], resellerIds: readonly number[]) {
    return this.session.read(async (db) => {
      const contexts = new Map<number, number>();
      for (const chunk of chunks(contextIds))
        for (const row of await db('contexts').whereIn('id', chunk).select('id', 'made_ms'))
          contexts.set(row.id, row.made_ms);
      const resellers = new Map<string, number>();
      for (const chunk of chunks(resellerIds))
        for (const row of await db('resellers').whereIn('id', chunk).select('name', 'named_ms'))
          resellers.set(row.name, row.named_ms);
      return { contexts, resellers };
    });
  }

  find(beginnings: readonly string[], ownerIds: Owners, length: number): Promise<UserKey[]> {
    const likes = beginnings.map((text) => `${literalPattern(text)}%`);
    return this.session.read(async (db) => {
      const found = new Map<string, UserKey>();
      for (const search of searches(db, likes)) {
        const candidates = search.limit(mostLookedAt).as('u');
        const keys: UserKey[] = await ownedBy(db, db.from(candidates), ownerIds)
          .orderBy(['u.context_id', 'u.id'])
          .limit(length)
          .select({ contextId: 'u.context_id', userId: 'u.id' });
        for (const key of keys) found.set(`${key.contextId}/${key.userId}`, key);
      }
      return [...found.values()]
        .sort((a, b) => a.contextId - b.contextId || a.userId - b.userId)
        .slice(0, length);
    });
  }

  summaries(users: readonly UserKey[]): Promise<UserSummary[]> {
    return this.session.read((db) => readSummaries(db, users));
  }
}

/** One index each: logins, and the names that users have for themselves, which are addresses and display names. */
function searches(db: Knex, likes: readonly string[]): Knex.QueryBuilder[] {
  const begins = (query: Knex.QueryBuilder, column: string) =>
    query.where((any) => {
      for (const like of likes) void any.orWhere((condition) => whereLike(condition, column, like));
    });
  return [
    begins(db('users').select('context_id', 'id'), 'login_lower'),
    begins(
      db('unique_names').where({ holder: 'user' }).select({ context_id: 'context_id', id: 'user_id' }),
      'value',
    ),
  ];
}

function ownedBy(db: Knex, query: Knex.QueryBuilder, ownerIds: Owners): Knex.QueryBuilder {
  if (ownerIds === null) return query;
  return query.whereIn('u.context_id', db('contexts').whereIn('owner_id', ownerIds).select('id'));
}

interface SummaryRow extends QuotaRow {
  readonly context_id: number;
  readonly id: number;
  readonly context_name: string;
  readonly login: string;
  readonly display_name: string;
  readonly primary_email: string;
  readonly is_context_admin: number;
  readonly enabled: number;
}

async function readSummaries(db: Knex, keys: readonly UserKey[]): Promise<UserSummary[]> {
  const found = new Map<string, UserSummary>();
  for (const chunk of chunks(keys, 100)) {
    const rows: SummaryRow[] = await usersWithUsage(db)
      .join('contexts as c', 'c.id', 'u.context_id')
      .where((any) => {
        for (const { contextId, userId } of chunk)
          void any.orWhere({ 'u.context_id': contextId, 'u.id': userId });
      })
      .select({
        context_id: 'u.context_id',
        id: 'u.id',
        context_name: 'c.name',
        login: 'u.login',
        display_name: 'u.display_name',
        primary_email: 'u.primary_email',
        is_context_admin: 'u.is_context_admin',
        enabled: 'u.enabled',
        ...quotaColumns(db),
      });
    for (const row of rows) found.set(`${row.context_id}/${row.id}`, toSummary(row));
  }
  return keys.flatMap(({ contextId, userId }) => found.get(`${contextId}/${userId}`) ?? []);
}

function toSummary(row: SummaryRow): UserSummary {
  return {
    contextId: row.context_id,
    userId: row.id,
    contextName: row.context_name,
    login: row.login,
    displayName: row.display_name,
    primaryEmail: row.primary_email,
    isContextAdmin: row.is_context_admin === 1,
    enabled: row.enabled === 1,
    input: toQuotaInput(row),
  };
}
