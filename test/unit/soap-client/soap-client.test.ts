import { expect } from 'chai';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { servicesUrl, FaultError, NoAnswerError } from '../../../src/soap-client/post-envelope.js';
import { contractOf, SoapClient } from '../../../src/soap-client/soap-client.js';
import { SoapFault } from '../../../src/soap/contract/soap-fault.js';
import { serviceCodec } from '../../../src/soap/service-codec.js';

const service = 'OXResellerUserService';

describe('SoapClient', () => {
  let server: Server;
  let requests: IncomingMessage[];
  /** What happens to a request, by its number. */
  let answer: (response: ServerResponse, number: number) => void;
  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request);
      request.resume().once('end', () => answer(response, requests.length));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientOf = (timeoutMs = 5_000, signal = new AbortController().signal) =>
    new SoapClient({ endpoint: servicesUrl(url()) ?? '', timeoutMs, signal });
  const exists = (client: SoapClient, options = {}) => client.call(service, 'exists', {}, options);
  const failure = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => null,
      (error: unknown) => error,
    );
  const operation = contractOf(service).operations.get('exists');
  if (operation === undefined) throw new Error('no such operation');
  const done = (response: ServerResponse) =>
    response.end(serviceCodec(contractOf(service)).encodeResponse(operation, { return: true }));
  const busy = (response: ServerResponse, status: number) =>
    response.writeHead(status, { 'retry-after': '0.01' }).end('busy');

  it('sends the headers of a call, on a connection of its own', async () => {
    answer = done;
    expect(await exists(clientOf(), { idempotencyKey: 'key-1' })).to.deep.include({ return: true });
    expect(requests[0]?.url).to.equal(`/webservices/${service}`);
    expect(requests[0]?.headers).to.include({
      connection: 'close',
      soapaction: '"urn:exists"',
      'idempotency-key': 'key-1',
    });
  });

  it('sends no text that would arrive as another one', async () => {
    for (const name of ['a\0', 'a\u001f', 'a\ud800', 'a\uffff']) {
      const request = { ctx: { id: 1 }, user: { name } };
      const error = await failure(clientOf().call(service, 'exists', request));
      expect(error).to.be.instanceOf(FaultError).with.property('exceptionName', 'InvalidDataException');
    }
    expect(requests).to.have.length(0);
  });

  it('asks a busy service again, but not for ever', async () => {
    answer = (response, number) =>
      void (number < 3 ? busy(response, number === 1 ? 503 : 429) : done(response));
    expect(await exists(clientOf())).to.deep.include({ return: true });
    expect(requests).to.have.length(3);
    requests = [];
    answer = (response) => void busy(response, 503);
    expect(await failure(exists(clientOf()))).to.be.instanceOf(NoAnswerError);
    expect(requests).to.have.length(7);
  });

  it('does not ask a busy service again when it is enough', async () => {
    answer = (response) => void busy(response, 503);
    await failure(exists(clientOf(5_000, AbortSignal.abort())));
    expect(requests).to.have.length(1);
  });

  it('throws a fault with the name of its exception', async () => {
    answer = (response) => {
      const fault = new SoapFault('Server', 'Not you', 'InvalidCredentialsException');
      response.writeHead(500).end(serviceCodec(contractOf(service)).encodeFault(fault, operation));
    };
    const error = await failure(exists(clientOf()));
    expect(error)
      .to.be.instanceOf(FaultError)
      .and.include({ message: 'Not you', exceptionName: 'InvalidCredentialsException' });
  });

  const unclear: [what: string, answer: (response: ServerResponse) => void, text: RegExp][] = [
    [
      'no answer in time',
      () => undefined,
      /^no answer from http:\/\/127.0.0.1:\d+: nothing within 0.3 seconds$/,
    ],
    ['a connection that breaks', (response) => response.destroy(), /^no answer from \S+: UND_ERR_SOCKET$/],
    [
      'a page',
      (response) => response.writeHead(404).end('<html/>'),
      /^the endpoint answered HTTP 404, and not as/,
    ],
    ['a redirection', (response) => response.writeHead(302, { location: '/' }).end(), /^no answer from/],
  ];
  for (const [what, act, text] of unclear) {
    it(`throws NoAnswerError after ${what}`, async () => {
      answer = act;
      const error = await failure(exists(clientOf(300)));
      expect(error).to.be.instanceOf(NoAnswerError);
      expect((error as Error).message).to.match(text);
    });
  }
});

describe('servicesUrl', () => {
  const urls: [string, string | null][] = [
    ['http://ox.example', 'http://ox.example/webservices'],
    ['https://ox.example:8443/', 'https://ox.example:8443/webservices'],
    ['https://ox.example/servlet/axis2/services//', 'https://ox.example/servlet/axis2/services'],
    ['http://me:secret@ox.example', null],
    ['ftp://ox.example', null],
    ['ox.example', null],
  ];
  for (const [text, url] of urls)
    it(`makes ${url} of ${text}`, () => expect(servicesUrl(text)).to.equal(url));
});
