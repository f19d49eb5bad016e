import { LRUCache } from 'lru-cache';

const defaultMaxEntries = 10_000;

/** Keys that each hold for a while; beyond `maxEntries` the oldest go first. */
export class RecentPlaces {
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
    // What is as old as its ttl is fresh to the library, and a ttl of 0 is for ever.
    this.keys.set(key, true, { ttl: forMs - 0.5 });
  }
}
