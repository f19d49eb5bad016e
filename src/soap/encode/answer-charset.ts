import iconv from 'iconv-lite';

/** Charset of an answer. */
export interface AnswerCharset {
  readonly contentType: string;
  /** The bytes of the next piece of the answer; null: UTF-8, which the socket writes itself. */
  readonly encode: ((text: string) => Buffer) | null;
}

export const utf8Answer: AnswerCharset = { contentType: 'text/xml; charset=UTF-8', encode: null };

/**
 * The charset of the request, for its answer. What it has no character for is written as a reference.
 * Source: docs/contract/wire.md#1.
 * @param charset a label that the request was decoded by
 */
export function answerCharset(charset: string): AnswerCharset {
  if (charset === 'utf-8' || charset === 'utf8') return utf8Answer;
  const contentType = `text/xml; charset=${charset}`;
  if (charset.startsWith('utf-16')) return { contentType, encode: utf16Encoder(charset) };
  const name = encodingName(charset);
  return name === null ? utf8Answer : { contentType, encode: (text) => encodeWithReferences(text, name) };
}

/** The label utf-16 promises a byte order mark, the others promise none. */
function utf16Encoder(charset: string): (text: string) => Buffer {
  let mark = charset === 'utf-16' ? '\ufeff' : '';
  return (text) => {
    const bytes = Buffer.from(mark + text, 'utf16le');
    mark = '';
    return charset === 'utf-16be' ? bytes.swap16() : bytes;
  };
}

function encodingName(charset: string): string | null {
  if (iconv.encodingExists(charset)) return charset;
  const { encoding } = new TextDecoder(charset);
  return iconv.encodingExists(encoding) ? encoding : null;
}

function encodeWithReferences(text: string, name: string): Buffer {
  const known = new Map<string, string>();
  const written = text.replace(/[^\0-\x7f]/gu, (character) => {
    let form = known.get(character);
    if (form === undefined) known.set(character, (form = characterOrReference(character, name)));
    return form;
  });
  return iconv.encode(written, name);
}

function characterOrReference(character: string, name: string): string {
  const isKnown = iconv.decode(iconv.encode(character, name), name) === character;
  return isKnown ? character : `&#x${(character.codePointAt(0) ?? 0).toString(16)};`;
}
