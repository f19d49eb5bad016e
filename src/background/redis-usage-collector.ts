import { createClient } from '@redis/client';
import type { Store } from '../provisioning/repositories/store.js';
import type { MailCount } from '../provisioning/repositories/usage-repository.js';
import { FailedItems, isStoreOutage } from '../util/failed-items.js';
import { readFigure, type FigureFault } from '../util/foreign-figure.js';
import { Repeating } from '../util/repeating.js';

export interface RedisUsageCollectorOptions {
  readonly store: Pick<Store, 'read' | 'transaction'>;
  readonly url: string;
  /** Prefix of every key, before the mailbox. */
  readonly prefix: string;
  /** From the end of one round to the start of the next; after failures it doubles, up to a minute. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
  /** The usage of one mailbox could not be written. */
  readonly onFailure?: (mailbox: string, error: unknown, retryInMs: number) => void;
  /** Called once for each invalid figure. */
  readonly onFault?: (mailbox: string, fault: FigureFault) => void;
  readonly failed?: FailedItems;
}

const keysPerScan = 1_000;
const timeoutMs = 10_000;
const longestPauseMs = 60_000;
const storageKey = '/quota/storage';
const messagesKey = '/quota/messages';

type RedisClient = ReturnType<typeof newClient>;

/**
 * Copies absolute usage from Redis, as Dovecot's quota_clone writes it, into the database. Each change is
 * copied once, for mailboxes that a user has. So a corrected table stays corrected (`oxbow recalculate` does
 * not reach Redis). A reused address does not inherit its former owner's usage. Each round has its own
 * connection, so that a failed round leaves nothing behind.
 */
export class RedisUsageCollector {
  private readonly rounds = new Repeating({
    round: () => this.round(),
    pauseMs: () => Math.min(this.options.intervalMs * 2 ** Math.min(this.failures, 10), longestPauseMs),
    onError: (error) => this.options.onError(error),
  });
  private client: RedisClient | null = null;
  private failures = 0;
  /** By mailbox, whether a user has it or not. */
  private readonly seen = new Map<string, string>();
  /** By mailbox, what was told of last. */
  private readonly faults = new Map<string, string>();
  private readonly failed: FailedItems;

  constructor(private readonly options: RedisUsageCollectorOptions) {
    this.failed = options.failed ?? new FailedItems();
  }

  start(): void {
    this.rounds.start();
  }

  async stop(): Promise<void> {
    const stopped = this.rounds.stop();
    if (this.client?.isOpen) this.client.destroy();
    await stopped;
  }

  /** One round over all keys. @throws Error when Redis or the database fails; the next round begins anew */
  async collect(): Promise<void> {
    const client = newClient(this.options.url);
    this.client = client;
    // The current call reports the error; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const MATCH = `${escapeGlob(this.options.prefix)}*${storageKey}`;
      for await (const keys of client.scanIterator({ MATCH, COUNT: keysPerScan })) {
        if (this.rounds.isStopped) return;
        if (keys.length > 0) await this.write(await this.read(client, keys));
      }
    } finally {
      this.client = null;
      if (client.isOpen) client.destroy();
    }
  }

  private async read(client: RedisClient, storageKeys: readonly string[]): Promise<Map<string, MailCount>> {
    const stems = storageKeys.map((key) => key.slice(0, -storageKey.length));
    // Dovecot sets both in one MULTI, and one MGET sees both or none of that.
    const values = await client.mGet(stems.flatMap((stem) => [stem + storageKey, stem + messagesKey]));
    const counts = new Map<string, MailCount>();
    for (const [index, stem] of stems.entries()) {
      const [bytes, messages] = [values[2 * index], values[2 * index + 1]];
      if (typeof bytes !== 'string' || typeof messages !== 'string') continue;
      const mailbox = toMailbox(stem.slice(this.options.prefix.length));
      const count = this.counted(mailbox, bytes, messages);
      if (count !== null) counts.set(mailbox, count);
    }
    return counts;
  }

  /** null: what is stored stays. */
  private counted(mailbox: string, ...texts: [string, string]): MailCount | null {
    const [bytes, messages] = [readFigure(texts[0]), readFigure(texts[1])];
    const fault = bytes.fault ?? messages.fault;
    if (fault === null) this.faults.delete(mailbox);
    else if (this.faults.get(mailbox) !== texts.join(' ')) {
      this.faults.set(mailbox, texts.join(' '));
      this.options.onFault?.(mailbox, fault);
    }
    if (bytes.value === null || messages.value === null) return null;
    return { bytes: bytes.value, messages: messages.value };
  }

  private async write(counts: ReadonlyMap<string, MailCount>): Promise<void> {
    const { store } = this.options;
    const fresh = [...counts].filter(
      ([mailbox, count]) => this.seen.get(mailbox) !== fingerprint(count) && !this.failed.isPaused(mailbox),
    );
    if (fresh.length === 0) return;
    const stored = await store.read.usage.mailUsageOf(fresh.map(([mailbox]) => mailbox));
    const changed = fresh.filter(([mailbox, { bytes, messages }]) => {
      const row = stored.get(mailbox);
      return row !== undefined && (row?.bytes !== bytes || row.messages !== messages);
    });
    const missed = changed.length > 0 ? await this.writeChanged(changed) : new Set<string>();
    for (const [mailbox, count] of fresh)
      if (!missed.has(mailbox)) this.seen.set(mailbox, fingerprint(count));
  }

  /** All at once, or one by one when one of them spoils that. @returns the mailboxes that were not written */
  private async writeChanged(changed: readonly (readonly [string, MailCount])[]): Promise<Set<string>> {
    const { store, onFailure } = this.options;
    const missed = new Set<string>();
    const write = (some: typeof changed) =>
      store.transaction(async ({ mailAccounts }) => {
        for (const [mailbox, count] of some) await mailAccounts.writeUsage(mailbox, count);
      });
    try {
      await write(changed);
    } catch {
      await this.failed.forEach(changed, {
        nameOf: ([mailbox]) => mailbox,
        work: (each) => write([each]),
        onFailure: (mailbox, error, retryInMs) => {
          missed.add(mailbox);
          onFailure?.(mailbox, error, retryInMs);
        },
        isOutage: isStoreOutage,
      });
    }
    return missed;
  }

  private async round(): Promise<void> {
    try {
      await this.collect();
      this.failures = 0;
    } catch (error) {
      if (this.rounds.isStopped) return;
      this.failures += 1;
      throw error;
    }
  }
}

function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: timeoutMs, socketTimeout: timeoutMs, reconnectStrategy: false },
  });
}

function fingerprint({ bytes, messages }: MailCount): string {
  return `${bytes} ${messages}`;
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}

/** Dovecot escapes names that contain a slash, and only these. */
function toMailbox(name: string): string {
  return name.replaceAll(/\\([|\\])/g, (_match, character) => (character === '|' ? '/' : '\\'));
}
