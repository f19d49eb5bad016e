import { clientFault } from '../contract/soap-fault.js';

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
  ['iso-8859-1', (bytes) => bytes.toString('latin1')],
  ['latin1', (bytes) => bytes.toString('latin1')],
  ['utf-16', decodeUtf16],
  ['utf-16le', (bytes) => utf16le.decode(bytes)],
  ['utf-16be', (bytes) => utf16be.decode(bytes)],
]);

/**
 * Decodes a body to text. A byte order mark decides, then the charset of the content type, then the XML
 * declaration (RFC 7303, 3), then UTF-8.
 * @throws SoapFault Client, with 415 for a media type that is not XML or an unknown charset
 */
export function decodeText(bytes: Buffer, contentType: string | undefined): string {
  const charset = requireXml(contentType);
  if (bytes.length === 0) throw clientFault('The request has no body.');
  const encoding = encodingOfMark(bytes) ?? charset ?? encodingOfDeclaration(bytes) ?? 'utf-8';
  const decode = decoders.get(encoding) ?? platformDecoder(encoding);
  if (decode === undefined) throw clientFault('The charset of the request is not supported; use UTF-8.', 415);
  try {
    return decode(bytes);
  } catch {
    throw clientFault('The request is not valid text in its charset.');
  }
}

/** Charsets beside those above: the labels of the WHATWG Encoding Standard. */
function platformDecoder(encoding: string): Decoder | undefined {
  // Its letters are those of no script; newer Nodes know it.
  if (encoding === 'x-user-defined') return undefined;
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    return (bytes) => decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const xmlTypes: ReadonlySet<string> = new Set(['', 'text/xml', 'application/xml', 'application/soap+xml']);

/** Refuses what is no XML; the envelope, not the media type, tells the version of SOAP. Returns the charset in lower case. */
function requireXml(contentType: string | undefined): string | undefined {
  const [mediaType = '', ...parameters] = (contentType ?? '').split(';');
  const type = mediaType.trim().toLowerCase();
  if (!xmlTypes.has(type)) {
    throw clientFault('The content type of the request is not supported; use text/xml.', 415);
  }
  for (const parameter of parameters) {
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

function encodingOfDeclaration(bytes: Buffer): string | undefined {
  if (bytes[0] !== 0x3c || bytes[1] !== 0x3f) return undefined;
  const declaration = /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(
    bytes.toString('latin1', 0, 256),
  );
  return declaration?.[1]?.toLowerCase();
}

function decodeAscii(bytes: Buffer): string {
  if (bytes.some((byte) => byte > 0x7f)) throw new TypeError('not ASCII');
  return bytes.toString('latin1');
}

/** Only reached without a byte order mark, without which nobody knows the order. */
function decodeUtf16(): never {
  throw new TypeError('no byte order mark');
}
