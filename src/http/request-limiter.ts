import type { ServerResponse } from 'node:http';

/** There is no room for a request. Nothing of it was carried out. */
export class BusyError extends Error {
  override readonly name = 'BusyError';

  constructor() {
    super('The service is busy, nothing was changed; please try again later');
  }
}

/** What a refused client is told to wait, in seconds. */
const retryAfterSeconds = 2;

interface Waiting {
  readonly goOn: () => void;
  readonly refuse: (error: BusyError) => void;
}

/**
 * So many requests are worked on at once, so many more wait for their turn in the order in which they came, and any beyond
 * that are refused at once. A request asks only when its body is there, so that slow senders take no places.
 */
export class RequestLimiter {
  /** How many are worked on now. */
  running = 0;
  /** How many were refused since the start. */
  refused = 0;
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly limits: { readonly maxConcurrentRequests: number; readonly maxQueuedRequests: number },
  ) {}

  /** How many wait for their turn now. */
  get queued(): number {
    return this.waiting.size;
  }

  /**
   * Takes a place; whoever got one must `leave`.
   * @returns undefined: at once
   * @throws BusyError when there is no place, also later when the client went away meanwhile; `Retry-After` is set then
   */
  enter(response: ServerResponse): Promise<void> | undefined {
    if (this.running < this.limits.maxConcurrentRequests) {
      this.running += 1;
      return undefined;
    }
    this.refuseWhenFull(response);
    return new Promise((goOn, refuse) => {
      const waiting: Waiting = { goOn, refuse };
      this.waiting.add(waiting);
      response.once('close', () => {
        if (this.waiting.delete(waiting)) refuse(new BusyError());
      });
    });
  }

  /** Gives a place back, to the one who has waited longest. */
  leave(): void {
    for (const next of this.waiting) {
      this.waiting.delete(next);
      next.goOn();
      return;
    }
    this.running -= 1;
  }

  /** @throws BusyError when a request that came now would be refused; `Retry-After` is set then */
  refuseWhenFull(response: ServerResponse): void {
    if (this.running < this.limits.maxConcurrentRequests || this.waiting.size < this.limits.maxQueuedRequests)
      return;
    this.refused += 1;
    response.setHeader('Retry-After', retryAfterSeconds);
    throw new BusyError();
  }
}
