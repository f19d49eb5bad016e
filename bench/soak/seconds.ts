import type { Ended } from './load.js';

/** What one second was like. */
export interface Second {
  readonly rssMb: number;
  readonly heapMb: number;
  /** Good requests by their end. */
  readonly answered: number;
  readonly busy: number;
  /** Neither 200 nor 503: there must be none. */
  readonly other: number;
  readonly unsent: number;
  /** Of the answered ones; 0 when there were none. */
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Puts together what ended within a second. */
export function summarise(
  ended: readonly Ended[],
  memory: { readonly rssBytes: number; readonly heapBytes: number },
  unsent: number,
): Second {
  const durations = ended.filter(({ status }) => status === 200).map(({ durationMs }) => durationMs);
  const busy = ended.filter(({ status }) => status === 503).length;
  return {
    rssMb: round(memory.rssBytes / 2 ** 20),
    heapMb: round(memory.heapBytes / 2 ** 20),
    answered: durations.length,
    busy,
    other: ended.length - durations.length - busy,
    unsent,
    medianMs: round(quantile(durations, 0.5)),
    p99Ms: round(quantile(durations, 0.99)),
  };
}

/** The value below which that share of the values is; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** How much a value grows per hour: the slope of the line through its values of each second, the first quarter left out. */
export function growthPerHour(values: readonly number[]): number {
  const settled = values.slice(Math.floor(values.length / 4));
  const middle = (settled.length - 1) / 2;
  const mean = settled.reduce((sum, value) => sum + value, 0) / Math.max(1, settled.length);
  const covariance = settled.reduce((sum, value, second) => sum + (second - middle) * (value - mean), 0);
  const variance = settled.reduce((sum, _value, second) => sum + (second - middle) ** 2, 0);
  return variance === 0 ? 0 : round((covariance / variance) * 3_600);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
