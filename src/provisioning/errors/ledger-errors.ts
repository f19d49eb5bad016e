import type { LedgerState } from '../model/model.js';

/** There is no room for it. Nothing was changed. */
export class QuotaExceededError extends Error {
  constructor(readonly state: LedgerState) {
    super('The allowed Quota is reached.');
    this.name = 'QuotaExceededError';
  }
}

/** A key or reservation was used before, for something else. */
export class KeyConflictError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'KeyConflictError';
  }
}

/** There is no such reservation (any more). */
export class NoSuchReservationError extends Error {
  constructor() {
    super('There is no such reservation');
    this.name = 'NoSuchReservationError';
  }
}

/** Something was counted since the generation on which an absolute total is based. */
export class StaleGenerationError extends Error {
  constructor() {
    super('Something was counted since that generation; read the usage and count again');
    this.name = 'StaleGenerationError';
  }
}
