import type { Knex } from 'knex';

/** The character that escapes in the patterns given to SQL; unlike `\` both databases read it the same way. */
export const likeEscape = '|';

/** No stored text that can be searched is longer than this, so nothing matches a pattern that demands more. */
const longestTextLength = 1_000;

/**
 * Translates a search pattern into one for `LIKE ? ESCAPE '|'`. `*` and `%` stand for any text, `_` for any
 * one character, `\` for the next one literally. Null when no text can match; SQLite refuses patterns without
 * bound.
 */
export function toLikePattern(pattern: string): string | null {
  let like = '';
  let demanded = 0;
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*' || character === '%') {
      if (!like.endsWith('%') || like.endsWith(`${likeEscape}%`)) like += '%';
      continue;
    }
    demanded += 1;
    if (demanded > longestTextLength) return null;
    if (character === '_') like += '_';
    else if (character === '\\') like += literal(characters[(at += 1)] ?? '\\');
    else like += literal(character);
  }
  return like;
}

/** A pattern for `LIKE ? ESCAPE '|'` that any text with this ending matches; null when no text can. */
export function endingPattern(ending: string): string | null {
  return ending.length > longestTextLength ? null : `%${[...ending].map(literal).join('')}`;
}

/** A pattern for `LIKE ? ESCAPE '|'` that only this very text matches. */
export function literalPattern(text: string): string {
  return [...text].map(literal).join('');
}

/** The text with which everything begins that matches a pattern for `LIKE ? ESCAPE '|'`; all of it for a pattern without wildcards. */
export function literalPrefix(like: string): string {
  let prefix = '';
  const characters = [...like];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '%' || character === '_') break;
    prefix += character === likeEscape ? (characters[(at += 1)] ?? '') : character;
  }
  return prefix;
}

/** The least text, by code points, above all that begin with a prefix; null when there is none. */
function afterPrefix(prefix: string): string | null {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === lastCodePoint) points.pop();
  const last = points.pop();
  if (last === undefined) return null;
  // Surrogates stand for no character of their own.
  const next = last + 1 === firstSurrogate ? afterSurrogates : last + 1;
  return String.fromCodePoint(...points, next);
}

const lastCodePoint = 0x10ffff;
const firstSurrogate = 0xd800;
const afterSurrogates = 0xe000;

function literal(character: string): string {
  return ['%', '_', likeEscape].includes(character) ? likeEscape + character : character;
}

/**
 * Restricts a query to texts that match a pattern of toLikePattern, by index where it begins literally.
 * MariaDB's own range for LIKE ends at U+FFFF and misses e.g. emojis. `IS TRUE` keeps it from using that.
 */
export function whereLike(query: Knex.QueryBuilder, column: string, like: string): void {
  const prefix = literalPrefix(like);
  if (prefix !== '') {
    const end = afterPrefix(prefix);
    void query.where(column, '>=', prefix);
    if (end !== null) void query.where(column, '<', end);
  }
  void query.whereRaw(`(${column} LIKE ? ESCAPE '${likeEscape}') IS TRUE`, [like]);
}
