import { setTimeout as sleep } from 'node:timers/promises';
import { CommitUnknownError, StoreUnavailableError } from '../provisioning/errors/store-errors.js';
import { DatabaseError } from './database-error.js';
import { hasCommitted, isPatienceOver, noteLoss } from './driver/patience.js';

const maxTries = 5;
/**
 * Somebody else has won against a transaction that deadlocked, so all of them come to an end. On a Galera cluster whoever wants the same row
 * on two nodes meets this often.
 */
const maxTriesAfterDeadlock = 12;
const baseDelayMs = 50;
const maxDelayMs = 800;

/** Told before a try is repeated. `code` is the database's error code. */
export type OnRetry = (info: {
  readonly attempt: number;
  readonly code: string;
  readonly delayMs: number;
}) => void;

/**
 * Runs `attempt` and repeats it after an error that allows it, at most 5 tries (12 after deadlocks) with doubling, fully jittered pauses.
 * `attempt` must not have left anything behind when it throws such an error.
 * @throws StoreUnavailableError all tries are used up, or the database cannot write; CommitUnknownError likewise, after an earlier commit of
 *   the same call; every other error as it is
 */
export async function retrying<T>(attempt: () => Promise<T>, onRetry?: OnRetry): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const startedMs = performance.now();
    try {
      return await attempt();
    } catch (error) {
      if (mayRunAgain(error) || error instanceof CommitUnknownError) noteLoss(performance.now() - startedMs);
      if (error instanceof DatabaseError && error.kind === 'broken') throw unavailable(error.code);
      if (!mayRunAgain(error)) throw error;
      if (tried >= triesAfter(error) || isPatienceOver()) throw unavailable(error.code);
      const delayMs = Math.ceil(Math.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (tried - 1)));
      onRetry?.({ attempt: tried, code: error.code, delayMs });
      await sleep(delayMs);
    }
  }
}

/** What was committed before, such as a change whose result is then read, stays. */
function unavailable(code: string): StoreUnavailableError {
  return hasCommitted() ? new CommitUnknownError(code) : new StoreUnavailableError(code);
}

function triesAfter({ code }: DatabaseError): number {
  return code === 'ER_LOCK_DEADLOCK' ? maxTriesAfterDeadlock : maxTries;
}

function mayRunAgain(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.kind === 'again' || error.kind === 'connection');
}
