import type { Budget } from '../provisioning/quota-level-repository.js';
import { quotaState, type QuotaInput } from './quota-state.js';

/** In percent, ascending. */
export const quotaThresholds = [80, 95, 100] as const;

/** How full one budget of a user is. */
export interface QuotaLevel {
  readonly budget: Budget;
  /** The highest threshold that is reached, 0 = none. */
  readonly percent: number;
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/**
 * How full the budgets of a user are, all three of them: those without a limit, and those that do not count in the present mode, stand at 0.
 * Files of users without own storage count to somebody else.
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
  // Of a limit of 0 nothing used is nothing; in whole numbers, since limits go beyond what fractions can tell apart.
  const reached = quotaThresholds.filter(
    (percent) => usedBytes > 0 && usedBytes * 100 >= limitBytes * percent,
  );
  return { budget, percent: reached.at(-1) ?? 0, usedBytes, limitBytes };
}
