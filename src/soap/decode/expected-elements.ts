interface Named {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The names of a type's members, in the order of two hash tables of Java as in the original. So texts can be
 * compared as a whole.
 * Source: docs/contract/faults.md#5.
 */
export function expectedElements(fields: readonly Named[]): string {
  if (fields.length === 0) return '(none)';
  const ordered = inOrderOfSet(inOrderOfNameMap(fields));
  return ordered.map(({ name, namespace }) => `<{${namespace}}${name}>`).join(',');
}

/** JAXB's QNameMap: filled from the last member on, new names first in their bucket, read from the last bucket on. */
function inOrderOfNameMap(fields: readonly Named[]): Named[] {
  const entries = fields.map((field) => ({ field, hash: nameMapHash(field.name) })).reverse();
  let buckets = 16;
  let mostEntries = 12;
  const order: typeof entries = [];
  for (const entry of entries) {
    order.unshift(entry);
    if (order.length <= mostEntries) continue;
    // Buckets are read from their heads into the heads of new ones.
    order.reverse();
    buckets *= 2;
    mostEntries = buckets;
  }
  return byBucket(order, ({ hash }) => -(hash & (buckets - 1))).map(({ field }) => field);
}

/** HashSet of QNames. */
function inOrderOfSet(fields: readonly Named[]): Named[] {
  let buckets = 16;
  while (fields.length > buckets * 0.75) buckets *= 2;
  return byBucket(fields, ({ name, namespace }) => {
    const hash = stringHash(namespace) ^ stringHash(name);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  });
}

function byBucket<T>(items: readonly T[], bucketOf: (item: T) => number): T[] {
  return items
    .map((item) => ({ item, bucket: bucketOf(item) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ item }) => item);
}

function nameMapHash(name: string): number {
  let hash = stringHash(name);
  hash = (hash + ~(hash << 9)) | 0;
  hash ^= hash >>> 14;
  hash = (hash + (hash << 4)) | 0;
  return hash ^ (hash >>> 10);
}

/** Java's String.hashCode. */
function stringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}
