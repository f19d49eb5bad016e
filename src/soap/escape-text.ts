/**
 * Escapes element text. Characters that XML 1.0 cannot carry at all become U+FFFD; a carriage return would come out as a
 * line feed unless written as a reference.
 */
export function escapeText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(ESCAPED, escapeCharacter) : text;
}

/** Text for an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}

/** Markup, the carriage return and whatever XML 1.0 does not allow. */
const NEEDS_ESCAPE = /[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/;
/** The same, and whole surrogate pairs so that they can be kept. */
const ESCAPED = /[\ud800-\udbff][\udc00-\udfff]|[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/g;

function escapeCharacter(character: string): string {
  if (character.length === 2) return character;
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  if (character === '>') return '&gt;';
  return character === '\r' ? '&#13;' : '\ufffd';
}
