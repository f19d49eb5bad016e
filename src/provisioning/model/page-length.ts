import type { Attributes } from './model.js';

/** Length of the first page, before the size of items is known. */
export const firstPageLength = 50;
const maxPageLength = 200;
/** In things to make, of which a database answers some ten thousand in 10 ms. */
const pageWeight = 10_000;
const bytesPerThing = 100;

interface Weighed {
  readonly attributes: Attributes;
  readonly aliases?: readonly string[];
  readonly loginMappings?: readonly string[];
}

/** Length of the next page: large items come in small pages, to spare memory and event loop. */
export function nextPageLength(page: readonly Weighed[]): number {
  const weight = page.reduce((sum, one) => sum + weightOf(one), 0);
  const fitting = Math.floor((page.length * pageWeight) / Math.max(1, weight));
  return Math.max(1, Math.min(maxPageLength, fitting));
}

function weightOf({ attributes, aliases = [], loginMappings = [] }: Weighed): number {
  let weight = 1 + aliases.length + loginMappings.length;
  for (const entries of attributes.values())
    for (const value of entries.values()) weight += 1 + value.length / bytesPerThing;
  return weight;
}
