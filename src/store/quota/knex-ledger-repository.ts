import type { Knex } from 'knex';
import { errors } from '../../provisioning/errors/errors.js';
import {
  KeyConflictError,
  NoSuchReservationError,
  StaleGenerationError,
} from '../../provisioning/errors/ledger-errors.js';
import type {
  CommitRequest,
  DeletionReport,
  LedgerAccount,
  LedgerPlace,
  LedgerRepository,
  LedgerUsage,
  Reservation,
  ReservationRequest,
} from '../../provisioning/repositories/ledger-repository.js';
import { DatabaseError, withoutDriverText } from '../database/database-error.js';
import type { Session } from '../database/session.js';
import type { ReservationRow } from '../schema/rows.js';
import {
  add,
  counterNamed,
  counterOf,
  grow,
  readCounter,
  setCounter,
  type Counter,
  addToShare,
  ownPart,
  setShare,
} from './ledger-counters.js';
import { forgetOldKeys, sweepExpired } from './ledger-sweep.js';

/** @see LedgerRepository */
export class KnexLedgerRepository implements LedgerRepository {
  constructor(private readonly session: Session) {}

  reserve(
    place: LedgerPlace,
    account: LedgerAccount,
    request: ReservationRequest,
    nowMs: number,
  ): Promise<Reservation> {
    return this.session.changing('filesReserved', { contextId: place.contextId, account }, async (db) => {
      const { counter } = await counterOf(db, place.contextId, account);
      const wanted: ReservationRow = { ...newRow(place, request), counter: counter?.name ?? 'none' };
      await db('quota_reservations')
        .insert(wanted)
        .onConflict(['context_id', 'holder', 'idempotency_key'])
        .ignore();
      const present = await db('quota_reservations').where(keyOf(place, request.key)).first();
      // Nothing else keeps the row out than that its context is gone.
      if (present === undefined) throw errors.noSuchContext(place.contextId);
      if (present.id !== request.id) {
        if (present.kind !== request.kind || present.amount !== request.amount)
          throw new KeyConflictError('The key was used for another reservation');
        const isHeld = present.state === 'open' && present.expires_at_ms > nowMs;
        if (isHeld || present.state === 'committed') return toReservation(present);
        await this.endOpen(db, present.id);
        await db('quota_reservations')
          .where({ id: present.id })
          .update({ state: 'open', counter: wanted.counter, expires_at_ms: wanted.expires_at_ms });
      }
      if (counter !== null) {
        const change = { reserved: request.amount };
        await grow(db, counter, change, request.amount, makeRoom(db, place, counter, nowMs));
      }
      return toReservation({ ...wanted, id: present.id });
    });
  }

  find(place: LedgerPlace, id: string): Promise<Reservation | null> {
    return this.session.read(async (db) => {
      const row = await db('quota_reservations').where(reservationKey(place, id)).first();
      return row === undefined ? null : toReservation(row);
    });
  }

  commit(place: LedgerPlace, account: LedgerAccount, request: CommitRequest, nowMs: number): Promise<void> {
    return this.session.changing('filesMoved', { contextId: place.contextId, account }, async (db) => {
      const { counter, sharer } = await counterOf(db, place.contextId, account);
      const row = await lockReservation(db, place, request.id);
      if (row.state === 'committed') {
        if (row.committed_amount === request.amount && row.committed_files === request.files) return;
        throw new KeyConflictError('The reservation was committed with another size');
      }
      if (row.state === 'released') throw new KeyConflictError('The reservation was released');
      const isHeldHere = row.state === 'open' && row.counter === counter?.name;
      if (!isHeldHere) await this.endOpen(db, row.id);
      await db('quota_reservations')
        .where({ id: row.id })
        .update({ state: 'committed', committed_amount: request.amount, committed_files: request.files });
      if (counter === null) return;
      const held = isHeldHere ? row.amount : 0;
      const change = { used: request.amount, files: request.files, reserved: -held };
      const growth = request.amount > held || !isHeldHere ? request.amount - held : null;
      await grow(db, counter, change, growth, makeRoom(db, place, counter, nowMs));
      if (sharer !== null)
        await addToShare(db, place.contextId, sharer, { used: request.amount, files: request.files });
    });
  }

  release(place: LedgerPlace, id: string): Promise<void> {
    return this.session.changing(
      'filesMoved',
      { contextId: place.contextId, account: holderOf(place) },
      async (db) => {
        const row = await lockReservation(db, place, id);
        if (row.state === 'committed') throw new KeyConflictError('The reservation was committed');
        await this.endOpen(db, id);
        await db('quota_reservations').where({ id }).update({ state: 'released' });
      },
    );
  }

  reportDeletion(
    place: LedgerPlace,
    account: LedgerAccount,
    report: DeletionReport,
    nowMs: number,
  ): Promise<void> {
    return this.session.changing('filesMoved', { contextId: place.contextId, account }, async (db) => {
      const { counter, sharer } = await counterOf(db, place.contextId, account);
      const isNew = await noteDeletion(db, place, report, nowMs);
      if (!isNew || counter === null) return;
      // Limits a report to the reporter's part, lest it reduces others'.
      const own = await ownPart(db, place.contextId, counter, sharer);
      const gone = { used: -Math.min(report.amount, own.bytes), files: -Math.min(report.files, own.files) };
      await add(db, counter, gone);
      if (sharer !== null) await addToShare(db, place.contextId, sharer, gone);
    });
  }

