/** Where something is counted, of one context. Amounts are bytes; of objects, their number. Limits: null = none, 0 = nothing allowed. */
export type LedgerAccount =
  /** Wherever the files of a user are: in its own storage, in that of a master user, or in the context's. */
  | { readonly kind: 'storage'; readonly userId: number }
  | { readonly kind: 'context' }
  | { readonly kind: 'snippets'; readonly userId: number; readonly limitBytes: number | null }
  | { readonly kind: 'objects'; readonly module: string; readonly limit: number | null }
  /** Counted nowhere. */
  | { readonly kind: 'none' };

/** Who may end a reservation, and whose idempotency keys are told apart: a user, or a module of the context. */
export type LedgerHolder = `user:${number}` | `objects:${string}`;

export interface LedgerPlace {
  readonly contextId: number;
  readonly holder: LedgerHolder;
}

/** What an account holds. Of users without own storage it is their share of the one that their files are in. */
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
  /** What was really stored. */
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
 * Who holds how much, and what is promised to whom. Only the decision to let something grow asks for the limit, in the one statement
 * that also takes the room; whatever shrinks is always done. Times are milliseconds of the Unix epoch.
 */
export interface LedgerRepository {
  /**
   * Takes room until it expires. A key that is known answers the reservation that there is; when that one was released or has expired,
   * it is taken anew.
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
   * Counts what was stored in place of what was reserved. More than that is asked for like a new reservation, and so is everything when
   * the reservation has expired or the user's files are elsewhere by now. Doing it twice does it once.
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
  /** Whether there is something to sweep. */
  hasExpired(nowMs: number): Promise<boolean>;
  /** Gives back the room of some hundred reservations that expired, and forgets keys that are a week old. */
  sweep(nowMs: number): Promise<void>;
}
