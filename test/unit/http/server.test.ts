import { expect } from 'chai';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { defaultServerLimits, startServer } from '../../../src/http/server/server.js';
import { eventually } from '../../support/eventually.js';

const anyPort = { host: '127.0.0.1', port: 0 };

function fetchOnce(
  url: string,
  agent: Agent,
): Promise<{ status: number; connection: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response: IncomingMessage) => {
      const chunks: string[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          connection: response.headers.connection,
          body: chunks.join(''),
        }),
      );
    }).on('error', reject);
  });
}

/** An app that answers when it is told to. */
function slowApp() {
  const waiting: (() => void)[] = [];
  let arrived: () => void = () => undefined;
  const firstRequest = new Promise<void>((resolve) => (arrived = resolve));
  const listener: RequestListener = (_request, response) => {
    waiting.push(() => response.end('done'));
    arrived();
  };
  return {
    listener,
    firstRequest,
    count: () => waiting.length,
    /** All, or the one with this number. */
    release: (number?: number) =>
      waiting.slice(...(number === undefined ? [] : [number, number + 1])).forEach((answer) => answer()),
  };
}

describe('the server', () => {
  let agent: Agent;
  beforeEach(() => (agent = new Agent({ keepAlive: true })));
  afterEach(() => agent.destroy());

  it('takes a free port and says which', async () => {
    const server = await startServer((_request, response) => response.end('hello'), anyPort);
    expect(server.url).to.equal(`http://127.0.0.1:${server.port}`);
    expect((await fetchOnce(server.url, agent)).body).to.equal('hello');
    await server.stop();
  });

  it('fails with a code when the port is taken', async () => {
    const server = await startServer(() => undefined, anyPort);
    const error: unknown = await startServer(() => undefined, { host: '127.0.0.1', port: server.port }).catch(
      (failure: unknown) => failure,
    );
    expect(error).to.have.property('code', 'EADDRINUSE');
    await server.stop();
  });

  it('lets a request in flight finish, then ends', async () => {
    const app = slowApp();
    const server = await startServer(app.listener, anyPort);
    const answer = fetchOnce(server.url, agent);
    await app.firstRequest;
    const stopped = server.stop();
    const other = new Agent();
    const late = () => fetchOnce(server.url, other).catch((error: unknown) => error);
    await eventually(async () => expect(await late()).to.have.property('code', 'ECONNREFUSED'));
    app.release();
    expect(await answer).to.include({ status: 200, connection: 'close', body: 'done' });
    await stopped;
    const refused: unknown = await fetchOnce(server.url, agent).catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'ECONNREFUSED');
  });

  it('does not wait for connections that idle or never sent anything', async () => {
    // Waiting for one of them would end this test by its time limit.
    const longMs = 600_000;
    const long = { drainMs: longMs, keepAliveMs: longMs, headersMs: longMs, requestMs: longMs };
    const limits = { ...defaultServerLimits, ...long };
    const server = await startServer((_request, response) => response.end('hello'), anyPort, limits);
    await fetchOnce(server.url, agent);
    const silent = connect(server.port, '127.0.0.1');
    silent.on('error', () => undefined);
    const closed = once(silent, 'close');
    await once(silent, 'connect');
    // Connections are taken in their order: when a later one is answered, the server has the silent one.
    await fetchOnce(server.url, new Agent());
    await server.stop();
    await closed;
  });

  it('cuts what takes too long', async () => {
    const app = slowApp();
    const server = await startServer(app.listener, anyPort, { ...defaultServerLimits, drainMs: 100 });
    const answer = fetchOnce(server.url, agent).catch((error: unknown) => error);
    await app.firstRequest;
    await server.stop();
    expect(await answer).to.have.property('code', 'ECONNRESET');
  });

  it('gives a slow sender of headers and of bodies only so long', async () => {
    const limits = { ...defaultServerLimits, headersMs: 100, requestMs: 200 };
    const server = await startServer((request) => request.resume(), anyPort, limits);
    const starts = [
      'POST / HTTP/1.1\r\nHost: a\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
    ];
    for (const start of starts) {
      const socket = connect(server.port, '127.0.0.1');
      socket.write(start);
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      expect(chunk.toString()).to.match(/^HTTP\/1\.1 408 /);
      await once(socket, 'close');
    }
    await server.stop();
  });

  it('keeps an idle connection longer than it says, so that it is the client who closes', async () => {
    const limits = { ...defaultServerLimits, keepAliveMs: 1_000 };
    const server = await startServer((_request, response) => response.end('hello'), anyPort, limits);
    const socket = connect(server.port, '127.0.0.1');
    const ask = async (): Promise<string> => {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      return String((await once(socket, 'data'))[0]);
    };
    expect(await ask()).to.match(/^keep-alive: timeout=1\r$/im);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await ask()).to.match(/^HTTP\/1\.1 200 /);
    socket.destroy();
    await server.stop();
  });

  it('closes connections that idle when there are many, never one that waits for its answer', async () => {
    const app = slowApp();
    const limits = { ...defaultServerLimits, manyConnections: 2 };
    const server = await startServer(app.listener, anyPort, limits);
    const waiting = fetchOnce(server.url, agent);
    await app.firstRequest;
    const [idle, fresh] = [connect(server.port, '127.0.0.1'), new Agent()];
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(app.count()).to.equal(2));
    app.release(1);
    await once(idle, 'data');
    const closed = once(idle, 'close');
    const answer = fetchOnce(server.url, fresh);
    await eventually(() => expect(app.count()).to.equal(3));
    await closed;
    app.release();
    expect(await waiting).to.include({ status: 200, body: 'done' });
    expect(await answer).to.include({ status: 200, body: 'done' });
    await server.stop();
  });
});
