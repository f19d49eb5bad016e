import { randomUUID } from 'node:crypto';
import { NoSuchReservationError } from '../errors/ledger-errors.js';
import type { Installation } from '../installation/installation.js';
import type {
  CommitRequest,
  DeletionReport,
  LedgerAccount,
  LedgerPlace,
  LedgerUsage,
  Reservation,
} from '../repositories/ledger-repository.js';
import type { LedgerTarget } from './authorize-usage.js';

type Deps = Pick<Installation, 'store'>;

/** Wanted reservation of a service. */
export interface ReservationWish {
  readonly kind: string;
  readonly key: string;
  readonly amount: number;
  readonly ttlSeconds: number;
}

/**
 * Reserves room, unless it is reserved under that key already. Room of reservations that expired, whoever's, is given back before.
 * @throws QuotaExceededError, KeyConflictError
 */
export async function reserve(
  { store }: Deps,
  target: LedgerTarget,
  { kind, key, amount, ttlSeconds }: ReservationWish,
): Promise<Reservation> {
  const nowMs = Date.now();
  await sweepLedger({ store }, nowMs);
  const request = { id: randomUUID(), kind, key, amount, expiresAtMs: nowMs + ttlSeconds * 1000 };
  return store.transaction(({ ledger }) => ledger.reserve(target, target.account, request, nowMs));
}

/**
 * Counts what was stored under a reservation.
 * @param accountOf where a kind counts
 * @throws QuotaExceededError, NoSuchReservationError, KeyConflictError
 */
export async function commitReservation(
  { store }: Deps,
  place: LedgerPlace,
  request: CommitRequest,
  accountOf: (kind: string) => Promise<LedgerAccount>,
): Promise<void> {
  const reservation = await store.read.ledger.find(place, request.id);
  if (reservation === null) throw new NoSuchReservationError();
  const account = await accountOf(reservation.kind);
  const nowMs = Date.now();
  await store.transaction(({ ledger }) => ledger.commit(place, account, request, nowMs));
}

/** @throws NoSuchReservationError, KeyConflictError */
export async function releaseReservation({ store }: Deps, place: LedgerPlace, id: string): Promise<void> {
  await store.transaction(({ ledger }) => ledger.release(place, id));
}

/** @throws KeyConflictError */
export async function reportDeletion(
  { store }: Deps,
  target: LedgerTarget,
  report: DeletionReport,
): Promise<LedgerUsage> {
  const nowMs = Date.now();
  await store.transaction(({ ledger }) => ledger.reportDeletion(target, target.account, report, nowMs));
  return store.read.ledger.usage(target, target.account, nowMs);
}

/** Usage of an account, without expired reservations. */
export async function readUsage({ store }: Deps, target: LedgerTarget): Promise<LedgerUsage> {
  const nowMs = Date.now();
  await sweepLedger({ store }, nowMs);
  return store.read.ledger.usage(target, target.account, nowMs);
}

/**
 * Sets what an account holds, as somebody counted it.
 * @param total with the generation that the usage had before the counting began; null: whatever happened since
 * @throws StaleGenerationError
 */
export async function setUsage(
  { store }: Deps,
  target: LedgerTarget,
  total: { readonly used: number; readonly files: number; readonly generation: number | null },
): Promise<LedgerUsage> {
  await store.transaction(({ ledger }) => ledger.setUsage(target, target.account, total));
  return store.read.ledger.usage(target, target.account, Date.now());
}

/** Gives back what expired reservations hold. Called with every call that asks for room, so that no timer is needed. */
async function sweepLedger({ store }: Deps, nowMs: number): Promise<void> {
  if (!(await store.read.ledger.hasExpired(nowMs))) return;
  await store.transaction(({ ledger }) => ledger.sweep(nowMs));
}
