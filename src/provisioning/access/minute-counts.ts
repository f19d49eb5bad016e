const minuteMs = 60_000;
const maxEntries = 10_000;

/** Counts by key, anew every minute. */
export class MinuteCounts {
  private readonly counts = new Map<string, number>();
  private endsMs = 0;

  constructor(private readonly now: () => number) {}

  /**
   * @returns the count including this one
   * @returns how many there are with this one
   */
  add(key: string): number {
    if (this.now() >= this.endsMs) {
      this.counts.clear();
      this.endsMs = this.now() + minuteMs;
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    // An attacker with that many addresses is not slowed by one address's count anyway.
    if (count > 1 || this.counts.size < maxEntries) this.counts.set(key, count);
    return count;
  }
}
