import {
  answered,
  change,
  envelope,
  getData,
  note,
  reads,
  refused,
  refusesNote,
  type Attack,
  type Scene,
  type Theme,
} from './attack.js';

const NOT_TEXT = /^The request is not valid text in its charset\.$/;
const MALFORMED = /^The request is not well-formed XML/;

const UNKNOWN_CHARSET: Attack['expected'] = {
  kind: 'http',
  status: 500,
  text: /^<html><body>The charset of the request is not supported/,
};

const noteOf = (scene: Scene, text: string, prolog = ''): string =>
  envelope(change(scene, note(text)), { prolog });

const typed = (contentType: string): Pick<Attack, 'headers'> => ({
  headers: () => ({ 'content-type': contentType }),
});

/** A note with these bytes in the middle of a UTF-8 document. */
const bytesInNote =
  (...bytes: number[]) =>
  (scene: Scene): Buffer => {
    const [head = '', tail = ''] = noteOf(scene, '\u0000').split('\u0000');
    return Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
  };

const badUtf8: readonly (readonly [string, ...number[]])[] = [
  ['a slash in two bytes', 0xc0, 0xaf],
  ['NUL in two bytes, as Java writes it', 0xc0, 0x80],
  ['a slash in three bytes', 0xe0, 0x80, 0xaf],
  ['a slash in four bytes', 0xf0, 0x80, 0x80, 0xaf],
  ['a less-than sign in two bytes', 0xc0, 0xbc],
  ['a surrogate', 0xed, 0xa0, 0x80],
  ['a pair of surrogates, as CESU-8', 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  ['a character above Unicode', 0xf4, 0x90, 0x80, 0x80],
  ['a sequence of five bytes', 0xf8, 0x88, 0x80, 0x80, 0x80],
  ['a continuation alone', 0x80],
  ['a sequence that breaks off', 0xe2, 0x82],
  ['0xFF', 0xff],
];

const controls = [0x00, 0x01, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0xfffe, 0xffff];

const utf16 = (xml: string): Buffer => Buffer.from(xml, 'utf16le');

function reading(
  what: string,
  text: string,
  body: Attack['body'] & object,
  contentType = 'text/xml; charset=UTF-8',
): Attack {
  return { what, expected: { kind: 'note', text }, body, ...typed(contentType) };
}

/** Charsets that lie, bytes that are none, and characters that XML has not. */
export const encodings: Theme = {
  title: 'encodings and characters',
  attacks: [
    ...badUtf8.map(([what, ...bytes]) => refused(`${what} in UTF-8`, NOT_TEXT, bytesInNote(...bytes))),
    ...controls.map((code) =>
      refusesNote(
        `the character U+${code.toString(16).padStart(4, '0')}`,
        String.fromCharCode(code),
        MALFORMED,
      ),
    ),
    reads(
      'U+0085, U+2028 and the delete character, which XML allows',
      'a\u0085\u2028\u007fb',
      'a\u0085\u2028\u007fb',
    ),
    reads('characters that turn the direction of writing', '\u202eevil\u202c', '\u202eevil\u202c'),
    reads('characters without width', 'a\u200b\u2060\ufeffb', 'a\u200b\u2060\ufeffb'),
    reads('a character above the first plane', '\u{1f600}\u{10fffd}', '\u{1f600}\u{10fffd}'),
    reads('line ends of all kinds', 'a\r\nb\rc\nd', 'a\nb\nc\nd'),
    reads('a carriage return as a reference', 'a&#13;&#10;b', 'a\r\nb'),
    reading('a byte order mark', 'bom', (scene) => Buffer.from(`\ufeff${noteOf(scene, 'bom')}`)),
    reading('two byte order marks', 'boms', (scene) => Buffer.from(`\ufeff\ufeff${noteOf(scene, 'boms')}`)),
    refused('a byte order mark behind the declaration', /text outside of its Body/, (scene) =>
      noteOf(scene, 'x', '<?xml version="1.0"?>\ufeff'),
    ),
    reading('UTF-16 with its mark, though labelled UTF-8', 'utf16', (scene) =>
      utf16(`\ufeff${noteOf(scene, 'utf16')}`),
    ),
    reading('big-endian UTF-16', 'utf16be', (scene) => utf16(`\ufeff${noteOf(scene, 'utf16be')}`).swap16()),
    reading('UTF-16LE by name', 'le', (scene) => utf16(noteOf(scene, 'le')), 'text/xml; charset=UTF-16LE'),
    reading(
      'UTF-16 without a mark',
      'plain',
      (scene) => utf16(noteOf(scene, 'plain')),
      'text/xml; charset=utf-16',
    ),
    reading('UTF-16 that nobody announced', 'bare', (scene) => utf16(noteOf(scene, 'bare')), 'text/xml'),
    refused(
      'UTF-16 without a mark behind a blank',
      NOT_TEXT,
      (scene) => utf16(` ${noteOf(scene, 'x')}`),
      typed('text/xml; charset=utf-16'),
    ),
    refused(
      'UTF-16 that nobody announced, behind a blank',
      MALFORMED,
      (scene) => utf16(` ${noteOf(scene, 'x')}`),
      typed('text/xml'),
    ),
    reading(
      'ISO-8859-1 that nobody announced',
      'M\u00fcller',
      (scene) => Buffer.from(noteOf(scene, 'M\u00fcller'), 'latin1'),
      'text/xml',
    ),
    refused('half a character of UTF-16', NOT_TEXT, (scene) =>
      utf16(`\ufeff${noteOf(scene, 'x')}`).subarray(0, -1),
    ),
    refused('a lone surrogate in UTF-16', NOT_TEXT, (scene) => utf16(`\ufeff${noteOf(scene, '\ud800')}`)),
    refused('two surrogates the wrong way round', NOT_TEXT, (scene) =>
      utf16(`\ufeff${noteOf(scene, '\udc00\ud800')}`),
    ),
    refused('UTF-32', MALFORMED, (scene) => utf16(`\ufeff${[...noteOf(scene, 'x')].join('\0')}\0`)),
    reading(
      'ISO-8859-1 by the declaration',
      'M\u00fcller',
      (scene) =>
        Buffer.from(noteOf(scene, 'M\u00fcller', '<?xml version="1.0" encoding="ISO-8859-1"?>'), 'latin1'),
      'text/xml',
    ),
    reading('a declaration that contradicts the content type, which wins', 'M\u00fcller', (scene) =>
      Buffer.from(noteOf(scene, 'M\u00fcller', '<?xml version="1.0" encoding="UTF-16"?>')),
    ),
    refused(
      'ASCII that is none',
      NOT_TEXT,
      (scene) => noteOf(scene, 'M\u00fcller'),
      typed('text/xml; charset=us-ascii'),
    ),
    ...['x-evil', 'IBM037', 'utf-8\\', '__proto__', 'constructor', '../../etc/passwd', 'utf-32'].map(
      (charset): Attack => ({
        what: `the charset ${charset}`,
        expected: UNKNOWN_CHARSET,
        headers: () => ({ 'content-type': `text/xml; charset=${charset}` }),
        body: (scene) => noteOf(scene, 'x'),
      }),
    ),
    reading(
      'a declared encoding that nobody has, as if none was declared',
      'ä€',
      (scene) => Buffer.from(noteOf(scene, 'ä€', '<?xml version="1.0" encoding="x-user-defined"?>')),
      'text/xml',
    ),
    answered('XML 1.1, read by the rules of 1.0', (scene) =>
      envelope(getData(scene), { prolog: '<?xml version="1.1"?>' }),
    ),
    refused('a control character by the rules of XML 1.1', MALFORMED, (scene) =>
      noteOf(scene, '&#1;', '<?xml version="1.1"?>'),
    ),
    refused('XML 2.0', MALFORMED, (scene) => noteOf(scene, 'x', '<?xml version="2.0"?>')),
    refused('a declaration behind a blank', MALFORMED, (scene) =>
      noteOf(scene, 'x', ' <?xml version="1.0"?>'),
    ),
    refused('two declarations', MALFORMED, (scene) =>
      noteOf(scene, 'x', '<?xml version="1.0"?><?xml version="1.0"?>'),
    ),
    refused('no bytes at all', /^The request has no body\.$/, () => ''),
    refused('nothing but blanks', MALFORMED, () => ' \n'),
    refused('binary noise', /^The request is not/, () =>
      Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7_919) % 251)),
    ),
  ],
};
