import { expect } from 'chai';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from './run-here.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a free port. */
async function serve(handler: Handler): Promise<{ url: string; server: Server; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, asked };
}

const schema = (more: string) =>
  `<xsd:schema targetNamespace="urn:e" elementFormDefault="qualified">${more}
    <xsd:element name="ping"><xsd:complexType><xsd:sequence>
      <xsd:element name="word" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="pingResponse"><xsd:complexType><xsd:sequence>
      <xsd:element name="word" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element></xsd:schema>`;

/** The WSDL of a service with one operation. */
function wsdlOf(address: string, { types = schema(''), use = 'literal' } = {}): string {
  return `<?xml version="1.0"?><definitions targetNamespace="urn:e" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:e="urn:e" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
    <types>${types}</types>
    <message name="in"><part name="body" element="e:ping"/></message>
    <message name="out"><part name="body" element="e:pingResponse"/></message>
    <portType name="P"><operation name="ping"><input message="e:in"/><output message="e:out"/></operation></portType>
    <binding name="B" type="e:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
      <operation name="ping"><soap:operation soapAction=""/><input><soap:body use="${use}"/></input>
        <output><soap:body use="literal"/></output></operation></binding>
    <service name="S"><port name="Q" binding="e:B"><soap:address location="${address}"/></port></service></definitions>`;
}

const pong =
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><pingResponse xmlns="urn:e"><word>pong</word></pingResponse></e:Body></e:Envelope>';

