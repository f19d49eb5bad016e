import { LRUCache } from 'lru-cache';

const defaultMaxEntries = 10_000;

/** Keys that each hold for a while; beyond `maxEntries` the oldest go first. */
export class RecentKeys {
  private readonly keys: LRUCache<string, true>;

  constructor(now: () => number, maxEntries = defaultMaxEntries) {
    this.keys = new LRUCache({ max: maxEntries, ttl: 1, ttlResolution: 0, perf: { now } });
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  delete(key: string): void {
    this.keys.delete(key);
  }

  clear(): void {
    this.keys.clear();
  }

  /** Holds a key for a time above 0, in whole milliseconds; at its end it is gone. */
  add(key: string, forMs: number): void {
    // The library treats an entry as fresh at exactly its ttl, and a ttl of 0 as endless.
    this.keys.set(key, true, { ttl: forMs - 0.5 });
  }
}

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
