import { boundLeft } from './patience.js';

/** The code of the error when a bound ran out. */
export const silenceCode = 'DATABASE_SILENT';

export interface Bound {
  readonly boundMs: number;
  /** After so long the wait is overdue. */
  readonly overdueMs?: number;
  /** Told once a wait is overdue, and when that one has ended. */
  readonly onOverdue?: (change: 1 | -1) => void;
  /** Gives up what is waited for. */
  readonly giveUp: () => void;
}

/**
 * Waits for the driver up to a bound, and abandons a call without an answer.
 * @throws Error with the code DATABASE_SILENT; any error of `work`
 */
export async function boundedWait<T>(bound: Bound, work: () => PromiseLike<T>): Promise<T> {
  const clock = new WaitClock(bound);
  try {
    return await Promise.race([clock.expired, work()]);
  } finally {
    clock.stop();
  }
}

/** One timer for both: until the wait is overdue, and from then until the bound. */
class WaitClock {
  readonly expired: Promise<never>;
  private timer: NodeJS.Timeout;
  private isOverdue = false;
  private isStopped = false;

  constructor(private readonly bound: Bound) {
    const boundMs = boundLeft(bound.boundMs);
    const overdueMs = Math.min(bound.overdueMs ?? boundMs, boundMs);
    const { promise, reject } = rejectable();
    this.expired = promise;
    // An answer that came while the event loop was busy is read first.
    const expire = (): void => void setImmediate(() => this.expire(reject));
    this.timer = setTimeout(() => {
      if (overdueMs === boundMs) return expire();
      this.isOverdue = true;
      bound.onOverdue?.(1);
      this.timer = setTimeout(expire, boundMs - overdueMs);
    }, overdueMs);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    if (this.isOverdue) this.bound.onOverdue?.(-1);
    this.isOverdue = false;
  }

  private expire(reject: (error: Error) => void): void {
    if (this.isStopped) return;
    this.bound.giveUp();
    reject(Object.assign(new Error('the database does not answer'), { code: silenceCode }));
  }
}

function rejectable(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_resolve, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