describe('oxbow call refuses', function () {
  this.timeout(60_000);
  const servers: Server[] = [];
  let directory: string;
  let args: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oxbow-refusals-'));
    args = join(directory, 'arguments.json');
    await writeFile(args, '{"word": "a"}');
  });
  after(() => rm(directory, { recursive: true }));
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  const serving = async (handler: Handler) => {
    const served = await serve(handler);
    servers.push(served.server);
    return served;
  };
  const ping = (wsdl: string, ...more: string[]) =>
    runHere(['call', wsdl, 'ping', '--json', args, ...more], {});
  /** What is said about a service that answers calls like this. */
  const answered = async (answer: Handler, ...more: string[]) => {
    const { url } = await serving((request, response) => {
      if (request.method === 'GET') response.end(wsdlOf(`http://${request.headers.host}/call`));
      else answer(request, response);
    });
    return ping(`${url}/?wsdl`, ...more);
  };

  it('nothing of a service that is well', async () => {
    const { exitCode, out, err } = await answered((_request, response) => response.end(pong));
    expect({ exitCode, err }).to.deep.equal({ exitCode: 0, err: '' });
    expect(JSON.parse(out)).to.deep.equal({ word: 'pong' });
  });

  const answers: [string, Handler, RegExp, number, string[]][] = [
    [
      'silence',
      () => undefined,
      /no answer from http:.*: nothing within 1 seconds/,
      105,
      ['--responsetimeout', '1'],
    ],
    [
      'a redirect',
      (_request, response) => response.writeHead(307, { location: 'http://other.example/' }).end(),
      /HTTP 307, a redirect to http:\/\/other\.example\/: redirects are not followed/,
      105,
      [],
    ],
    [
      'a page',
      (_request, response) => response.end('<html><p>hi</html>'),
      /answers, and not as ping does/,
      105,
      [],
    ],
    ['a login page', (_request, response) => response.writeHead(401).end('no'), /not as ping does/, 105, []],
    [
      'an answer to something else',
      (_request, response) => response.end(pong.replaceAll('pingResponse', 'pangResponse')),
      /not as ping does/,
      105,
      [],
    ],
    [
      'entities',
      (_request, response) =>
        response.end(`<!DOCTYPE e:Envelope [<!ENTITY a "aaaa">]>${pong.replace('pong', '&a;')}`),
      /not as ping does/,
      105,
      [],
    ],
    [
      'an answer without end',
      (_request, response) => {
        const chunk = Buffer.alloc(1024 * 1024, 'a');
        const more = (): void => void (response.destroyed || response.write(chunk, more));
        more();
      },
      /more than 64 MB/,
      105,
      [],
    ],
  ];
  for (const [what, handler, message, code, more] of answers) {
    it(`${what}`, async () => {
      const { exitCode, out, err } = await answered(handler, ...more);
      expect(err).to.match(message);
      expect({ exitCode, out }).to.deep.equal({ exitCode: code, out: '' });
    });
  }

  it('what cannot be reached', async () => {
    const { url, server } = await serve(() => undefined);
    server.close();
    const { exitCode, err } = await ping(`${url}/?wsdl`);
    expect({ exitCode, err }).to.deep.equal({ exitCode: 105, err: `no answer from ${url}: ECONNREFUSED\n` });
    expect(await ping(join(directory, 'none.wsdl'))).to.include({ exitCode: 1 });
    const login = await ping('http://u:geheim-7@127.0.0.1:1/?wsdl');
    expect(login.exitCode).to.equal(2);
    expect(login.err).not.to.include('geheim-7');
  });

  it('a WSDL that leads or imports elsewhere, unless that is meant', async () => {
    const other = await serving((request, response) => {
      response.end(
        request.method === 'POST'
          ? pong
          : schema('').replace('<xsd:schema', '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"'),
      );
    });
    const leading = await serving((_request, response) => response.end(wsdlOf(`${other.url}/call`)));
    const basic = ['--basic', '-A', 'me', '-P', 'geheim-7'];
    const led = await ping(`${leading.url}/?wsdl`, ...basic);
    expect(led.exitCode).to.equal(1);
    expect(led.err).to.include(`if that is meant, say --endpoint ${other.url}/call`);
    expect(other.asked).to.deep.equal([]);
    const meant = await ping(`${leading.url}/?wsdl`, ...basic, '--endpoint', `${other.url}/call`);
    expect(meant.exitCode, meant.err).to.equal(0);
    // The host of the WSDL does not see what is for the other.
    expect(leading.asked).to.deep.equal([`GET /?wsdl ${authorization}`, 'GET /?wsdl -']);
    expect(other.asked).to.deep.equal([`POST /call ${authorization}`]);

    const types = `<xsd:schema targetNamespace="urn:e"><xsd:include schemaLocation="${other.url}/a.xsd"/></xsd:schema>`;
    const importing = await serving((request, response) =>
      response.end(request.method === 'POST' ? pong : wsdlOf(`http://${request.headers.host}/`, { types })),
    );
    const imported = await ping(`${importing.url}/?wsdl`);
    expect(imported.err).to.equal(
      `the WSDL imports ${other.url}/a.xsd, of another origin; --other-origins allows that\n`,
    );
    const allowed = await ping(`${importing.url}/?wsdl`, '--other-origins', ...basic);
    expect(allowed.exitCode, allowed.err).to.equal(0);
    expect(other.asked.slice(1)).to.deep.equal(['GET /a.xsd -']);
  });

  const authorization = `Basic ${Buffer.from('me:geheim-7').toString('base64')}`;

  it('a WSDL with a DOCTYPE, of rpc/encoded, without a type, too large, or none at all', async () => {
    const broken: [string, RegExp][] = [
      [
        wsdlOf('http://x/').replace('<definitions', '<!DOCTYPE a [<!ENTITY b "c">]><definitions'),
        /a DOCTYPE is not allowed/,
      ],
      [wsdlOf('http://x/', { use: 'encoded' }), /ping is rpc\/encoded, which is not supported/],
      [
        wsdlOf('http://x/', { types: schema('').replace('xsd:string', 'e:Nothing') }),
        /does not define the type Nothing of urn:e/,
      ],
      [`${wsdlOf('http://x/')}<!--${'a'.repeat(17 * 1024 * 1024)}-->`, /more than 16 MB/],
      ['<html></html>', /the WSDL cannot be read/],
      ['hello', /is not XML that can be read/],
      [wsdlOf('gopher://x/'), /gives no address over HTTP: say --endpoint/],
    ];
    for (const [text, message] of broken) {
      const { url } = await serving((_request, response) => response.end(text));
      const { exitCode, err } = await ping(`${url}/?wsdl`, '--other-origins');
      expect(err).to.match(message);
      expect(exitCode, err).to.be.oneOf([1, 105]);
    }
    const { url } = await serving((_request, response) => response.writeHead(404).end());
    expect(await ping(url)).to.include({ exitCode: 1, err: `no WSDL: ${url} answers HTTP 404\n` });
  });

  it('imports without end', async () => {
    let number = 0;
    const { url, asked } = await serving((_request, response) => {
      const types = `<xsd:schema targetNamespace="urn:e"><xsd:include schemaLocation="/${(number += 1)}"/></xsd:schema>`;
      response.end(wsdlOf('http://x/', { types }));
    });
    const { exitCode, err } = await ping(url);
    expect(exitCode).to.equal(1);
    expect(err).to.include('more than 100 documents');
    expect(asked).to.have.length(101);
  });

  it('a file that includes what is outside its folder', async () => {
    await mkdir(join(directory, 'inner'));
    await writeFile(join(directory, 'secret.xsd'), await readFile('test/cli/foreign/rpc.xsd'));
    const types =
      '<xsd:schema targetNamespace="urn:e"><xsd:include schemaLocation="../secret.xsd"/></xsd:schema>';
    const file = join(directory, 'inner', 'a.wsdl');
    await writeFile(file, wsdlOf('http://127.0.0.1:1/', { types }));
    expect((await ping(file)).err).to.match(
      /^the WSDL imports .*secret\.xsd, which is outside its folder\n$/,
    );
    await writeFile(
      file,
      wsdlOf('http://127.0.0.1:1/', { types: types.replace('../secret.xsd', 'http://127.0.0.1:1/a') }),
    );
    expect((await ping(file)).err).to.include('of another origin');
  });
});
