import type { BenchGoal, Spread } from './bench-group.js';

/** The middle one; the lower of two. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that at least `share` (0 to 1) of the values do not exceed. NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** A ratio over several rounds: the median of the rounds' own ratios, and how far they lie apart. */
export interface Ratio extends Spread {
  readonly median: number;
}

/** Compares what was measured in the same rounds. null when one of the two is missing. */
export function ratioOf(
  values: readonly number[] | undefined,
  references: readonly number[] | undefined,
): Ratio | null {
  if (values === undefined || references === undefined) return null;
  const ratios = values
    .flatMap((value, round) => value / (references[round] ?? NaN))
    .filter((ratio) => Number.isFinite(ratio));
  if (ratios.length === 0) return null;
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

/** What a measured number must be; `below` does not count equal. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number } | { readonly below: number };

/**
 * A goal with its verdict.
 * @param measured null: not measured, which is never met; a plain number has no spread
 * @param explanation what the reader must know, or how it was missed; how far is said by itself
 */
export function goal(
  text: string,
  bound: Bound,
  measured: Ratio | number | null,
  explanation?: string,
): BenchGoal {
  const value = typeof measured === 'object' ? (measured?.median ?? null) : measured;
  const isMet = value === null || !Number.isFinite(value) ? null : holds(value, bound);
  return {
    text,
    target: boundText(bound),
    measured: isMet === null ? null : value,
    spread:
      typeof measured === 'object' && measured !== null ? { min: measured.min, max: measured.max } : null,
    isMet,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function holds(value: number, bound: Bound): boolean {
  if ('atMost' in bound) return value <= bound.atMost;
  return 'atLeast' in bound ? value >= bound.atLeast : value < bound.below;
}

function boundText(bound: Bound): string {
  if ('atMost' in bound) return `≤ ${bound.atMost}`;
  return 'atLeast' in bound ? `≥ ${bound.atLeast}` : `< ${bound.below}`;
}
