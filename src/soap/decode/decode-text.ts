import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { clientFault } from '../contract/soap-fault.js';

/** Text of a request and the charset that it came in, in which the answer leaves. */
export interface DecodedText {
  readonly text: string;
  /** In lower case, as the client named it. */
  readonly charset: string;
}

/** Thrown for a charset in the content type that nobody knows. The original answers with a page then, not with SOAP. */
export class UnknownCharset extends Error {}

/** Reads bytes strictly. @throws TypeError on bytes that the encoding does not have */
type Decoder = (bytes: Buffer) => string;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16le = new TextDecoder('utf-16le', { fatal: true });
const utf16be = new TextDecoder('utf-16be', { fatal: true });

const decoders = new Map<string, Decoder>([
  ['utf-8', (bytes) => utf8.decode(bytes)],
  ['utf8', (bytes) => utf8.decode(bytes)],
  ['us-ascii', decodeAscii],
  ['ascii', decodeAscii],
  ['iso-8859-1', decodeLatin1],
  ['latin1', decodeLatin1],
  ['utf-16', decodeUtf16],
  ['utf-16le', (bytes) => utf16le.decode(bytes)],
  ['utf-16be', (bytes) => utf16be.decode(bytes)],
]);

/**
 * Decodes a body to text. A byte order mark decides, then the charset of the content type, then the XML
 * declaration (RFC 7303, 3). Undeclared text is UTF-8 where it is valid, else ISO-8859-1.
 * Source: docs/contract/wire.md#1.
 * @throws SoapFault Client for bytes that the charset does not have; UnknownCharset
 */
export function decodeText(bytes: Buffer, contentType: string | undefined): DecodedText {
  const named = charsetOf(contentType);
  if (named !== undefined && decoderOf(named) === undefined) throw new UnknownCharset(named);
  if (bytes.length === 0) throw clientFault('The request has no body.');
  const marked = encodingOfMark(bytes);
  // The label utf-16 leaves the order to the mark, and is the one that the answer carries, too.
  const charset = named === 'utf-16' && marked?.startsWith('utf-16') ? named : (marked ?? named);
  if (charset !== undefined) return decoded(bytes, charset, marked ?? charset);
  const found = encodingOfStart(bytes) ?? encodingOfDeclaration(bytes);
  return decoded(bytes, found ?? (isUtf8(bytes) ? 'utf-8' : 'iso-8859-1'));
}

function decoded(bytes: Buffer, charset: string, encoding = charset): DecodedText {
  try {
    return { text: decoderOf(encoding)?.(bytes) ?? '', charset };
  } catch {
    throw clientFault('The request is not valid text in its charset.');
  }
}

function decoderOf(encoding: string): Decoder | undefined {
  return decoders.get(encoding) ?? platformDecoder(encoding);
}

/** Charsets beside those above: the labels of the WHATWG Encoding Standard. */
function platformDecoder(encoding: string): Decoder | undefined {
  // Its letters are those of no script; newer Nodes know it.
  if (encoding === 'x-user-defined') return undefined;
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    // Node 20 takes windows-1252 for ISO-8859-1.
    return decoder.encoding === 'windows-1252' ? windows1252(encoding) : (bytes) => decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function windows1252(label: string): Decoder {
  return (bytes) => {
    const text = iconv.decode(bytes, iconv.encodingExists(label) ? label : 'windows-1252');
    if (text.includes('\ufffd')) throw new TypeError('no character');
    return text;
  };
}

/** The charset that a content type names, in lower case. */
function charsetOf(contentType: string | undefined): string | undefined {
  for (const parameter of (contentType ?? '').split(';').slice(1)) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim().toLowerCase() !== 'charset') continue;
    return value
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
      .toLowerCase();
  }
  return undefined;
}

function encodingOfMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** UTF-16 without a mark shows by its first character, `<` (XML 1.0, appendix F). */
function encodingOfStart(bytes: Buffer): string | undefined {
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  return bytes[0] === 0 && bytes[1] === 0x3c ? 'utf-16be' : undefined;
}

/** Encoding of the XML declaration, if known. .NET's StringWriter says UTF-16 of single bytes, which counts for nothing. */
function encodingOfDeclaration(bytes: Buffer): string | undefined {
  if (bytes[0] !== 0x3c || bytes[1] !== 0x3f) return undefined;
  const declaration = /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(
    bytes.toString('latin1', 0, 256),
  );
  const encoding = declaration?.[1]?.toLowerCase();
  const isUsable =
    encoding !== undefined && !encoding.startsWith('utf-16') && decoderOf(encoding) !== undefined;
  return isUsable ? encoding : undefined;
}

function decodeAscii(bytes: Buffer): string {
  if (bytes.some((byte) => byte > 0x7f)) throw new TypeError('not ASCII');
  return bytes.toString('latin1');
}

function decodeLatin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** Reached without a byte order mark. */
function decodeUtf16(bytes: Buffer): string {
  const encoding = encodingOfStart(bytes);
  if (encoding === undefined) throw new TypeError('nobody knows the order');
  return encoding === 'utf-16le' ? utf16le.decode(bytes) : utf16be.decode(bytes);
}
