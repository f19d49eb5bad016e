/** Shows things one by one as they are read, for answers that are written piece by piece. */
export async function* showing<Item, Shown>(
  items: AsyncIterable<Item> | Iterable<Item>,
  show: (item: Item) => Shown,
): AsyncGenerator<Shown> {
  for await (const item of items) yield show(item);
}
