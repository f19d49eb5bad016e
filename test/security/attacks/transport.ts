import { gzipSync, deflateRawSync, deflateSync } from 'node:zlib';
import {
  answered,
  clientFault,
  envelope,
  getData,
  xmlHeaders,
  type Attack,
  type RawStep,
  type Scene,
  type Theme,
} from './attack.js';

const MB = 1024 * 1024;
const USERS = '/webservices/OXResellerUserService';
const TOO_LARGE = clientFault(/^The request is larger than 2097152 bytes\.$/, 413);
const NOT_COMPRESSED = clientFault(/^The request body cannot be decompressed\.$/);

const zipped = (encoding = 'gzip') => ({ headers: xmlHeaders({ 'content-encoding': encoding }) });

const good = (scene: Scene): string => envelope(getData(scene));

/** Made once: bombs take a while to build. */
const bombs = new Map<string, Buffer>();
function bomb(name: string, make: () => Buffer): Buffer {
  const made = bombs.get(name) ?? make();
  bombs.set(name, made);
  return made;
}
const zeros = (): Buffer => Buffer.alloc(96 * MB, ' ');

const pack = (
  what: string,
  expected: Attack['expected'],
  encoding: string,
  body: (scene: Scene) => Buffer,
): Attack => ({
  what,
  expected,
  body,
  ...zipped(encoding),
});

const wrongEncoding = (encoding: string): Attack =>
  pack(`the content encoding ${encoding}`, clientFault(/content encoding/, 415), encoding, (scene) =>
    gzipSync(good(scene)),
  );

const method = (name: string, status: number | readonly number[]): Attack => ({
  what: `the method ${name}`,
  method: name,
  expected: { kind: 'http', status },
  body: good,
});

const contentType = (type: string, expected: Attack['expected']): Attack => ({
  what: `the content type ${type.slice(0, 50)}`,
  expected,
  body: good,
  headers: () => ({ 'content-type': type }),
});

const lines = (...text: string[]): string => `${text.join('\r\n')}\r\n\r\n`;

const head = (...more: string[]): string =>
  lines(`POST ${USERS} HTTP/1.1`, 'Host: x', 'Content-Type: text/xml; charset=UTF-8', ...more);

const raw = (what: string, steps: (scene: Scene) => readonly RawStep[], ...statuses: number[]): Attack => ({
  what,
  expected: { kind: 'closed', statuses },
  raw: steps,
});

const withLength = (scene: Scene, ...more: string[]): string => {
  const xml = good(scene);
  return head(`Content-Length: ${Buffer.byteLength(xml)}`, ...more) + xml;
};

/** A request hidden in another one, for a proxy that counts differently. */
const hidden = `POST ${USERS} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n<a/>\n`;

