import { boundedCount } from '../util/foreign-figure.js';

/** The facts about one user from which everything else about its quota follows. Quotas in MB. */
export interface QuotaInput {
  /** Limit of the user's files, -1 = none. */
  readonly maxQuotaMb: number;
  /** Whether files count to the user's own storage; else they count to the context. */
  readonly ownsFilestore: boolean;
  /** Limit of the user's mail: 0 = none, null = never set, which limits nothing either. */
  readonly mailQuotaMb: number | null;
  /** Whether `com.openexchange.unifiedquota.enabled` is effectively true. */
  readonly unifiedEnabled: boolean;
  readonly mailBytes: number;
  readonly fileBytes: number;
}

/** Limits and what is left, in bytes; null = no limit. */
export interface QuotaState {
  readonly mode: 'unified' | 'default';
  /** The one limit over mail and files; null in mode `default`, where there is none. */
  readonly limitBytes: number | null;
  readonly limits: { readonly mailBytes: number | null; readonly fileBytes: number | null };
  readonly usage: { readonly mailBytes: number; readonly fileBytes: number; readonly totalBytes: number };
  /** What is left of limitBytes, never below 0. */
  readonly remainingBytes: number | null;
}

const bytesPerMb = 1024 * 1024;

/**
 * The quota state of a user. Unified: the property is on, the user has an own file storage, a mail quota is set, and both limits are the
 * same positive number (contract/semantics.md, decision 2). Else each limit holds for its own side.
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
