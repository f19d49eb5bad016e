/** The character that escapes in the patterns given to SQL; unlike `\` both databases read it the same way. */
export const likeEscape = '|';

/** No stored text that can be searched is longer than this, so nothing matches a pattern that demands more. */
const longestTextLength = 1_000;

/**
 * Translates a search pattern (`*` and `%` any text, `_` any one character, `\` takes the next one literally) into one for
 * `LIKE ? ESCAPE '|'`. Null when no text can match; SQLite refuses patterns without bound.
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

function literal(character: string): string {
  return ['%', '_', likeEscape].includes(character) ? likeEscape + character : character;
}
