import { waitAtMost } from '../wait-at-most.js';

/** Well below the time that a scraper waits for a page. */
const readTimeoutMs = 1_000;

/** A database that does not answer must not hide the other metrics, nor hold them up. */
export async function known<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await waitAtMost(read(), readTimeoutMs, null);
  } catch {
    return null;
  }
}

/** Reads at most once in a while; several who ask at once share one reading. */
export function cached<T>(forMs: number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly atMs: number; readonly value: Promise<T> } | null = null;
  return () => {
    if (last === null || performance.now() - last.atMs > forMs) {
      const value = read();
      value.catch(() => (last = null));
      last = { atMs: performance.now(), value };
    }
    return last.value;
  };
}
