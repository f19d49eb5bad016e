import { distance as editDistance } from 'fastest-levenshtein';

const mostShown = 5;

/** Names that somebody may have meant, nearest first: those that contain the word, and those a few letters away. */
export function nearNames(word: string, names: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  const mostLetters = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= mostLetters)
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, mostShown)
    .map(({ name }) => name);
}

function distanceOf(wanted: string, name: string): number {
  return name.includes(wanted) || (name.length > 3 && wanted.includes(name)) ? 1 : editDistance(wanted, name);
}
