/**
 * Account of a context in the ledger. Amounts are bytes, or a number of objects. Limits: null = none, 0 =
 * nothing allowed.
 */
export type LedgerAccount =
  /** Storage of a user's files: its own, a master user's, or the context's. */
  | { readonly kind: 'storage'; readonly userId: number }
  | { readonly kind: 'context' }
  | { readonly kind: 'snippets'; readonly userId: number; readonly limitBytes: number | null }
  | { readonly kind: 'objects'; readonly module: string; readonly limit: number | null }
  /** Counted nowhere. */
  | { readonly kind: 'none' };

/** Owner of reservations and idempotency keys: a user, or a module of the context. */
export type LedgerHolder = `user:${number}` | `objects:${string}`;

export interface LedgerPlace {
  readonly contextId: number;
  readonly holder: LedgerHolder;
}

/** Usage of an account; for users without own storage, their share of the storage. */
export interface LedgerUsage {
  readonly used: number;
  readonly files: number;
  readonly reserved: number;
  /** Another one after every change of `used` and `files`; reservations do not change it. */
  readonly generation: number;
}

export interface ReservationRequest {
  /** Taken unless there is a reservation of this key already. */
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly amount: number;
  readonly expiresAtMs: number;
}

export interface Reservation {
  readonly id: string;
  readonly kind: string;
  readonly amount: number;
  readonly expiresAtMs: number;
}

export interface CommitRequest {
  readonly id: string;
  /** Amount really stored. */
  readonly amount: number;
  readonly files: number;
}

export interface DeletionReport {
  readonly kind: string;
  readonly key: string;
  readonly amount: number;
  readonly files: number;
}

/**
 * Usage and reservations by account. Growth is checked against the limit in the statement that takes the
 * room; shrinking always succeeds. Times are milliseconds of the Unix epoch.
 */
export interface LedgerRepository {
  /**
   * Reserves room until it expires. A known key returns its reservation, or renews one that was released or
   * has expired.
   * @throws QuotaExceededError, KeyConflictError
   */
  reserve(
    place: LedgerPlace,
    account: LedgerAccount,
    request: ReservationRequest,
    nowMs: number,
  ): Promise<Reservation>;
  find(place: LedgerPlace, id: string): Promise<Reservation | null>;
  /**
   * Counts stored bytes instead of reserved ones, at most once. A larger amount needs room like a new
   * reservation. So does all of it when the reservation expired or the user's files moved.
   * @throws QuotaExceededError (the reservation stays as it is), NoSuchReservationError, KeyConflictError
   */
  commit(place: LedgerPlace, account: LedgerAccount, request: CommitRequest, nowMs: number): Promise<void>;
  /**
   * Gives the room back. Nothing happens when it was given back before.
   * @throws NoSuchReservationError, KeyConflictError when it was committed
   */
  release(place: LedgerPlace, id: string): Promise<void>;
  /**
   * Takes what was deleted out of the counters, never below 0, once per key.
   * @throws KeyConflictError
   */
  reportDeletion(
    place: LedgerPlace,
    account: LedgerAccount,
    report: DeletionReport,
    nowMs: number,
  ): Promise<void>;
  usage(place: LedgerPlace, account: LedgerAccount, nowMs: number): Promise<LedgerUsage>;
  /**
   * Sets what an account holds, whatever the limit says.
   * @param generation of the usage on which the total is based; null: whatever happened since
   * @throws StaleGenerationError
   */
  setUsage(
    place: LedgerPlace,
    account: LedgerAccount,
    total: { readonly used: number; readonly files: number; readonly generation: number | null },
  ): Promise<void>;
  /** True when there is something to sweep. */
  hasExpired(nowMs: number): Promise<boolean>;
  /** Gives back the room of some hundred reservations that expired, and forgets keys that are a week old. */
  sweep(nowMs: number): Promise<void>;
}
