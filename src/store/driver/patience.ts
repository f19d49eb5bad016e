import { AsyncLocalStorage } from 'node:async_hooks';

/** What the last wait of a call gets all the same. */
const leastBoundMs = 1_000;

interface Call {
  readonly limitMs: number;
  lostMs: number;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Runs a call that ends when it has lost so much time to a database that does not answer. What the database does answer counts for nothing,
 * however long it takes.
 */
export function withPatience<T>(limitMs: number, run: () => T): T {
  return calls.run({ limitMs, lostMs: 0 }, run);
}

/** Tells that the present call has lost time to a failed attempt. */
export function noteLoss(lostMs: number): void {
  const call = calls.getStore();
  if (call !== undefined) call.lostMs += lostMs;
}

/** Whether the present call has lost so much time that it must end. */
export function isPatienceOver(): boolean {
  const call = calls.getStore();
  return call !== undefined && call.lostMs >= call.limitMs;
}

/** How much of a bound the present call has left. */
export function boundLeft(boundMs: number): number {
  const call = calls.getStore();
  if (call === undefined || call.lostMs === 0) return boundMs;
  return Math.min(boundMs, Math.max(leastBoundMs, call.limitMs - call.lostMs));
}
