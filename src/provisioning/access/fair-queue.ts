/**
 * Queue that is fair by client address. Addresses take turns, so that one with hundreds waiting delays nobody
 * else; within an address order is kept.
 */
export class FairQueue<T> {
  /** In the order in which the addresses are due. */
  private readonly byAddress = new Map<string, Set<T>>();
  /** Number of waiting items. */
  size = 0;

  add(address: string, item: T): void {
    const own = this.byAddress.get(address) ?? new Set<T>();
    if (own.has(item)) return;
    own.add(item);
    this.byAddress.set(address, own);
    this.size += 1;
  }

  /** @returns false: it does not wait */
  delete(address: string, item: T): boolean {
    const own = this.byAddress.get(address);
    if (own?.delete(item) !== true) return false;
    if (own.size === 0) this.byAddress.delete(address);
    this.size -= 1;
    return true;
  }

  /** Takes out what is due. */
  take(): T | undefined {
    for (const [address, own] of this.byAddress)
      for (const item of own) {
        this.delete(address, item);
        if (this.byAddress.delete(address)) this.byAddress.set(address, own);
        return item;
      }
    return undefined;
  }

  /** True when another address has more waiting than `address` would with one more. */
  hasLonger(address: string): boolean {
    return this.longerThan(address) !== undefined;
  }

  /** Removes the last item of the longest address, if `address` with one more stays shorter. */
  takeForRoom(address: string): T | undefined {
    const longest = this.longerThan(address);
    const last = longest === undefined ? undefined : [...longest.own].at(-1);
    if (longest !== undefined && last !== undefined) this.delete(longest.address, last);
    return last;
  }

  private longerThan(
    address: string,
  ): { readonly address: string; readonly own: ReadonlySet<T> } | undefined {
    let longest: { address: string; own: ReadonlySet<T> } | undefined;
    for (const [each, own] of this.byAddress)
      if (own.size > (longest?.own.size ?? 0)) longest = { address: each, own };
    const mine = this.byAddress.get(address)?.size ?? 0;
    return longest !== undefined && longest.own.size > mine + 1 ? longest : undefined;
  }
}
