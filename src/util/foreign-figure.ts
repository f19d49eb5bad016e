/** Fault of another system's figure. */
export type FigureFault = 'negative' | 'unreadable';

/** System that a figure comes from. */
export type FigureSource = 'mail_server' | 'redis' | 'database';

/** A count of another system: null when it says nothing that can be believed. */
export interface Figure {
  readonly value: number | null;
  readonly fault: FigureFault | null;
}

/**
 * Smallest 64-bit count that must be a wrapped negative; no disk holds as much, and floats represent it
 * exactly.
 */
const wrappedFrom = 2 ** 62;

/** Reads a count as a number, or a text of one. What fell below 0 is nothing at all; what no disk can hold is not known. */
export function readFigure(given: unknown): Figure {
  const value = typeof given === 'string' && /^-?\d{1,20}$/.test(given) ? Number(given) : given;
  if (typeof value !== 'number' || !Number.isFinite(value)) return { value: null, fault: 'unreadable' };
  if (value < 0 || value >= wrappedFrom) return { value: 0, fault: 'negative' };
  return Number.isSafeInteger(value) ? { value, fault: null } : { value: null, fault: 'unreadable' };
}

/** A stored count as it may be summed, whoever wrote it: from 0 to what a number is exact about. */
export function boundedCount(count: number): number {
  return count >= 0 && count < wrappedFrom ? Math.min(count, Number.MAX_SAFE_INTEGER) : 0;
}
