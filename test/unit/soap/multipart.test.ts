import { expect } from 'chai';
import type { Handler } from '../../../src/soap/contract/descriptors.js';
import { envelope, serve, type TestServer } from './fixtures.js';

const include = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:image@x"/>';
const message = (image = ''): string =>
  envelope(
    `<svc:getData><svc:user><dat:given_name>Jürgen</dat:given_name>${image}</svc:user><svc:auth><rmi:login>anna</rmi:login></svc:auth></svc:getData>`,
  );

interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const root = (body: string | Buffer, type = 'application/xop+xml; charset=UTF-8; type="text/xml"'): Part => ({
  headers: { 'Content-Type': type, 'Content-Transfer-Encoding': '8bit', 'Content-ID': '<root@x>' },
  body,
});
/** Line ends and what looks like a boundary: nothing of it may be lost. */
const imageBytes = Buffer.from('\r\n--C\r\n\0\xff\n\r--\r\n', 'latin1');
const image = (encoding: string): Part => ({
  headers: { 'Content-Type': 'image/png', 'Content-Transfer-Encoding': encoding, 'Content-ID': '<image@x>' },
  body: encoding === 'base64' ? imageBytes.toString('base64') : imageBytes,
});

function multipart(...parts: readonly Part[]): Buffer {
  const chunks = parts.flatMap(({ headers, body }) => [
    `--B\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
    body,
    '\r\n',
  ]);
  return Buffer.concat(
    [...chunks, '--B--\r\n'].map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)),
  );
}

describe('multipart requests', () => {
  let server: TestServer;
  let seen: { given_name?: string; image1?: Uint8Array } | undefined;
  const note: Handler = (request: { user?: typeof seen }) => {
    seen = request.user;
    return Promise.resolve({ return: {} });
  };
  before(async () => (server = await serve('OXResellerUserService', { getData: note })));
  after(() => server.stop());
  beforeEach(() => (seen = undefined));

  async function send(body: Buffer, contentType: string): Promise<{ status: number; text: string }> {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    return { status: response.status, text: await response.text() };
  }

  const related =
    'multipart/related; boundary="B"; type="application/xop+xml"; start="<root@x>"; start-info="text/xml"';

  it('with MTOM and nothing attached are read', async () => {
    expect(await send(multipart(root(message())), related)).to.include({ status: 200 });
    expect(seen).to.deep.equal({ given_name: 'Jürgen' });
  });

  for (const encoding of ['binary', 'base64'])
    it(`with an attachment as ${encoding} give its bytes`, async () => {
      const body = multipart(root(message(`<dat:image1>${include}</dat:image1>`)), image(encoding));
      expect(await send(body, related)).to.include({ status: 200 });
      expect(Buffer.from(seen?.image1 ?? [])).to.deep.equal(imageBytes);
    });

  it('have their root where `start` says, in the charset that its part names', async () => {
    const latin1 = root(Buffer.from(message(), 'latin1'), 'text/xml; charset=iso-8859-1');
    expect(await send(multipart(image('binary'), latin1), related)).to.include({ status: 200 });
    expect(seen).to.deep.equal({ given_name: 'Jürgen' });
    expect(await send(multipart(latin1, image('binary')), 'multipart/related; boundary=B')).to.include({
      status: 200,
    });
  });

  it('may leave the boundary to the first line', async () => {
    const { status } = await send(multipart(root(message())), 'multipart/related; type="text/xml"');
    expect(status).to.equal(200);
  });

  const many = (count: number): Part[] =>
    Array.from({ length: count }, (_, n) => ({ headers: { 'Content-ID': `<${n}>` }, body: 'x' }));
  const refused: [string, Buffer, string, number, RegExp][] = [
    [
      'without any boundary',
      Buffer.from(message()),
      'multipart/related',
      415,
      /content type .*names no boundary/,
    ],
    ['of forms', multipart(root(message())), 'multipart/form-data; boundary=B', 500, /text outside/],
    ['without parts', Buffer.from('--B--\r\n'), related, 500, /parts/],
    [
      'that end in the middle',
      multipart(root(message())).subarray(0, -20),
      related,
      500,
      /parts|well-formed/,
    ],
    ['with too many parts', multipart(root(message()), ...many(101)), related, 500, /more than 100 parts/],
    [
      'whose attachment is missing',
      multipart(root(message(`<dat:image1>${include}</dat:image1>`))),
      related,
      500,
      /nothing/,
    ],
    [
      'in a transfer encoding that nobody uses here',
      multipart({ ...root(message()), headers: { 'Content-Transfer-Encoding': 'x-uuencode' } }),
      related,
      500,
      /transfer encoding/,
    ],
  ];
  for (const [what, body, contentType, status, text] of refused)
    it(`${what} are refused`, async () => {
      const answer = await send(body, contentType);
      expect(answer.text).to.match(/<faultcode>soap:Client</);
      expect(/<faultstring>([^<]*)</.exec(answer.text)?.[1]).to.match(text);
      expect(answer.status).to.equal(status);
      expect(seen).to.equal(undefined);
    });
});
