import { createHmac, randomUUID } from 'node:crypto';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { quotaLevels } from '../provisioning/quota/quota-state.js';
import type { Budget, QuotaLevelFacts, UserKey } from '../provisioning/repositories/quota-repository.js';
import type { Store } from '../provisioning/repositories/store.js';
import { FailedItems, isStoreOutage } from '../util/failed-items.js';
import { Repeating } from '../util/repeating.js';

/** A user reached a threshold from below. */
export interface ThresholdEvent {
  readonly contextId: number;
  readonly userId: number;
  readonly budget: Budget;
  /** 80, 95 or 100: the highest of those that were crossed. */
  readonly percent: number;
  readonly usedBytes: number;
  readonly limitBytes: number;
}

export interface ThresholdScanOptions {
  readonly store: Pick<Store, 'read' | 'transaction'>;
  /** From the end of one scan to the start of the next; 0: no scans. */
  readonly intervalMs: number;
  /** True when events go into the outbox, for the webhook. */
  readonly reportsToWebhook: boolean;
  /** @param mailbox of the user, if it has one */
  readonly onCrossing: (event: ThresholdEvent, mailbox: string | null) => void;
  readonly onError: (error: unknown) => void;
  /** One user could not be looked at. */
  readonly onFailure: (user: string, error: unknown, retryInMs: number) => void;
  /** Called once for an invalid mailbox figure, until it is valid again. */
  readonly onOddMail: (mailbox: string) => void;
  readonly failed?: FailedItems;
}

const pageLength = 500;
const maxWaiting = 10_000;

/**
 * Scan for users at 80, 95 or 100 % of a quota. Dovecot writes usage silently, so all users are scanned
 * periodically, a page at a time. Users whose files grew are checked at once. Reported thresholds are stored,
 * so that only one of several processes reports a crossing.
 */
export class ThresholdScan {
  private readonly rounds: Repeating;
  private checking: Promise<void> | null = null;
  private readonly waiting = new Map<string, UserKey>();
  private readonly failed: FailedItems;
  private readonly odd = new Set<string>();

  constructor(private readonly options: ThresholdScanOptions) {
    const { intervalMs, onError } = options;
    this.rounds = new Repeating({ round: () => this.scan(), pauseMs: () => intervalMs, onError });
    this.failed = options.failed ?? new FailedItems();
  }

  start(): void {
    if (this.options.intervalMs > 0) this.rounds.start();
  }

  async stop(): Promise<void> {
    const stopped = this.rounds.stop();
    this.waiting.clear();
    await Promise.all([stopped, this.checking]);
  }

  /** Looks at one user as soon as those before it are done. */
  checkSoon(contextId: number, userId: number): void {
    if (this.rounds.isStopped || this.options.intervalMs === 0 || this.waiting.size >= maxWaiting) return;
    this.waiting.set(`${contextId}/${userId}`, { contextId, userId });
    this.checking ??= this.checkWaiting()
      .catch(this.options.onError)
      .finally(() => (this.checking = null));
  }

  /** Looks at everybody once. */
  async scan(): Promise<void> {
    let last: UserKey = { contextId: 0, userId: 0 };
    for (;;) {
      const page = await this.options.store.read.quotaLevels.page(last, pageLength);
      await this.judgeAll(page);
      if (this.rounds.isStopped) return;
      const end = page.at(-1);
      if (end === undefined) return;
      last = end;
      // SQLite answers without ever letting go of the process.
      await othersTurn();
    }
  }

  private async checkWaiting(): Promise<void> {
    for (const [key, user] of this.waiting) {
      this.waiting.delete(key);
      const facts = await this.options.store.read.quotaLevels.find(user);
      if (facts !== null) await this.judgeAll([facts]);
    }
  }

  private judgeAll(page: readonly QuotaLevelFacts[]): Promise<void> {
    return this.failed.forEach(page, {
      nameOf: ({ contextId, userId }) => `${contextId}/${userId}`,
      work: (facts) => this.judge(facts),
      onFailure: this.options.onFailure,
      isOutage: isStoreOutage,
      isStopped: () => this.rounds.isStopped,
    });
  }

  private async judge(facts: QuotaLevelFacts): Promise<void> {
    const { contextId, userId, noted } = facts;
    this.noteOdd(facts);
    for (const { budget, percent, usedBytes, limitBytes } of quotaLevels(facts.input)) {
      const before = noted.get(budget) ?? 0;
      if (before === percent) continue;
      const event = { contextId, userId, budget, percent, usedBytes, limitBytes };
      if (await this.move(event, before)) if (percent > before) this.options.onCrossing(event, facts.mailbox);
    }
  }

  private noteOdd({ mailbox, hasOddMail }: QuotaLevelFacts): void {
    if (mailbox === null) return;
    if (!hasOddMail) this.odd.delete(mailbox);
    else if (!this.odd.has(mailbox)) {
      this.odd.add(mailbox);
      this.options.onOddMail(mailbox);
    }
  }

  /** The level and the event are written together, so that neither comes without the other. */
  private move(event: ThresholdEvent, before: number): Promise<boolean> {
    return this.options.store.transaction(async ({ quotaLevels: levels, outbox }) => {
      const isOurs = await levels.move(event, event.budget, before, event.percent);
      if (isOurs && event.percent > before && this.options.reportsToWebhook) {
        const id = randomUUID();
        const body = { id, type: 'quota.threshold', at: new Date().toISOString(), ...event };
        await outbox.add('webhook', id, JSON.stringify(body));
      }
      return isOurs;
    });
  }
}

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

const timeoutMs = 10_000;

/** HMAC-SHA256 over `timestamp.body`, in hex: the receiver computes the same and compares. */
export function webhookSignature(secret: string, timestamp: number, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/**
 * Sends one event. Anything but a status of 200 to 299 within 10 s is a failure.
 * @param eventId the same however often the event is sent
 * @throws Error whose text names neither the address nor the secret
 */
export async function sendWebhook(
  { url, secret }: WebhookTarget,
  eventId: string,
  body: string,
): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1_000);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'oxbow-event-id': eventId,
        'oxbow-timestamp': String(timestamp),
        'oxbow-signature': `v1=${webhookSignature(secret, timestamp, body)}`,
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
    throw new Error(`the webhook cannot be reached: ${code}`);
  }
  // The body is of no interest, but the connection is.
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered HTTP ${response.status}`);
}
