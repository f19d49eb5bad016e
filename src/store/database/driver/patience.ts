import { AsyncLocalStorage } from 'node:async_hooks';

/** Minimum bound, which even the last wait of a call gets. */
const leastBoundMs = 1_000;

interface Call {
  readonly limitMs: number;
  readonly lost: { ms: number };
  hasCommitted: boolean;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Runs a call that ends when it has lost so much time to a database that does not answer. What the database does answer counts for nothing,
 * however long it takes.
 */
export function withPatience<T>(limitMs: number, run: () => T): T {
  return calls.run({ limitMs, lost: { ms: 0 }, hasCommitted: false }, run);
}

/** Tells that the present call has lost time to a failed attempt. */
export function noteLoss(lostMs: number): void {
  const call = calls.getStore();
  if (call !== undefined) call.lost.ms += lostMs;
}

/** True when the present call has waited so long that it must end. */
export function isPatienceOver(): boolean {
  const call = calls.getStore();
  return call !== undefined && call.lost.ms >= call.limitMs;
}

/** Remainder of a bound for the present call. */
export function boundLeft(boundMs: number): number {
  const call = calls.getStore();
  if (call === undefined || call.lost.ms === 0) return boundMs;
  return Math.min(boundMs, Math.max(leastBoundMs, call.limitMs - call.lost.ms));
}

/** Tells that the present call has committed something: no later fault of it may say that nothing was changed. */
export function noteCommit(): void {
  const call = calls.getStore();
  if (call !== undefined) call.hasCommitted = true;
}

/** True when the present call has committed something. */
export function hasCommitted(): boolean {
  return calls.getStore()?.hasCommitted === true;
}

/** Runs what is no part of the change that the present call is about, such as a count of logins. */
export function besideCall<T>(run: () => T): T {
  const call = calls.getStore();
  return call === undefined ? run() : calls.run({ ...call }, run);
}
