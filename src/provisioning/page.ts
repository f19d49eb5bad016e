import { errors } from './errors.js';

/** A part of an ordered list. */
export interface Page {
  readonly length: number;
  readonly offset: number;
}

/**
 * Reads `offset` and `length` of the listPage operations, null for everything. OX: semantics 4, last row: absent, blank or negative is no
 * limit, and an offset that is not sent skips nothing.
 * @throws ProvisioningError Storage `Invalid integer parameter`
 */
export function readPage(offset: string | null | undefined, length: string | null | undefined): Page | null {
  const skipped = readInteger(offset) ?? 0;
  const taken = readInteger(length) ?? -1;
  return skipped < 0 || taken < 0 ? null : { offset: skipped, length: taken };
}

function readInteger(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  const value = /^[+-]?\d{1,10}$/.test(trimmed) ? Number(trimmed) : NaN;
  if (!(value >= -(2 ** 31) && value < 2 ** 31)) throw errors.invalidInteger();
  return value;
}
