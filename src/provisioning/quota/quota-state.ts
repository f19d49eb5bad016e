import { bytesPerMb } from '../../util/bytes-per-mb.js';
import { boundedCount } from '../../util/foreign-figure.js';
import type { QuotaInput } from '../model/model.js';
import type { Budget } from '../repositories/quota-repository.js';

/** Limits and what is left, in bytes; null = no limit. */
export interface QuotaState {
  readonly mode: 'unified' | 'default';
  /** The one limit over mail and files; null in mode `default`, where there is none. */
  readonly limitBytes: number | null;
  readonly limits: { readonly mailBytes: number | null; readonly fileBytes: number | null };
  readonly usage: { readonly mailBytes: number; readonly fileBytes: number; readonly totalBytes: number };
  /** Remainder of limitBytes, never below 0. */
  readonly remainingBytes: number | null;
}

/**
 * Quota state of a user. Unified needs the property, an own filestore, and a mail quota that equals the file
 * quota (docs/contract/choices.md#2). Else mail and files have separate limits.
 */
export function quotaState(input: QuotaInput): QuotaState {
  const mailBytes = boundedCount(input.mailBytes);
  const fileBytes = boundedCount(input.fileBytes);
  const usage = { mailBytes, fileBytes, totalBytes: boundedCount(mailBytes + fileBytes) };
  if (!isUnified(input))
    return {
      mode: 'default',
      limitBytes: null,
      limits: { mailBytes: mailLimitBytes(input), fileBytes: fileLimitBytes(input) },
      usage,
      remainingBytes: null,
    };
  const limitBytes = input.maxQuotaMb * bytesPerMb;
  return {
    mode: 'unified',
    limitBytes,
    limits: { mailBytes: limitBytes, fileBytes: limitBytes },
    usage,
    remainingBytes: Math.max(0, limitBytes - usage.totalBytes),
  };
}

function isUnified(input: QuotaInput): boolean {
  return (
    input.unifiedEnabled &&
    input.ownsFilestore &&
    input.maxQuotaMb > 0 &&
    input.mailQuotaMb === input.maxQuotaMb
  );
}

function mailLimitBytes({ mailQuotaMb }: QuotaInput): number | null {
  return mailQuotaMb === null || mailQuotaMb === 0 ? null : mailQuotaMb * bytesPerMb;
}

function fileLimitBytes({ maxQuotaMb }: QuotaInput): number | null {
  return maxQuotaMb < 0 ? null : maxQuotaMb * bytesPerMb;
}

/** In percent, ascending. */
export const quotaThresholds = [80, 95, 100] as const;

/** Level of one budget of a user. */
export interface QuotaLevel {
  readonly budget: Budget;
  /** The highest threshold that is reached, 0 = none. */
  readonly percent: number;
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/**
 * Levels of all three budgets of a user. Budgets without a limit, or unused in the present mode, are at 0.
 * Files of users without own storage count to another holder.
 */
export function quotaLevels(input: QuotaInput): QuotaLevel[] {
  const { mode, limitBytes, limits, usage } = quotaState(input);
  const isUnified = mode === 'unified';
  return [
    levelOf('unified', usage.totalBytes, isUnified ? limitBytes : null),
    levelOf('mail', usage.mailBytes, isUnified ? null : limits.mailBytes),
    levelOf('files', usage.fileBytes, isUnified || !input.ownsFilestore ? null : limits.fileBytes),
  ];
}

function levelOf(budget: Budget, usedBytes: number, limitBytes: number | null): QuotaLevel {
  if (limitBytes === null) return { budget, percent: 0, usedBytes, limitBytes: 0 };
  // Zero usage reaches no threshold of a zero limit. Whole numbers, since limits exceed the precision of
  // fractions.
  const reached = quotaThresholds.filter(
    (percent) => usedBytes > 0 && usedBytes * 100 >= limitBytes * percent,
  );
  return { budget, percent: reached.at(-1) ?? 0, usedBytes, limitBytes };
}