/** HTTP itself: compression, lengths, chunks, methods, and bytes that are no HTTP. */
export const transport: Theme = {
  title: 'compression, lengths and methods',
  attacks: [
    pack('a gzip bomb of 96 MB', TOO_LARGE, 'gzip', () => bomb('gzip', () => gzipSync(zeros()))),
    pack('a gzip bomb in a hundred members', TOO_LARGE, 'gzip', () =>
      bomb('members', () => Buffer.concat(Array.from({ length: 100 }, () => gzipSync(Buffer.alloc(MB))))),
    ),
    pack('a deflate bomb', TOO_LARGE, 'deflate', () => bomb('deflate', () => deflateSync(zeros()))),
    pack('a raw deflate bomb', TOO_LARGE, 'deflate', () => bomb('raw', () => deflateRawSync(zeros()))),
    pack('a gzip bomb in gzip', clientFault(/^The request is not/), 'gzip', () =>
      gzipSync(bomb('gzip', () => gzipSync(zeros()))),
    ),
    pack('gzip that breaks off', NOT_COMPRESSED, 'gzip', (scene) => gzipSync(good(scene)).subarray(0, -20)),
    pack('gzip that is only a head', NOT_COMPRESSED, 'gzip', () => gzipSync('x').subarray(0, 10)),
    pack('gzip with a wrong sum', NOT_COMPRESSED, 'gzip', (scene) => {
      const bytes = gzipSync(good(scene));
      bytes.writeUInt32LE(1, bytes.length - 8);
      return bytes;
    }),
    pack('gzip that is none', NOT_COMPRESSED, 'gzip', (scene) => Buffer.from(good(scene))),
    pack('deflate that is none', NOT_COMPRESSED, 'deflate', (scene) => Buffer.from(good(scene))),
    pack('gzip of nothing', clientFault(/has no body|cannot be decompressed/), 'gzip', () => Buffer.alloc(0)),
    ...['br', 'zstd', 'compress', 'gzip, gzip', 'gzip;q=1', '__proto__', 'x'.repeat(1_000)].map(
      wrongEncoding,
    ),
    answered('gzip', (scene) => gzipSync(good(scene)), zipped('GZIP')),
    answered('identity', good, zipped('identity')),
    { what: 'a body of 3 MB', expected: TOO_LARGE, body: () => Buffer.alloc(3 * MB, ' ') },
    {
      what: 'chunks of 3 MB',
      expected: TOO_LARGE,
      body: () => Array.from({ length: 48 }, () => Buffer.alloc(MB / 16, ' ')),
    },
    {
      what: 'a body in chunks of one byte',
      expected: { kind: 'answer' },
      body: (scene) => [...Buffer.from(good(scene))].map((byte) => Buffer.from([byte])),
    },
    raw('a length of a terabyte', () => [head('Content-Length: 1099511627776'), 'x'], 413),
    raw(
      'chunks of 40 MB',
      () => [
        head('Transfer-Encoding: chunked'),
        ...Array.from({ length: 40 }, () => `100000\r\n${' '.repeat(MB)}\r\n`),
      ],
      413,
    ),
    raw('a negative length', () => [head('Content-Length: -1'), 'x'], 400),
    raw('a length in hex', () => [head('Content-Length: 0x10'), 'x'.repeat(16)], 400),
    raw('a length that is no number', () => [head('Content-Length: 1 2'), 'x'.repeat(16)], 400),
    raw('a length beyond 64 bits', () => [head('Content-Length: 99999999999999999999'), 'x'], 400),
    raw('two lengths', () => [head('Content-Length: 4', 'Content-Length: 40'), '<a/>', hidden], 400),
    raw(
      'a length and chunks',
      () => [head('Content-Length: 4', 'Transfer-Encoding: chunked'), '0\r\n\r\n', hidden],
      400,
    ),
    raw(
      'chunks and a length',
      () => [head('Transfer-Encoding: chunked', 'Content-Length: 4'), '0\r\n\r\n', hidden],
      400,
    ),
    raw(
      'chunks that are not last',
      () => [head('Transfer-Encoding: chunked, identity'), '0\r\n\r\n', hidden],
      400,
    ),
    raw('chunks spelt wrongly', () => [head('Transfer-Encoding: xchunked'), '0\r\n\r\n', hidden], 400),
    raw('chunks behind a tab', () => [head('Transfer-Encoding:\tchunked\x0b'), '0\r\n\r\n', hidden], 400),
    raw(
      'chunks on a continued line',
      () => [head('Transfer-Encoding:', ' chunked', 'Content-Length: 4'), '0\r\n\r\n', hidden],
      400,
    ),
    raw('a blank before the colon', () => [head('Content-Length : 4'), '<a/>'], 400),
    raw(
      'a chunk size without end',
      () => [head('Transfer-Encoding: chunked'), 'fffffffffffffffff\r\nx'],
      400,
    ),
    raw('a chunk size that is no number', () => [head('Transfer-Encoding: chunked'), 'zz\r\nx'], 400),
    raw(
      'a chunk extension of 200 kB',
      () => [head('Transfer-Encoding: chunked'), `1;${'a'.repeat(200_000)}\r\nx\r\n0\r\n\r\n`],
      400,
      413,
      431,
    ),
    raw(
      'trailers of 200 kB',
      () => [head('Transfer-Encoding: chunked'), `0\r\na: ${'a'.repeat(200_000)}\r\n\r\n`],
      400,
      413,
      431,
    ),
    raw('chunks that end too soon', () => [head('Transfer-Encoding: chunked'), '5\r\nabc0\r\n\r\n'], 400),
    raw('a request in the body of another', (scene) => [withLength(scene), hidden], 200),
    raw('garbage behind a request', (scene) => [withLength(scene), '\0\0\0\0garbage\r\n\r\n'], 200, 400),
    raw('line feeds alone', (scene) => [withLength(scene).replaceAll('\r\n', '\n')], 400),
    raw('carriage returns alone', (scene) => [withLength(scene).replaceAll('\r\n', '\r')], 400),
    raw('a NUL in a header', () => [head('X-A: a\0b', 'Content-Length: 0')], 400),
    raw('a header without a name', () => [head(': x', 'Content-Length: 0')], 400),
    raw('a header without a colon', () => [head('evil', 'Content-Length: 0')], 400),
    raw('headers of 200 kB', () => [head(`X-A: ${'a'.repeat(200_000)}`)], 431),
    raw('5,000 headers', () => [head(...Array.from({ length: 5_000 }, (_, i) => `X-${i}: a`))], 431),
    raw('a path of 200 kB', () => [lines(`POST /${'a'.repeat(200_000)} HTTP/1.1`, 'Host: x')], 431, 414),
    raw('no host', () => [lines(`POST ${USERS} HTTP/1.1`, 'Content-Length: 0')], 400),
    raw('HTTP 0.9', () => [`GET ${USERS}\r\n\r\n`], 400, 500),
    raw('HTTP 9.9', () => [lines(`GET ${USERS} HTTP/9.9`, 'Host: x')], 400, 505),
    raw('the preface of HTTP/2', () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], 400),
    raw('a TLS hello', () => [Buffer.from('16030100a5010000a10303', 'hex'), Buffer.alloc(160, 7)], 400),
    raw('an SSH banner', () => ['SSH-2.0-OpenSSH_9.2\r\n'], 400),
    raw('a method that is none', () => [lines('EVIL / HTTP/1.1', 'Host: x')], 400),
    raw('CONNECT', () => [lines('CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example')], 400, 404, 405),
    raw(
      'an upgrade to WebSocket',
      () => [
        lines(
          `GET ${USERS} HTTP/1.1`,
          'Host: x',
          'Connection: Upgrade, close',
          'Upgrade: websocket',
          'Sec-WebSocket-Key: x',
        ),
      ],
      400,
      500,
    ),
    raw(
      'an upgrade to HTTP/2',
      (scene) => [
        withLength(
          scene,
          'Connection: Upgrade, HTTP2-Settings',
          'Upgrade: h2c',
          'HTTP2-Settings: AAMAAABkAAQAAP__',
        ),
      ],
      200,
      400,
    ),
    raw('an expectation that nobody can meet', (scene) => [withLength(scene, 'Expect: the-unexpected')], 417),
    raw('an expectation of 100', (scene) => [withLength(scene, 'Expect: 100-continue')], 100, 200),
    raw('a path of two slashes', () => [lines('POST // HTTP/1.1', 'Host: x', 'Content-Length: 0')], 404, 405),
    raw(
      'an absolute URI',
      (scene) => [withLength(scene).replace(USERS, `http://evil.example${USERS}`)],
      200,
      400,
      404,
    ),
    raw(
      'an absolute URI that is none',
      () => [lines('POST http:// HTTP/1.1', 'Host: x', 'Content-Length: 0')],
      400,
      404,
    ),
    raw('an asterisk', () => [lines('OPTIONS * HTTP/1.1', 'Host: x')], 400, 404, 405),
    raw('a client that hangs up in the middle', (scene) => [withLength(scene).slice(0, -50), 20, 'hang up']),
    ...['PUT', 'DELETE', 'PATCH', 'PROPFIND', 'TRACE', 'OPTIONS'].map((name) => method(name, 405)),
    contentType('application/json', { kind: 'answer' }),
    contentType('multipart/form-data; boundary=x', { kind: 'answer' }),
    contentType(
      'multipart/related; type="application/xop+xml"; start="<a>"',
      clientFault(/content type/, 415),
    ),
    contentType('application/x-java-serialized-object', { kind: 'answer' }),
    contentType('text/html', { kind: 'answer' }),
    contentType('__proto__', { kind: 'answer' }),
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'].map(
      (type): Attack => ({
        what: `a form of another site as ${type}`,
        expected: { kind: 'http', status: 403 },
        body: good,
        headers: () => ({ 'content-type': type, origin: 'https://evil.example' }),
      }),
    ),
    contentType('application/soap+xml', { kind: 'answer' }),
    contentType(`text/xml; ${'a=b; '.repeat(2_000)}`, { kind: 'answer' }),
    contentType('text/xml; charset="UTF-8"; a="; charset=utf-7"', { kind: 'answer' }),
  ],
};