  usage(place: LedgerPlace, account: LedgerAccount, nowMs: number): Promise<LedgerUsage> {
    return this.session.read(async (db) => {
      const { counter, sharer } = await counterOf(db, place.contextId, account);
      if (counter === null) return { used: 0, files: 0, reserved: 0, generation: 0 };
      const open = db('quota_reservations')
        .where({ context_id: place.contextId, counter: counter.name, state: 'open' })
        .where('expires_at_ms', '>', nowMs);
      if (sharer !== null) void open.where({ holder: place.holder, kind: 'drive' });
      const [sum] = await open.sum({ reserved: 'amount' });
      const reserved = Number(sum?.reserved ?? 0);
      if (sharer === null) return { ...(await readCounter(db, counter)), reserved };
      const share = await db('hosted_file_usage')
        .where({ context_id: place.contextId, user_id: sharer })
        .first({ used: 'bytes', files: 'files', generation: 'generation' });
      return { ...(share ?? { used: 0, files: 0, generation: 0 }), reserved };
    });
  }

  setUsage(
    place: LedgerPlace,
    account: LedgerAccount,
    total: { readonly used: number; readonly files: number; readonly generation: number | null },
  ): Promise<void> {
    return this.session.changing('usageSet', { place, account, total }, async (db) => {
      const { counter, sharer } = await counterOf(db, place.contextId, account);
      if (counter === null) return;
      const isSet =
        sharer === null
          ? await setCounter(db, counter, total)
          : await setShare(db, place.contextId, sharer, counter, total);
      if (!isSet) throw new StaleGenerationError();
    });
  }

  hasExpired(nowMs: number): Promise<boolean> {
    return this.session.read(async (db) => {
      const row = await db('quota_reservations')
        .where({ state: 'open' })
        .where('expires_at_ms', '<=', nowMs)
        .first('id');
      return row !== undefined;
    });
  }

  sweep(nowMs: number): Promise<void> {
    return this.session.changing('reservationsSwept', { nowMs }, async (db) => {
      await sweepExpired(db, nowMs);
      await forgetOldKeys(db, nowMs);
    });
  }

  /** If it is open, what it holds is given back where it is held. */
  private async endOpen(db: Knex, id: string): Promise<void> {
    const row = await db('quota_reservations').where({ id, state: 'open' }).forUpdate().first();
    if (row === undefined) return;
    await db('quota_reservations').where({ id }).update({ state: 'expired' });
    const counter = counterNamed(row.context_id, row.counter);
    if (counter !== null) await add(db, counter, { reserved: -row.amount });
  }
}

function makeRoom(db: Knex, { contextId }: LedgerPlace, { name }: Counter, nowMs: number) {
  return () => sweepExpired(db, nowMs, { context_id: contextId, counter: name });
}

function newRow(
  { contextId, holder }: LedgerPlace,
  { id, kind, key, amount, expiresAtMs }: ReservationRequest,
): Omit<ReservationRow, 'counter'> {
  return {
    id,
    context_id: contextId,
    holder,
    idempotency_key: key,
    kind,
    amount,
    state: 'open',
    expires_at_ms: expiresAtMs,
    committed_amount: 0,
    committed_files: 0,
  };
}

function toReservation(row: ReservationRow): Reservation {
  return { id: row.id, kind: row.kind, amount: row.amount, expiresAtMs: row.expires_at_ms };
}

function keyOf({ contextId, holder }: LedgerPlace, key: string) {
  return { context_id: contextId, holder, idempotency_key: key };
}

function holderOf({ holder }: LedgerPlace): LedgerAccount | null {
  const userId = Number(/^user:(\d+)$/.exec(holder)?.[1] ?? 0);
  return userId > 0 ? { kind: 'storage', userId } : null;
}

function reservationKey({ contextId, holder }: LedgerPlace, id: string) {
  return { context_id: contextId, holder, id };
}

async function lockReservation(db: Knex, place: LedgerPlace, id: string): Promise<ReservationRow> {
  const row = await db('quota_reservations').where(reservationKey(place, id)).forUpdate().first();
  if (row === undefined) throw new NoSuchReservationError();
  return row;
}

/**
 * False: it was reported before.
 * @throws KeyConflictError
 */
async function noteDeletion(
  db: Knex,
  place: LedgerPlace,
  { key, kind, amount, files }: DeletionReport,
  nowMs: number,
): Promise<boolean> {
  try {
    await db('quota_deletions').insert({ ...keyOf(place, key), kind, amount, files, reported_at_ms: nowMs });
    return true;
  } catch (error) {
    const plain = withoutDriverText(error);
    if (!(plain instanceof DatabaseError) || plain.kind !== 'unique') throw plain;
  }
  const present = await db('quota_deletions').where(keyOf(place, key)).first();
  if (present?.kind === kind && present.amount === amount && present.files === files) return false;
  throw new KeyConflictError('The key was used for another deletion');
}
