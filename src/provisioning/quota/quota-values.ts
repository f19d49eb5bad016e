import { errors } from '../errors/errors.js';
import type { SentMb } from '../model/sent-mb.js';

/** A larger number of MB would not fit a signed 64 bit number of bytes. */
export const maxQuotaMbLimit = 8_796_093_022_207;

/** -1: no limit. */
export const unlimitedMb = -1;

/**
 * Checks a `maxQuota`: -1 (unlimited), 0 or a number of MB.
 * @throws ProvisioningError InvalidData
 */
export function checkMaxQuotaMb(quotaMb: SentMb): number {
  if (isWholeMb(quotaMb, unlimitedMb)) return quotaMb;
  throw errors.invalidQuota(quotaMb, `-1 (unlimited), 0 or a number of MB up to ${maxQuotaMbLimit}`);
}

/**
 * Checks the MB of setMailQuota: 0 (unlimited) or a number of MB.
 * @throws ProvisioningError InvalidData
 */
export function checkMailQuotaMb(quotaMb: SentMb): number {
  if (isWholeMb(quotaMb, 0)) return quotaMb;
  throw errors.invalidQuota(quotaMb, `0 (unlimited) or a number of MB up to ${maxQuotaMbLimit}`);
}

/** Checks that a number of MB can be stored: no bigint can, since it lies beyond the limit. */
export function isWholeMb(mb: SentMb, leastMb: number): mb is number {
  return Number.isInteger(mb) && mb >= leastMb && mb <= maxQuotaMbLimit;
}
