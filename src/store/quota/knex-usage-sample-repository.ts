import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import type { UserKey } from '../../provisioning/repositories/quota-repository.js';
import type { UsageSample, UsageSampleRepository } from '../../provisioning/repositories/usage-repository.js';
import type { Session } from '../database/session.js';
import { bounded } from './bounded.js';

const dueSetting = 'usageSamplesDue';
const thinnedSetting = 'usageSamplesThinned';
const dayMs = 86_400_000;

/** @see UsageSampleRepository */
export class KnexUsageSampleRepository implements UsageSampleRepository {
  constructor(private readonly session: Session) {}

  list({ contextId, userId }: UserKey, sinceMs: number): Promise<UsageSample[]> {
    return this.session.read(async (db) => {
      const samples = () => db('usage_samples').where({ context_id: contextId, user_id: userId });
      const before = await samples().where('at_ms', '<', sinceMs).orderBy('at_ms', 'desc').limit(1);
      const since = await samples().where('at_ms', '>=', sinceMs).orderBy('at_ms');
      return [...before, ...since].map(toSample);
    });
  }

  claimRound(nowMs: number, intervalMs: number): Promise<boolean> {
    return this.session.untold('bookkeeping', async (db) => {
      // No two claims are alike, so that of two who are the first only one finds its own.
      const row = { name: dueSetting, value: `${nowMs + intervalMs} ${randomUUID()}` };
      const due = await db('settings').where({ name: dueSetting }).first('value');
      if (due === undefined) {
        await db('settings').insert(row).onConflict('name').ignore();
        return (await db('settings').where(row).first()) !== undefined;
      }
      const dueMs = Number.parseInt(due.value);
      // A due time far ahead is of a longer interval or of a clock that was wrong.
      if (dueMs > nowMs && dueMs <= nowMs + intervalMs) return false;
      return (
        (await db('settings')
          .where({ name: dueSetting, ...due })
          .update(row)) === 1
      );
    });
  }

  sampleAfter(place: UserKey, length: number, nowMs: number): Promise<UserKey | null> {
    return this.session.untold('bookkeeping', async (db) => {
      const keys = await keysAfter(db, place, length);
      const [first] = keys;
      const last = keys.at(-1);
      if (first === undefined || last === undefined) return null;
      const [range, bindings] = rangeOf(first, last);
      await db.raw(`${insertChanged} AND ${range}`, [nowMs, ...bindings]);
      return last;
    });
  }

  usersAfter(place: UserKey, length: number): Promise<UserKey[]> {
    return this.session.read((db) => keysAfter(db, place, length));
  }

  thinnedDay(): Promise<number | null> {
    return this.session.read(async (db) => {
      const row = await db('settings').where({ name: thinnedSetting }).first('value');
      return row === undefined ? null : Number(row.value);
    });
  }

  noteThinnedDay(day: number): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      const row = { name: thinnedSetting, value: String(day) };
      await db('settings').insert(row).onConflict('name').merge();
    });
  }

  thin(day: number, length: number): Promise<number> {
    const [from, to] = [day * dayMs, (day + 1) * dayMs];
    return this.deleteSome((db) =>
      db('usage_samples as s')
        .where('s.at_ms', '>=', from)
        .where('s.at_ms', '<', to)
        .whereExists(
          db('usage_samples as later')
            .whereRaw('later.context_id = s.context_id AND later.user_id = s.user_id')
            .whereRaw('later.at_ms > s.at_ms AND later.at_ms < ?', [to])
            .select('later.at_ms'),
        )
        .limit(length)
        .select('s.context_id', 's.user_id', 's.at_ms'),
    );
  }

  forgetBefore(beforeMs: number, length: number): Promise<number> {
    return this.deleteSome((db) =>
      db('usage_samples')
        .where('at_ms', '<', beforeMs)
        .orderBy('at_ms')
        .limit(length)
        .select('context_id', 'user_id', 'at_ms'),
    );
  }

  private deleteSome(find: (db: Knex) => PromiseLike<unknown>): Promise<number> {
    return this.session.untold('bookkeeping', async (db) => {
      const rows = (await find(db)) as Pick<UsageSampleRow, 'context_id' | 'user_id' | 'at_ms'>[];
      for (const { context_id, user_id, at_ms } of rows)
        await db('usage_samples').where({ context_id, user_id, at_ms }).delete();
      return rows.length;
    });
  }
}

/** A user without usage has a sample only once there was some. */
const insertChanged = `INSERT INTO usage_samples (context_id, user_id, at_ms, mail_bytes, file_bytes)
  SELECT u.context_id, u.id, ?, COALESCE(${bounded('m.bytes')}, 0), COALESCE(${bounded('f.bytes')}, 0)
  FROM users u
  LEFT JOIN mail_usage m ON m.username = u.mailbox
  LEFT JOIN file_usage f ON f.context_id = u.context_id AND f.user_id = u.id
  LEFT JOIN usage_samples s ON s.context_id = u.context_id AND s.user_id = u.id AND s.at_ms =
    (SELECT MAX(l.at_ms) FROM usage_samples l WHERE l.context_id = u.context_id AND l.user_id = u.id)
  WHERE u.is_context_admin = 0
    AND (COALESCE(${bounded('m.bytes')}, 0) <> COALESCE(s.mail_bytes, 0) OR COALESCE(${bounded('f.bytes')}, 0) <> COALESCE(s.file_bytes, 0))`;

async function keysAfter(db: Knex, { contextId, userId }: UserKey, length: number): Promise<UserKey[]> {
  // Not `(context_id, id) > (?, ?)`, for which MariaDB would not use the key.
  const users = () => db('users').select({ contextId: 'context_id', userId: 'id' });
  const same: UserKey[] = await users()
    .where('context_id', contextId)
    .where('id', '>', userId)
    .orderBy('id')
    .limit(length);
  if (same.length === length) return same;
  const others: UserKey[] = await users()
    .where('context_id', '>', contextId)
    .orderBy(['context_id', 'id'])
    .limit(length - same.length);
  return [...same, ...others];
}

/** The users from one to another, as a condition and its values. */
function rangeOf(first: UserKey, last: UserKey): [string, number[]] {
  if (first.contextId === last.contextId)
    return ['u.context_id = ? AND u.id BETWEEN ? AND ?', [first.contextId, first.userId, last.userId]];
  return [
    'u.context_id BETWEEN ? AND ? AND (u.context_id > ? OR u.id >= ?) AND (u.context_id < ? OR u.id <= ?)',
    [first.contextId, last.contextId, first.contextId, first.userId, last.contextId, last.userId],
  ];
}

function toSample({ at_ms, mail_bytes, file_bytes }: UsageSampleRow): UsageSample {
  return { atMs: at_ms, mailBytes: mail_bytes, fileBytes: file_bytes };
}

/** A budget: the one of a unified quota, or that of one side. */
export interface QuotaLevelRow {
  context_id: number;
  user_id: number;
  budget: 'unified' | 'mail' | 'files';
  percent: number;
}

/** Usage of a user at a time. */
export interface UsageSampleRow {
  context_id: number;
  user_id: number;
  at_ms: number;
  mail_bytes: number;
  file_bytes: number;
}
