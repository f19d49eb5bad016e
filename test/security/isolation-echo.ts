import type { Things } from './isolation-world.js';

/** An answer without what the request said itself: the ids and names of the things it was about, and the caller's login. */
export function withoutSent(text: string, sent: readonly Things[], login: string | null): string {
  const things = sent.flatMap((each) => Object.values(each) as { id: number; name: string }[]);
  const names = [login ?? '', ...things.map(({ name }) => name)].filter((name) => name !== '');
  const ids = things.map(({ id }) => id).filter((id) => id !== 0);
  const longestFirst = names.toSorted((a, b) => b.length - a.length);
  const bare = longestFirst.reduce((rest, name) => rest.replaceAll(name, '{sent}'), text);
  return ids.reduce(
    (rest, id) => rest.replaceAll(new RegExp(`(?<![\\w.-])${id}(?![\\w.-])`, 'g'), '{sent}'),
    bare,
  );
}
