import type { PagePieces } from './rest-operation.js';

/**
 * A page of a list that is read while it leaves.
 * @param found one more than `limit`, if there are so many
 */
export function pagePieces<Found, Shown>(
  found: AsyncIterable<Found>,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  show: (one: Found) => Shown,
): { readonly status: 200; readonly pieces: PagePieces<Shown> } {
  let isMore = false;
  async function* items(): AsyncGenerator<Shown> {
    let count = 0;
    for await (const one of found) {
      isMore = count === limit;
      if (isMore) return;
      count += 1;
      yield show(one);
    }
  }
  return { status: 200, pieces: { items: items(), nextOffset: () => (isMore ? offset + limit : null) } };
}
