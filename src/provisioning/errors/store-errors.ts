import { errors, ProvisioningError } from './errors.js';

/** Unique constraint that refused a write. */
export type UniqueKey =
  | 'contextId'
  | 'contextName'
  | 'loginMapping'
  | 'resellerName'
  | 'login'
  | 'displayName'
  | 'mailAddress'
  | 'mailForward'
  | 'secondaryAccount'
  | 'groupName'
  | 'resourceName'
  | 'resourceEmail'
  | 'filestoreUrl'
  | 'serverName'
  | 'databaseName'
  | 'maintenanceReason'
  | 'idempotencyKey';

/** A unique constraint refused the write; the transaction is rolled back. `value` is what was taken. */
export class UniqueConflictError extends Error {
  constructor(
    readonly key: UniqueKey,
    readonly value: string,
  ) {
    super(`${key} is taken`);
    this.name = 'UniqueConflictError';
  }
}

/** A text is longer than what the store keeps of it (src/store/schema/text-lengths.ts). Nothing was changed. */
export class ValueTooLongError extends Error {
  constructor(readonly field: string) {
    super(`${field} is too long`);
    this.name = 'ValueTooLongError';
  }
}

/** The database could not be reached, could not write, or stayed contended after all retries. Nothing was changed. */
export class StoreUnavailableError extends Error {
  constructor(
    /** The database's error code, for the operator. */
    readonly code: string | null = null,
  ) {
    super('temporarily unavailable');
    this.name = 'StoreUnavailableError';
  }
}

/**
 * The connection was lost while a commit was under way: nobody knows whether the change was made. Never repeated by us; a client that
 * repeats its call meets the unique constraints, or its idempotency key.
 */
export class CommitUnknownError extends StoreUnavailableError {
  constructor(code: string | null = null) {
    super(code);
    this.name = 'CommitUnknownError';
  }
}

/** The error of the catalogue that is behind whatever a handler threw; null for what nobody foresaw. */
export function provisioningError(error: unknown): ProvisioningError | null {
  if (error instanceof ProvisioningError) return error;
  if (error instanceof CommitUnknownError) return errors.endUnknown();
  if (error instanceof StoreUnavailableError) return errors.temporarilyUnavailable();
  if (error instanceof ValueTooLongError) return errors.valueTooLong(error.field);
  return null;
}
