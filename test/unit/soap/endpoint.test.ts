import { expect } from 'chai';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Handler } from '../../../src/soap/contract/descriptors.js';
import { defaultSoapLimits } from '../../../src/soap/contract/limits.js';
import { SoapFault } from '../../../src/soap/contract/soap-fault.js';
import { validateAnswer } from '../../support/wire/validate-answer.js';
import { envelope, serve, type TestServer } from './fixtures.js';

const SERVICE = 'OXResellerUserService';

const getData = (name: string): string =>
  envelope(
    `<svc:getData><svc:user><dat:name>${name}</dat:name></svc:user><svc:auth><rmi:login>anna</rmi:login></svc:auth></svc:getData>`,
  );

/** What a careless library may reject with. */
const nothing: unknown = null;

/** Echoes the user; some names ask for trouble. */
const echo: Handler = async (message: { user?: { name?: string } }): Promise<unknown> => {
  await Promise.resolve();
  switch (message.user?.name) {
    case 'fault':
      throw new SoapFault('Server', 'No such user; exceptionId 1-2', 'NoSuchUserException');
    case 'error':
      throw new Error('SQLITE_CONSTRAINT at /srv/oxbow/store.js');
    case 'null':
      throw nothing;
    case 'unencodable':
      return { return: { name: Symbol('x') } };
    default:
      return { return: message.user };
  }
};

type Headers = Record<string, string>;

interface Answer {
  status: number;
  headers: globalThis.Headers;
  text: string;
}

