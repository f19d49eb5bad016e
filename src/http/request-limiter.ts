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
 * So many requests are begun before the event loop looks for new ones again. Without that bound a busy service never queues: each
 * request is worked on as it is read, and the others wait unseen in the kernel, however many and however long.
 */
const startsPerTurn = 8;

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
  private startsInTurn = 0;
  private isTurnEnding = false;
  private isPaused = false;
  /** Told once nobody is running. */
  private onIdle: (() => void) | null = null;

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
    if (this.waiting.size === 0 && this.canStart()) {
      this.start();
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

  /** Gives the place back. */
  leave(): void {
    this.running -= 1;
    if (this.running === 0) this.onIdle?.();
    this.startWaiting();
  }

  /**
   * Lets those end that are worked on, and lets nobody begin until `work` is done.
   * @throws BusyError they did not end in time, or another such work is being done; whatever `work` throws
   */
  async whileNobodyRuns<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
    if (this.isPaused) throw new BusyError();
    this.isPaused = true;
    try {
      await this.idle(timeoutMs);
      return await work();
    } finally {
      this.onIdle = null;
      this.isPaused = false;
      this.startWaiting();
    }
  }

  private idle(timeoutMs: number): Promise<void> {
    if (this.running === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new BusyError()), timeoutMs);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @throws BusyError when a request that came now would be refused; `Retry-After` is set then */
  refuseWhenFull(response: ServerResponse): void {
    if (this.waiting.size < this.limits.maxQueuedRequests) return;
    if (this.waiting.size === 0 && this.canStart()) return;
    this.refused += 1;
    response.setHeader('Retry-After', retryAfterSeconds);
    throw new BusyError();
  }

  private canStart(): boolean {
    if (this.isPaused) return false;
    return this.running < this.limits.maxConcurrentRequests && this.startsInTurn < startsPerTurn;
  }

  private start(): void {
    this.running += 1;
    this.startsInTurn += 1;
    if (this.isTurnEnding) return;
    this.isTurnEnding = true;
    setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.isTurnEnding = false;
    this.startsInTurn = 0;
    this.startWaiting();
  };

  private startWaiting(): void {
    for (const next of this.waiting) {
      if (!this.canStart()) return;
      this.waiting.delete(next);
      this.start();
      next.goOn();
    }
  }
}
