import type { Knex } from 'knex';
import type {
  Budget,
  QuotaLevelFacts,
  QuotaLevelRepository,
  QuotaSums,
  UserKey,
} from '../../provisioning/repositories/quota-repository.js';
import { bytesPerMb } from '../../util/bytes-per-mb.js';
import type { Session } from '../database/session.js';
import { bounded, isOdd } from './bounded.js';
import { quotaColumns, toQuotaInput, usersWithUsage, type QuotaRow } from './users-with-usage.js';

interface FactsRow extends QuotaRow {
  readonly context_id: number;
  readonly id: number;
  readonly mailbox: string | null;
  readonly has_odd_mail: number;
}

/** @see QuotaLevelRepository */
export class KnexQuotaLevelRepository implements QuotaLevelRepository {
  constructor(private readonly session: Session) {}

  page({ contextId, userId }: UserKey, length: number): Promise<QuotaLevelFacts[]> {
    return this.session.read(async (db) => {
      // Not `(context_id, id) > (?, ?)`, for which MariaDB would not use the key.
      const rest = facts(db).where('u.context_id', contextId).where('u.id', '>', userId);
      const same: FactsRow[] = await rest.orderBy('u.id').limit(length);
      const others = facts(db).where('u.context_id', '>', contextId).orderBy(['u.context_id', 'u.id']);
      const more: FactsRow[] = same.length < length ? await others.limit(length - same.length) : [];
      return withLevels(db, [...same, ...more]);
    });
  }

  find({ contextId, userId }: UserKey): Promise<QuotaLevelFacts | null> {
    return this.session.read(async (db) => {
      const rows: FactsRow[] = await facts(db).where({ 'u.context_id': contextId, 'u.id': userId });
      return (await withLevels(db, rows))[0] ?? null;
    });
  }

  move({ contextId, userId }: UserKey, budget: Budget, from: number, to: number): Promise<boolean> {
    return this.session.untold('bookkeeping', async (db) => {
      const key = { context_id: contextId, user_id: userId, budget };
      const noted = () => db('quota_levels').where({ ...key, percent: from });
      if (from > 0) return (to > 0 ? await noted().update({ percent: to }) : await noted().delete()) === 1;
      const user = await db('users').where({ context_id: contextId, id: userId }).forUpdate().first('id');
      if (user === undefined || (await db('quota_levels').where(key).first()) !== undefined) return false;
      await db('quota_levels').insert({ ...key, percent: to });
      return true;
    });
  }

  counts(): Promise<{ budget: Budget; percent: number; users: number }[]> {
    return this.session.read(async (db) => {
      const rows = await db('quota_levels')
        .groupBy('budget', 'percent')
        .select('budget', 'percent')
        .count({ users: '*' });
      return rows.map(({ budget, percent, users }) => {
        return { budget, percent, users: Number(users) };
      });
    });
  }

  sums(): Promise<QuotaSums> {
    return this.session.read(async (db) => {
      const [limits] = await db('users')
        .where({ is_context_admin: 0 })
        .count({ users: '*' })
        .sum({ mailMb: 'mail_quota_mb' })
        .select({
          filesMb: db.raw(
            'SUM(CASE WHEN filestore_id > 0 AND max_quota_mb > 0 THEN max_quota_mb ELSE 0 END)',
          ),
        });
      const [mail] = await db('mail_usage').sum({ bytes: db.raw(bounded('bytes')) });
      const [files] = await db('file_usage').sum({ bytes: db.raw(bounded('bytes')) });
      return {
        users: Number(limits?.['users'] ?? 0),
        mailBytes: Number(mail?.['bytes'] ?? 0),
        fileBytes: Number(files?.['bytes'] ?? 0),
        mailLimitBytes: Number(limits?.['mailMb'] ?? 0) * bytesPerMb,
        fileLimitBytes: Number(limits?.['filesMb'] ?? 0) * bytesPerMb,
      };
    });
  }
}

function facts(db: Knex): Knex.QueryBuilder<object, FactsRow[]> {
  const [key, mailbox] = [{ context_id: 'u.context_id', id: 'u.id' }, 'u.mailbox'];
  const columns = { ...key, mailbox, has_odd_mail: db.raw(isOdd('m.bytes')), ...quotaColumns(db) };
  return usersWithUsage(db).where('u.is_context_admin', 0).select(columns) as Knex.QueryBuilder<
    object,
    FactsRow[]
  >;
}

async function withLevels(db: Knex, rows: readonly FactsRow[]): Promise<QuotaLevelFacts[]> {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return [];
  const query = db('quota_levels').whereBetween('context_id', [first.context_id, last.context_id]);
  if (first.context_id === last.context_id) void query.whereBetween('user_id', [first.id, last.id]);
  const levels = await query.select('context_id', 'user_id', 'budget', 'percent');
  const byUser = new Map<string, Map<Budget, number>>();
  for (const { context_id, user_id, budget, percent } of levels) {
    const key = `${context_id}/${user_id}`;
    byUser.set(key, (byUser.get(key) ?? new Map<Budget, number>()).set(budget, percent));
  }
  return rows.map((row) => toFacts(row, byUser.get(`${row.context_id}/${row.id}`) ?? new Map()));
}

function toFacts(row: FactsRow, noted: ReadonlyMap<Budget, number>): QuotaLevelFacts {
  return {
    contextId: row.context_id,
    userId: row.id,
    mailbox: row.mailbox,
    noted,
    hasOddMail: row.has_odd_mail === 1,
    input: toQuotaInput(row),
  };
}
