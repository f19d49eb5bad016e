import type { ServerResponse } from 'node:http';
import type { RequestSlot } from '../../provisioning/access/request-slot.js';
import { FairQueue } from '../../provisioning/access/fair-queue.js';

/** There is no room for a request. Nothing of it was carried out. */
export class BusyError extends Error {
  override readonly name = 'BusyError';

  constructor() {
    super('The service is busy, nothing was changed; please try again later');
  }
}

/** Retry-After of a refused request, in seconds. */
const retryAfterSeconds = 2;

/** Bounds of concurrent work. */
export interface RequestLimits {
  readonly maxConcurrentRequests: number;
  readonly maxQueuedRequests: number;
  /** From where a request came; those who wait take turns by it. Absent: all are one. */
  readonly addressOf?: (response: ServerResponse) => string;
}

interface Waiting {
  readonly goOn: () => void;
  readonly refuse: (error: BusyError) => void;
}

/**
 * Requests started per turn of the event loop. Without this bound Oxbow would never queue: requests would
 * wait unseen in the kernel.
 */
const startsPerTurn = 8;

/**
 * Request slots with a bounded queue, fair by address; requests beyond it are refused. A slot is taken only
 * with a complete body, so slow senders hold none.
 */
export class RequestLimiter implements RequestSlot {
  /** Requests in a slot now. */
  running = 0;
  /** Requests refused since the start. */
  refused = 0;
  /** Requests that gave up their slot until their caller is authenticated. */
  unproven = 0;
  private readonly waiting = new FairQueue<Waiting>();
  private readonly returning = new Set<() => void>();
  private startsInTurn = 0;
  private isTurnEnding = false;
  private isPaused = false;
  /** Told once nobody is running. */
  private onIdle: (() => void) | null = null;

  constructor(private readonly limits: RequestLimits) {}

  /** Requests in the queue now. */
  get queued(): number {
    return this.waiting.size;
  }

  /**
   * Takes a slot; whoever got one must `leave`.
   * @returns undefined: at once
   * @throws BusyError when there is no slot, also later when the client went away meanwhile; `Retry-After` is set then
   */
  enter(response: ServerResponse): Promise<void> | undefined {
    if (this.waiting.size === 0 && this.canStart()) {
      this.start();
      return undefined;
    }
    const address = this.addressOf(response);
    if (this.isFull()) this.makeRoom(response, address);
    return new Promise((goOn, refuse) => {
      const onClose = (): void => {
        if (this.waiting.delete(address, waiting)) refuse(new BusyError());
      };
      const waiting: Waiting = {
        goOn,
        refuse: (error) => {
          this.tellWhenToComeBack(response);
          refuse(error);
        },
      };
      this.waiting.add(address, waiting);
      response.once('close', onClose);
    });
  }

  /** Gives the slot back. */
  leave(): void {
    this.running -= 1;
    if (this.isIdle()) this.onIdle?.();
    this.startWaiting();
  }

  stepOut(): void {
    this.unproven += 1;
    this.leave();
  }

  /** It comes back even while nobody may begin, since it has begun. */
  async comeBack(): Promise<void> {
    if (this.running >= this.limits.maxConcurrentRequests)
      await new Promise<void>((goOn) => this.returning.add(goOn));
    else this.running += 1;
    this.unproven -= 1;
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
    if (this.isIdle()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new BusyError()), timeoutMs);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @throws BusyError when a request that came now would be refused, before its body is read; `Retry-After` is set then */
  refuseWhenFull(response: ServerResponse): void {
    if (!this.isFull() || this.waiting.hasLonger(this.addressOf(response))) return;
    this.tellWhenToComeBack(response);
    throw new BusyError();
  }

  private isFull(): boolean {
    if (this.waiting.size < this.limits.maxQueuedRequests) return false;
    return this.waiting.size > 0 || !this.canStart();
  }

  /** The last of whoever has the most waiting gives way to somebody who has fewer. */
  private makeRoom(response: ServerResponse, address: string): void {
    const last = this.waiting.takeForRoom(address);
    if (last !== undefined) return last.refuse(new BusyError());
    this.tellWhenToComeBack(response);
    throw new BusyError();
  }

  private tellWhenToComeBack(response: ServerResponse): void {
    this.refused += 1;
    response.setHeader('Retry-After', retryAfterSeconds);
  }

  private addressOf(response: ServerResponse): string {
    return this.limits.addressOf?.(response) ?? '';
  }

  private isIdle(): boolean {
    return this.running === 0 && this.unproven === 0;
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
    for (const goOn of this.returning) {
      if (this.running >= this.limits.maxConcurrentRequests) return;
      this.returning.delete(goOn);
      this.running += 1;
      goOn();
    }
    while (this.waiting.size > 0 && this.canStart()) {
      this.start();
      this.waiting.take()?.goOn();
    }
  }
}