describe('the SOAP endpoint', () => {
  let server: TestServer;
  before(async () => {
    server = await serve(
      SERVICE,
      { getData: echo, delete: () => Promise.resolve(), listAll: () => Promise.resolve({ return: [] }) },
      { limits: { ...defaultSoapLimits, maxBodyBytes: 20_000, bodyTimeoutMs: 300 } },
    );
  });
  after(() => server.stop());

  async function post(body: string | Uint8Array, headers: Headers = {}, method = 'POST'): Promise<Answer> {
    const response = await fetch(server.url, {
      method,
      headers: { 'content-type': 'text/xml; charset=UTF-8', ...headers },
      ...(method === 'POST' ? { body } : {}),
    });
    const text = await response.text();
    if (text !== '') await validateAnswer(server.url, SERVICE, text);
    return { status: response.status, headers: response.headers, text };
  }

  async function expectFault(
    answer: Promise<Answer>,
    status: number,
    code: string,
    text: RegExp,
  ): Promise<void> {
    const { status: actual, text: xml } = await answer;
    expect(xml).to.match(/<faultcode>soap:(\w+)</);
    expect(/<faultcode>soap:(\w+)</.exec(xml)?.[1]).to.equal(code);
    expect(/<faultstring>([^<]*)</.exec(xml)?.[1]).to.match(text);
    expect(actual).to.equal(status);
  }

  describe('answers', () => {
    it('a result', async () => {
      const { status, headers, text } = await post(getData('Jürgen'));
      expect(status).to.equal(200);
      expect(headers.get('content-type')).to.equal('text/xml; charset=UTF-8');
      expect(Number(headers.get('content-length'))).to.equal(Buffer.byteLength(text));
      expect(text).to.include('<name>Jürgen</name>');
    });

    it('an operation without result with 200 and an empty Body', async () => {
      const { status, text } = await post(envelope('<svc:delete/>'));
      expect(status).to.equal(200);
      expect(text).to.include('<soap:Body></soap:Body>');
    });

    it('whatever the SOAPAction says', async () => {
      for (const soapaction of ['"urn:delete"', '', 'urn:x#y', '"toString"']) {
        const { text } = await post(getData('a'), { soapaction });
        expect(text).to.include('<ns4:getDataResponse ');
      }
    });

    it('200 mixed calls at a time', async () => {
      const names = Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 'fault' : `user${i}`));
      const answers = await Promise.all(names.map((name) => post(getData(name))));
      answers.forEach(({ status, text }, i) => {
        expect(status).to.equal(names[i] === 'fault' ? 500 : 200);
        if (status === 200) expect(text).to.include(`<name>${names[i]}</name>`);
      });
    });
  });

  describe('faults', () => {
    it('of a handler, with their detail', async () => {
      const { status, text } = await post(getData('fault'));
      expect(status).to.equal(500);
      expect(text).to.include(
        '<faultstring>No such user; exceptionId 1-2</faultstring><detail><ns4:NoSuchUserException ',
      );
    });

    it('instead of errors, whose text stays inside', async () => {
      for (const name of ['error', 'null', 'unencodable']) {
        await expectFault(post(getData(name)), 500, 'Server', /^Internal error$/);
      }
    });

    it('for an operation without handler', () =>
      expectFault(post(envelope('<svc:exists/>')), 500, 'Server', /exists is not supported/));

    it('for another method, with Allow', async () => {
      for (const method of ['PUT', 'DELETE', 'PATCH']) {
        const answer = post('', {}, method);
        await expectFault(answer, 405, 'Server', /^HTTP verb was not GET or POST$/);
        expect((await answer).headers.get('allow')).to.equal('GET, POST');
      }
    });

    it('for GET, which brings no operation', () =>
      expectFault(post('', {}, 'GET'), 500, 'Server', /^No binding operation info while invoking/));

    it('for SOAP 1.2, by its envelope', async () => {
      const text = /^A SOAP 1\.2 message is not valid when sent to a SOAP 1\.1 only endpoint\.$/;
      const soap12 = '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>';
      const type12 = { 'content-type': 'application/soap+xml; action="urn:getData"' };
      for (const headers of [{}, type12])
        await expectFault(post(soap12, headers), 500, 'VersionMismatch', text);
    });

    it('for what is wrong with the message, whatever the content type says', async () => {
      const type12 = { 'content-type': 'application/soap+xml' };
      await expectFault(post('<a', type12), 500, 'Client', /not well-formed/);
      await expectFault(post('', type12), 500, 'Client', /no body/);
      expect((await post(getData('a'), type12)).text).to.include('<name>a</name>');
    });
  });

  describe('content types and charsets', () => {
    const umlaut = getData('Jürgen');
    const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>${umlaut}`;
    const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
    const readable: readonly (readonly [string, Uint8Array, string])[] = [
      ['application/xml', Buffer.from(umlaut), 'application/xml'],
      ['no charset', Buffer.from(umlaut), 'text/xml'],
      ['quoted, in capitals', Buffer.from(umlaut), 'Text/XML; action="x"; Charset="utf-8"'],
      ['ISO-8859-1', Buffer.from(umlaut, 'latin1'), 'text/xml; charset=ISO-8859-1'],
      ['ISO-8859-1 by the declaration alone', Buffer.from(declared('iso-8859-1'), 'latin1'), 'text/xml'],
      [
        'the content type against the declaration',
        Buffer.from(declared('iso-8859-1')),
        'text/xml; charset=utf-8',
      ],
      ['US-ASCII', Buffer.from(umlaut.replace('ü', '&#252;')), 'text/xml; charset=us-ascii'],
      ['a UTF-8 mark', Buffer.from(`\ufeff${umlaut}`), 'text/xml'],
      ['UTF-16 little endian', utf16(declared('utf-16')), 'text/xml; charset=utf-16'],
      ['UTF-16 big endian', utf16(umlaut).swap16(), 'text/xml; charset=utf-16'],
      ['UTF-16 by its mark alone', utf16(umlaut), 'text/xml'],
      ['windows-1252', Buffer.from(umlaut, 'latin1'), 'text/xml; charset=Windows-1252'],
      ['ISO-8859-15 by the declaration', Buffer.from(declared('ISO-8859-15'), 'latin1'), 'text/xml'],
      ['GB18030', Buffer.from(umlaut.replace('ü', '&#xfc;')), 'text/xml; charset=gb18030'],
      ['a SOAP 1.1 envelope as application/soap+xml', Buffer.from(umlaut), 'application/soap+xml'],
      ['ISO-8859-1 that nobody declared', Buffer.from(umlaut, 'latin1'), 'text/xml'],
      ['UTF-8 that declares what nobody knows', Buffer.from(declared('utf-7')), 'text/xml'],
      ['UTF-8 that declares UTF-16', Buffer.from(declared('utf-16')), 'text/xml'],
      ['UTF-16 without a mark', Buffer.from(umlaut, 'utf16le'), 'text/xml; charset=utf-16'],
      ['UTF-16 that nobody declared', Buffer.from(umlaut, 'utf16le').swap16(), 'text/xml'],
      ['application/json', Buffer.from(umlaut), 'application/json'],
      ['text/plain', Buffer.from(umlaut), 'text/plain'],
      ['a content type that is none', Buffer.from(umlaut), 'nonsense'],
    ];
    for (const [what, body, contentType] of readable) {
      it(`reads ${what}`, async () => {
        const answer = await postFor(contentType, body);
        expect(answer.text).to.match(/<name>J(ü|&#xfc;)rgen</);
      });
    }

    const postFor = async (contentType: string, body: Uint8Array) => {
      const response = await fetch(server.url, {
        method: 'POST',
        body,
        headers: { 'content-type': contentType },
      });
      const charset = /charset=(.*)$/.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
      const bytes = Buffer.from(await response.arrayBuffer());
      return { charset, bytes, text: new TextDecoder(charset).decode(bytes) };
    };

    const answers: readonly (readonly [string, Uint8Array, string, string])[] = [
      ['text/xml', Buffer.from(umlaut), 'UTF-8', 'Jürgen'],
      ['text/xml', Buffer.from(umlaut, 'latin1'), 'iso-8859-1', 'Jürgen'],
      ['text/xml; charset=ISO-8859-1', Buffer.from(umlaut, 'latin1'), 'iso-8859-1', 'Jürgen'],
      ['text/xml; charset=us-ascii', Buffer.from(getData('J&#xfc;rgen')), 'us-ascii', 'J&#xfc;rgen'],
      [
        'text/xml; charset=iso-8859-15',
        Buffer.from(getData('&#x20ac;&#x1f600;&#xfc;')),
        'iso-8859-15',
        '€&#x1f600;ü',
      ],
      ['text/xml; charset=iso-8859-1', Buffer.from(getData('&#x20ac;')), 'iso-8859-1', '&#x20ac;'],
      ['text/xml; charset=gb18030', Buffer.from(getData('&#x20ac;&#x4e2d;')), 'gb18030', '€中'],
      ['text/xml; charset=utf-16', utf16(umlaut), 'utf-16', 'Jürgen'],
      ['text/xml; charset=utf-16be', Buffer.from(umlaut, 'utf16le').swap16(), 'utf-16be', 'Jürgen'],
    ];
    for (const [contentType, body, charset, name] of answers)
      it(`answers ${contentType} in ${charset}: ${name}`, async () => {
        const answer = await postFor(contentType, body);
        expect(answer.charset).to.equal(charset);
        expect(answer.text).to.include(`<name>${name}<`);
      });

    it('marks UTF-16 once', async () => {
      const { bytes } = await postFor('text/xml; charset=utf-16', utf16(umlaut));
      expect(bytes.subarray(0, 2).toString('hex')).to.equal('fffe');
      expect(bytes.toString('utf16le').lastIndexOf('\ufeff')).to.equal(0);
    });

    it('faults leave in the charset of the request, too', async () => {
      const body = Buffer.from(umlaut.replaceAll('getData', 'Jürgen'), 'latin1');
      const answer = await postFor('text/xml; charset=iso-8859-1', body);
      expect(answer.charset).to.equal('iso-8859-1');
      expect(answer.text).to.include('NO_PART_FOUND');
    });

    it('reads a request without content type', async () => {
      const text = await new Promise<string>((resolve, reject) => {
        const request = httpRequest(server.url, { method: 'POST' }, (response) => {
          let received = '';
          response.on('data', (chunk: Buffer) => (received += chunk.toString()));
          response.on('end', () => {
            resolve(received);
          });
        });
        request.on('error', reject).end(umlaut);
      });
      expect(text).to.include('<name>Jürgen</name>');
    });

    it('refuses parts without a boundary', () =>
      expectFault(
        post(umlaut, { 'content-type': 'multipart/related; type="text/xml"' }),
        415,
        'Client',
        /content type/,
      ));

    it('answers charsets that nobody knows with a page, as the original', async () => {
      for (const charset of ['utf-7', 'ebcdic', 'x-user-defined', '__proto__', 'base64', 'hex', 'cesu-8']) {
        const headers = { 'content-type': `text/xml; charset=${charset}` };
        const answer = await fetch(server.url, { method: 'POST', body: umlaut, headers });
        expect(answer.status, charset).to.equal(500);
        expect(answer.headers.get('content-type')).to.match(/^text\/html/);
        expect(await answer.text()).to.match(/^<html><body>The charset/);
      }
    });

    it('refuses bytes that the charset does not have', async () => {
      const latin1 = Buffer.from(umlaut, 'latin1');
      for (const contentType of ['text/xml; charset=utf-8', 'text/xml; charset=us-ascii']) {
        await expectFault(post(latin1, { 'content-type': contentType }), 500, 'Client', /not valid text/);
      }
      const noUtf16 = Buffer.from(umlaut);
      await expectFault(
        post(noUtf16, { 'content-type': 'text/xml; charset=utf-16' }),
        500,
        'Client',
        /not valid/,
      );
      const undefinedByte = Buffer.from(umlaut.replace('ü', '\x81'), 'latin1');
      const contentType = 'text/xml; charset=windows-1252';
      await expectFault(post(undefinedByte, { 'content-type': contentType }), 500, 'Client', /not valid/);
    });
  });

  describe('bodies', () => {
    const body = Buffer.from(getData('packed'));
    for (const [encoding, packed] of [
      ['gzip', gzipSync(body)],
      ['x-gzip', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['deflate', deflateRawSync(body)],
      ['identity', body],
    ] as const) {
      it(`reads ${encoding} (${packed.length} bytes)`, async () => {
        expect((await post(packed, { 'content-encoding': encoding })).text).to.include('packed');
      });
    }

    it('refuses other encodings', async () => {
      for (const encoding of ['br', 'compress', 'gzip, gzip', 'zstd']) {
        await expectFault(post(body, { 'content-encoding': encoding }), 415, 'Client', /content encoding/);
      }
    });

    it('refuses what is no gzip, or half of one', async () => {
      const packed = gzipSync(body);
      for (const bytes of [
        Buffer.from('no gzip at all'),
        packed.subarray(0, packed.length - 20),
        Buffer.alloc(0),
      ]) {
        await expectFault(post(bytes, { 'content-encoding': 'gzip' }), 500, 'Client', /decompress/);
        await expectFault(post(bytes, { 'content-encoding': 'deflate' }), 500, 'Client', /decompress/);
      }
    });

    it('refuses more than the limit, packed or not', async () => {
      await expectFault(post(' '.repeat(20_001)), 413, 'Client', /larger than 20000 bytes/);
      await expectFault(post(' '.repeat(3_000_000)), 413, 'Client', /larger/);
      const bomb = gzipSync(Buffer.alloc(10_000_000, 32));
      await expectFault(post(bomb, { 'content-encoding': 'gzip' }), 413, 'Client', /larger/);
    });

    it('refuses an announced size at once', async () => {
      const answer = await rawRequest(`content-length: 99999999999\r\n`, '<a>');
      expect(answer).to.match(/^HTTP\/1\.1 413 /);
      expect(answer).to.match(/connection: close/i);
    });

    it('refuses nothing at all', () => expectFault(post(''), 500, 'Client', /no body/));

    it('does not wait forever for the rest', async () => {
      const answer = await rawRequest('content-length: 1000\r\n', '<a>');
      expect(answer).to.match(/^HTTP\/1\.1 408 /);
      expect(answer).to.include('did not arrive in time');
    });

    it('survives a client that hangs up', async () => {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
          socket.write('POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n<a>', () => {
            socket.destroy();
            resolve();
          });
        });
      });
      expect((await post(getData('still there'))).text).to.include('still there');
    });

    /** Sends half a request and reads until the server closes. */
    function rawRequest(headers: string, start: string): Promise<string> {
      return new Promise((resolve, reject) => {
        let received = '';
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
          socket.write(`POST /x HTTP/1.1\r\nhost: x\r\ncontent-type: text/xml\r\n${headers}\r\n${start}`);
        });
        socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
        socket.on('error', reject).on('close', () => {
          resolve(received);
        });
      });
    }
  });

  describe('tells the observer', () => {
    const last = async (body: string): Promise<TestServer['records'][number] | undefined> => {
      server.records.length = 0;
      await post(body);
      return server.records[0];
    };

    it('of a success', async () => {
      const body = getData('a');
      const record = await last(body);
      expect(record).to.deep.include({
        requestId: 'request-1',
        service: SERVICE,
        operation: 'getData',
        login: 'anna',
        outcome: 'ok',
        faultMessage: null,
        requestBytes: Buffer.byteLength(body),
      });
      expect(record?.durationMs).to.be.greaterThan(0);
    });

    it('of a declared fault, an error, and a request that could not be read', async () => {
      expect(await last(getData('fault'))).to.deep.include({ login: 'anna', outcome: 'NoSuchUserException' });
      expect(await last(getData('error'))).to.deep.include({
        outcome: 'Server',
        faultMessage: 'Internal error',
      });
      expect(await last(envelope('<svc:getData><svc:x/></svc:getData>'))).to.deep.include({
        operation: 'getData',
        login: null,
        outcome: 'Client',
      });
      expect(await last('<x')).to.deep.include({ operation: null, outcome: 'Client' });
    });
  });

  it('answers although everything around it throws', async () => {
    const fails = (): never => {
      throw new Error('bug');
    };
    const broken = await serve(
      SERVICE,
      { getData: echo },
      { readCaller: fails, toFault: fails, observe: fails },
    );
    try {
      const response = await fetch(broken.url, {
        method: 'POST',
        body: getData('a'),
        headers: { 'content-type': 'text/xml' },
      });
      expect(response.status).to.equal(500);
      expect(await response.text()).to.include('<faultstring>Internal error</faultstring>');
    } finally {
      await broken.stop();
    }
  });
});
