import { AsyncResource } from 'node:async_hooks';
import { waitAtMost } from '../util/wait-at-most.js';
import type { MailServer } from './mail-server.js';

export interface SessionDropperOptions {
  readonly server: Pick<MailServer, 'dropSessions'>;
  /** Forgets the usage of mailboxes that nobody has any more: a session that ends late writes it once more. */
  readonly forgetUsage: (mailboxes: readonly string[]) => Promise<void>;
  readonly onDropped: (mailbox: string) => void;
  readonly onFailure: (mailbox: string, error: unknown) => void;
  /** Longest time that a caller waits; the work continues without it. */
  readonly waitMs?: number;
  /** The pause before a mailbox is tried again; it doubles. */
  readonly retryMs?: number;
  /** After how long a session that was ended has written its last. */
  readonly lateWriteMs?: number;
}

const concurrency = 4;
const maxAttempts = 5;
const maxWaiting = 10_000;
const maxAgeMs = 30_000;
/** After a failure nobody waits for a while: a mail server that is down must not slow provisioning. */
const noWaitMs = 10_000;

interface Job {
  isGone: boolean;
  /** Failures so far. */
  readonly attempts: number;
  readonly queuedAtMs: number;
  readonly settled: Promise<void>;
  readonly done: () => void;
  /** Belongs to the call that asked for it first, whichever job it starts after. */
  readonly run: () => Promise<void>;
}

/**
 * Ends mail sessions after a change of quota, password or rights. It never throws, every wait is bounded, and
 * a waiting mailbox is not queued twice. A failure is retried a few times; after that new sessions meet the
 * new facts anyway.
 */
export class SessionDropper {
  private readonly waiting = new Map<string, Job>();
  private readonly late = new Set<NodeJS.Timeout>();
  private running = 0;
  private failedAtMs = -Infinity;
  private isStopped = false;

  constructor(private readonly options: SessionDropperOptions) {}

  /**
   * After a commit that an open session would not notice.
   * @param isGone nobody has these mailboxes any more
   */
  async drop(mailboxes: readonly string[], isGone: boolean): Promise<void> {
    const settled = mailboxes.map((mailbox) => this.enqueue(mailbox, isGone));
    if (mailboxes.length === 0 || performance.now() - this.failedAtMs < noWaitMs) return;
    await waitAtMost(Promise.all(settled), this.options.waitMs ?? 1_000, undefined);
  }

  /** Drops waiting mailboxes; a call under way ends by its own timeout. */
  stop(): void {
    this.isStopped = true;
    for (const { done } of this.waiting.values()) done();
    this.waiting.clear();
    for (const timer of this.late) clearTimeout(timer);
  }

  private enqueue(mailbox: string, isGone: boolean, attempts = 0): Promise<void> {
    const present = this.waiting.get(mailbox);
    if (present !== undefined) {
      present.isGone ||= isGone;
      return present.settled;
    }
    if (this.isStopped || this.waiting.size >= maxWaiting) {
      this.options.onFailure(mailbox, new Error('too many mailboxes wait already'));
      return Promise.resolve();
    }
    let done = (): void => undefined;
    const settled = new Promise<void>((resolve) => (done = resolve));
    const run = AsyncResource.bind(() => this.dropOne(mailbox, job));
    const job: Job = { isGone, attempts, queuedAtMs: performance.now(), settled, done, run };
    this.waiting.set(mailbox, job);
    this.startNext();
    return settled;
  }

  private startNext(): void {
    const [next] = this.waiting;
    if (next === undefined || this.running >= concurrency) return;
    const [mailbox, job] = next;
    this.waiting.delete(mailbox);
    this.running += 1;
    void job.run().finally(() => {
      this.running -= 1;
      job.done();
      this.startNext();
    });
  }

  private async dropOne(mailbox: string, { isGone, attempts, queuedAtMs }: Job): Promise<void> {
    const { server, onDropped, onFailure } = this.options;
    try {
      if (performance.now() - queuedAtMs > maxAgeMs) throw new Error('waited too long');
      await server.dropSessions(mailbox);
      this.failedAtMs = -Infinity;
      onDropped(mailbox);
    } catch (error) {
      this.failedAtMs = performance.now();
      onFailure(mailbox, error);
      if (attempts + 1 < maxAttempts && !this.isStopped) this.retryLater(mailbox, isGone, attempts + 1);
    }
    if (isGone && !this.isStopped) this.forgetLater(mailbox);
  }

  private retryLater(mailbox: string, isGone: boolean, attempts: number): void {
    const pauseMs = (this.options.retryMs ?? 2_000) * 2 ** (attempts - 1);
    const timer = setTimeout(() => {
      this.late.delete(timer);
      void this.enqueue(mailbox, isGone, attempts);
    }, pauseMs);
    timer.unref();
    this.late.add(timer);
  }

  private forgetLater(mailbox: string): void {
    const { forgetUsage, onFailure, lateWriteMs = 2_000 } = this.options;
    const timer = setTimeout(() => {
      this.late.delete(timer);
      forgetUsage([mailbox]).catch((error: unknown) => onFailure(mailbox, error));
    }, lateWriteMs);
    timer.unref();
    this.late.add(timer);
  }
}
