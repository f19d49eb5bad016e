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
