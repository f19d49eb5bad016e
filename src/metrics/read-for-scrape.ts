/** A database that does not answer must not hide the other metrics. */
export async function known<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
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
