import type { Knex } from 'knex';
import { chunks } from '../../util/chunks.js';
import { add, counterNamed } from './ledger-counters.js';

const sweptAtOnce = 500;
const keptKeysMs = 7 * 24 * 3_600_000;

/** Gives back what expired reservations hold, all of them or those of one counter, some hundred at a time. */
export async function sweepExpired(
  db: Knex,
  nowMs: number,
  only: { readonly context_id?: number; readonly counter?: string } = {},
): Promise<void> {
  const expired: string[] = await db('quota_reservations')
    .where({ state: 'open', ...only })
    .where('expires_at_ms', '<=', nowMs)
    .limit(sweptAtOnce)
    .pluck('id');
  await expire(db, expired);
}

/** Forgets ended reservations and deletions that nobody will repeat any more. */
export async function forgetOldKeys(db: Knex, nowMs: number): Promise<void> {
  const before = nowMs - keptKeysMs;
  for (const state of ['committed', 'released', 'expired'] as const) {
    const ended: string[] = await db('quota_reservations')
      .where({ state })
      .where('expires_at_ms', '<', before)
      .limit(sweptAtOnce)
      .pluck('id');
    if (ended.length > 0) await db('quota_reservations').where({ state }).whereIn('id', ended).delete();
  }
  await db('quota_deletions').where('reported_at_ms', '<', before).delete();
}

/** Releases reservations of users who move or are deleted, both theirs and those on their storage. */
export async function dropReservations(
  db: Knex,
  contextId: number,
  userIds: readonly number[],
): Promise<void> {
  const open: string[] = await db('quota_reservations')
    .where({ context_id: contextId, state: 'open' })
    .where((condition) => {
      void condition
        .whereIn(
          'holder',
          userIds.map((id) => `user:${id}`),
        )
        .orWhereIn(
          'counter',
          userIds.map((id) => `own:${id}`),
        );
    })
    .pluck('id');
  await expire(db, open);
}

/** Nothing is left of the keys of deleted users. */
export async function dropKeys(db: Knex, contextId: number, userIds: readonly number[]): Promise<void> {
  const holders = userIds.map((id) => `user:${id}`);
  for (const table of ['quota_reservations', 'quota_deletions'] as const)
    await db(table).where({ context_id: contextId }).whereIn('holder', holders).delete();
}

/** Locks by id, since a locking search would wait for new reservations of others and deadlock with them. */
async function expire(db: Knex, ids: readonly string[]): Promise<void> {
  const sums = new Map<
    string,
    { readonly contextId: number; readonly counter: string; readonly reserved: number }
  >();
  for (const chunk of chunks([...ids].sort())) {
    const rows = await db('quota_reservations')
      .whereIn('id', chunk)
      .where({ state: 'open' })
      .forUpdate()
      .select('id', 'context_id', 'counter', 'amount');
    await db('quota_reservations')
      .whereIn(
        'id',
        rows.map(({ id }) => id),
      )
      .update({ state: 'expired' });
    for (const { context_id: contextId, counter, amount } of rows) {
      const place = `${contextId} ${counter}`;
      const reserved = (sums.get(place)?.reserved ?? 0) - amount;
      sums.set(place, { contextId, counter, reserved });
    }
  }
  for (const [, { contextId, counter, reserved }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const at = counterNamed(contextId, counter);
    if (at !== null) await add(db, at, { reserved });
  }
}
