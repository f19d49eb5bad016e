/** Loop over many items that continues after a failed one. */
export interface ItemLoop<T> {
  readonly nameOf: (item: T) => string;
  readonly work: (item: T) => Promise<void>;
  /** @param retryInMs how long the item is passed over */
  readonly onFailure: (name: string, error: unknown, retryInMs: number) => void;
  /** True for an outage, which is no fault of the item. */
  readonly isOutage?: (error: unknown) => boolean;
  readonly isStopped?: () => boolean;
}

const basePauseMs = 30_000;
const longestPauseMs = 6 * 3_600_000;
/** Consecutive failures that count as an outage of the other side. */
const maxOutages = 3;
const maxKept = 10_000;

interface Failure {
  readonly times: number;
  readonly dueAtMs: number;
}

/**
 * Failed items, each skipped for a doubling pause. In loops over mailboxes, users and keys a bad item then
 * costs the others nothing, and is retried.
 */
export class FailedItems {
  private readonly failures = new Map<string, Failure>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly pauseMs: number = basePauseMs,
  ) {}

  /**
   * Works on one item after the other.
   * @throws the error of an outage, once it has met several items in a row
   */
  async forEach<T>(items: Iterable<T>, loop: ItemLoop<T>): Promise<void> {
    let outages = 0;
    for (const item of items) {
      if (loop.isStopped?.() === true) return;
      const name = loop.nameOf(item);
      if (this.isPaused(name)) continue;
      try {
        await loop.work(item);
        this.failures.delete(name);
        outages = 0;
      } catch (error) {
        outages = loop.isOutage?.(error) === true ? outages + 1 : 0;
        if (outages >= maxOutages) throw error;
        loop.onFailure(name, error, outages > 0 ? 0 : this.fail(name));
      }
    }
  }

  /** True while an item is still skipped. */
  isPaused(name: string): boolean {
    return (this.failures.get(name)?.dueAtMs ?? 0) > this.now();
  }

  private fail(name: string): number {
    const times = (this.failures.get(name)?.times ?? 0) + 1;
    const pauseMs = Math.min(longestPauseMs, this.pauseMs * 2 ** Math.min(times - 1, 20));
    const [oldest] = this.failures.keys();
    if (this.failures.size >= maxKept && oldest !== undefined) this.failures.delete(oldest);
    this.failures.delete(name);
    this.failures.set(name, { times, dueAtMs: this.now() + pauseMs });
    return pauseMs;
  }
}

/** True for an unreachable database, which is no fault of any item. */
export function isStoreOutage(error: unknown): boolean {
  return error instanceof Error && error.name === 'StoreUnavailableError';
}
