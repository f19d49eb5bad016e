import { errors } from './errors.js';

/** A larger number of MB would not fit a signed 64 bit number of bytes. */
export const maxQuotaMbLimit = 8_796_093_022_207;

/** -1: no limit. */
export const unlimitedMb = -1;

/**
 * Checks a `maxQuota`: -1 (unlimited), 0 or a number of MB.
 * @throws ProvisioningError InvalidData
 */
export function checkMaxQuotaMb(quotaMb: number): number {
  if (Number.isInteger(quotaMb) && quotaMb >= unlimitedMb && quotaMb <= maxQuotaMbLimit) return quotaMb;
  throw errors.invalidQuota(quotaMb, `-1 (unlimited), 0 or a number of MB up to ${maxQuotaMbLimit}`);
}

/**
 * Checks the MB of setMailQuota: 0 (unlimited) or a number of MB.
 * @throws ProvisioningError InvalidData
 */
export function checkMailQuotaMb(quotaMb: number | null | undefined): number {
  if (quotaMb === null || quotaMb === undefined) throw errors.missingArgument();
  if (Number.isInteger(quotaMb) && quotaMb >= 0 && quotaMb <= maxQuotaMbLimit) return quotaMb;
  throw errors.invalidQuota(quotaMb, `0 (unlimited) or a number of MB up to ${maxQuotaMbLimit}`);
}

/**
 * Checks an `average_size`: what one user is expected to fill, in MB.
 * @throws ProvisioningError InvalidData
 */
export function checkAverageSizeMb(sizeMb: number): number {
  if (Number.isInteger(sizeMb) && sizeMb >= 0 && sizeMb <= maxQuotaMbLimit) return sizeMb;
  throw errors.invalidAverageSize(sizeMb, maxQuotaMbLimit);
}
