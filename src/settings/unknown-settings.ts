import { distance } from 'fastest-levenshtein';

/** A variable of the environment that looks meant for Oxbow but is none of its settings. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that was probably meant. */
  readonly nearest: string | null;
}

/**
 * Finds names that begin with `OXBOW_`, and misspelt settings. Only settings of several words have near misses:
 * `HOST` and `PORT` are too close to what any environment holds.
 */
export function unknownSettings(names: readonly string[], known: readonly string[]): UnknownSetting[] {
  const strangers = names.filter((name) => !known.includes(name));
  return strangers.flatMap((name) => {
    const bare = name.startsWith('OXBOW_') ? name.slice('OXBOW_'.length) : name;
    const nearest = known.find((each) => each === bare) ?? nearMiss(bare, known);
    return nearest !== null || bare !== name ? [{ name, nearest }] : [];
  });
}

function nearMiss(name: string, known: readonly string[]): string | null {
  if (!name.includes('_')) return null;
  const sameStart = known.filter((each) => each.includes('_') && each.slice(0, 3) === name.slice(0, 3));
  return sameStart.find((each) => distance(each, name) <= 2) ?? null;
}
