const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of HTML, in content and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/**
 * Escapes text between XML tags. Characters that XML 1.0 cannot carry become U+FFFD. A plain carriage return
 * would be read as a line feed, so it becomes a reference.
 */
export function escapeText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(ESCAPED, escapeCharacter) : text;
}

/** Text of an attribute of XML in double quotes. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}

/** Markup, the carriage return and whatever XML 1.0 does not allow. */
const NEEDS_ESCAPE = /[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/;
/** The same, and whole surrogate pairs so that they can be kept. */
const ESCAPED = /[\ud800-\udbff][\udc00-\udfff]|[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/g;

function escapeCharacter(character: string): string {
  if (character.length === 2) return character;
  if (character === '\r') return '&#13;';
  return entities[character] ?? '\ufffd';
}
