import type { Knex } from 'knex';
import { chunks } from './chunks.js';
import { add, counterNamed } from './ledger-counters.js';
import type { ReservationRow } from './rows.js';

const sweptAtOnce = 500;
const keptKeysMs = 7 * 24 * 3_600_000;

/** Gives back what expired reservations hold, all of them or those of one counter, some hundred at a time. */
export async function sweepExpired(
  db: Knex,
  nowMs: number,
  only: { readonly context_id?: number; readonly counter?: string } = {},
): Promise<void> {
  const expired = await db('quota_reservations')
    .where({ state: 'open', ...only })
    .where('expires_at_ms', '<=', nowMs)
    .orderBy('id')
    .limit(sweptAtOnce)
    .forUpdate()
    .select('id', 'context_id', 'counter', 'amount');
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

/** When users go elsewhere or for good: what they hold reserved is given back, and what is reserved of theirs. */
export async function dropReservations(
  db: Knex,
  contextId: number,
  userIds: readonly number[],
): Promise<void> {
  const open = await db('quota_reservations')
    .where({ context_id: contextId, state: 'open' })
    .where((of) =>
      of
        .whereIn(
          'holder',
          userIds.map((id) => `user:${id}`),
        )
        .orWhereIn(
          'counter',
          userIds.map((id) => `own:${id}`),
        ),
    )
    .orderBy('id')
    .forUpdate()
    .select('id', 'context_id', 'counter', 'amount');
  await expire(db, open);
}

/** Nothing is left of the keys of deleted users. */
export async function dropKeys(db: Knex, contextId: number, userIds: readonly number[]): Promise<void> {
  const holders = userIds.map((id) => `user:${id}`);
  for (const table of ['quota_reservations', 'quota_deletions'] as const)
    await db(table).where({ context_id: contextId }).whereIn('holder', holders).delete();
}

type Expiring = Pick<ReservationRow, 'id' | 'context_id' | 'counter' | 'amount'>;

/** The rows must be locked. */
async function expire(db: Knex, rows: readonly Expiring[]): Promise<void> {
  const sums = new Map<string, Expiring>();
  for (const row of rows) {
    const place = `${row.context_id} ${row.counter}`;
    sums.set(place, { ...row, amount: row.amount + (sums.get(place)?.amount ?? 0) });
  }
  for (const chunk of chunks(rows.map(({ id }) => id)))
    await db('quota_reservations').whereIn('id', chunk).update({ state: 'expired' });
  for (const [, { context_id, counter, amount }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const reserved = counterNamed(context_id, counter);
    if (reserved !== null) await add(db, reserved, { reserved: -amount });
  }
}
