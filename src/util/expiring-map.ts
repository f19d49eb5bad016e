const maxEntries = 10_000;

/** Keys that hold for a while, at most ten thousand of them: the oldest go first. */
export class RecentPlaces {
  private readonly untilMs = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  has(key: string): boolean {
    const untilMs = this.untilMs.get(key);
    if (untilMs === undefined) return false;
    if (untilMs > this.now()) return true;
    this.untilMs.delete(key);
    return false;
  }

  delete(key: string): void {
    this.untilMs.delete(key);
  }

  clear(): void {
    this.untilMs.clear();
  }

  add(key: string, forMs: number): void {
    this.untilMs.delete(key);
    this.untilMs.set(key, this.now() + forMs);
    if (this.untilMs.size <= maxEntries) return;
    const oldest = this.untilMs.keys().next().value;
    if (oldest !== undefined) this.untilMs.delete(oldest);
  }
}

interface Entry<T> {
  readonly atMs: number;
  readonly value: Promise<T>;
}

/** Answers that are read at most once in a while for each key. Those who ask at once share one reading. */
export class Kept<T> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(
    private readonly forMs: number,
    /** How many keys; the oldest makes room for the newest. */
    private readonly most: number,
  ) {}

  async get(key: string, read: () => Promise<T>): Promise<{ readonly atMs: number; readonly value: T }> {
    const present = this.entries.get(key);
    const entry =
      present === undefined || Date.now() - present.atMs > this.forMs ? this.begin(key, read) : present;
    return { atMs: entry.atMs, value: await entry.value };
  }

  private begin(key: string, read: () => Promise<T>): Entry<T> {
    const entry = { atMs: Date.now(), value: read() };
    entry.value.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    });
    this.entries.delete(key);
    this.entries.set(key, entry);
    const oldest = this.entries.keys().next().value;
    if (this.entries.size > this.most && oldest !== undefined) this.entries.delete(oldest);
    return entry;
  }
}
