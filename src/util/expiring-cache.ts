import { LRUCache } from 'lru-cache';

interface Entry<T> {
  readonly atMs: number;
  readonly value: Promise<T>;
}

/** Answers that are read at most once in a while for each key. Those who ask at once share one reading. */
export class ExpiringCache<T> {
  private readonly entries: LRUCache<string, Entry<T>>;

  /** @param most maximum of keys; beyond it the oldest is dropped */
  constructor(
    forMs: number,
    most: number,
    private readonly now: () => number = Date.now,
  ) {
    this.entries = new LRUCache({ max: most, ttl: forMs, ttlResolution: 0, perf: { now } });
  }

  async get(key: string, read: () => Promise<T>): Promise<{ readonly atMs: number; readonly value: T }> {
    const entry = this.entries.peek(key) ?? this.begin(key, read);
    return { atMs: entry.atMs, value: await entry.value };
  }

  private begin(key: string, read: () => Promise<T>): Entry<T> {
    const entry = { atMs: this.now(), value: read() };
    entry.value.catch(() => {
      if (this.entries.peek(key) === entry) this.entries.delete(key);
    });
    this.entries.set(key, entry, { start: entry.atMs });
    return entry;
  }
}
