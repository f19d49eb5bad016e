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
