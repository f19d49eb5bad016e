import { isXmlText } from '../../../soap/contract/lexical.js';

/** The name of the first character that SOAP could not carry, such as `U+0000`; null: there is none. */
function forbiddenCharacter(text: string): string | null {
  if (isXmlText(text)) return null;
  const found = [...text].find((character) => !isXmlText(character));
  const code = found?.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Reason why SOAP could not carry a text; null when it could. */
export function textMistake(text: string): string | null {
  const character = forbiddenCharacter(text);
  return character === null ? null : `the character ${character} is not allowed`;
}
