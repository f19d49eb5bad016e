import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { messageClasses } from './message-classes.js';

/** All waits are bounded, in milliseconds. */
export interface ServerTimeouts {
  /** Until the headers of a request are there. */
  readonly headersMs: number;
  /** Until a request is there as a whole. */
  readonly requestMs: number;
  /** How long a connection may idle between requests. */
  readonly keepAliveMs: number;
  /** How long requests in flight may take to finish once the server stops. */
  readonly drainMs: number;
}

export const defaultTimeouts: ServerTimeouts = {
  headersMs: 20_000,
  requestMs: 60_000,
  keepAliveMs: 5_000,
  drainMs: 10_000,
};

const maxConnections = 2_000;

export interface RunningServer {
  /** `http://HOST:PORT` with the port really taken. */
  readonly url: string;
  readonly port: number;
  /** Takes no new requests, lets those in flight finish, and cuts what is left after the drain time. */
  stop(): Promise<void>;
}

/**
 * Listens.
 * @throws the error of `listen`, with `code` EADDRINUSE, EACCES, …
 */
export async function startServer(
  app: RequestListener,
  address: { readonly host: string; readonly port: number },
  timeouts: ServerTimeouts = defaultTimeouts,
): Promise<RunningServer> {
  const server = createServer({
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: Math.min(5_000, timeouts.headersMs),
    ...messageClasses(app),
  });
  server.maxConnections = maxConnections;
  const drain = trackRequests(server);
  server.on('request', app);
  await listen(server, address);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    port,
    stop: () => (stopped ??= stop(server, drain, timeouts.drainMs)),
  };
}

function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Follows connections and the answers still owed on them.
 * @returns a function that ends idle connections at once and every other one after its answer
 */
function trackRequests(server: Server): () => void {
  const owed = new Map<Socket, Set<ServerResponse>>();
  let draining = false;
  server.on('connection', (socket: Socket) => {
    owed.set(socket, new Set());
    socket.once('close', () => owed.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    owed.get(socket)?.add(response);
    if (draining) response.setHeader('Connection', 'close');
    response.once('close', () => {
      owed.get(socket)?.delete(response);
      if (draining && owed.get(socket)?.size === 0) socket.destroySoon();
    });
  });
  return () => {
    draining = true;
    for (const [socket, responses] of owed) {
      if (responses.size === 0) socket.destroySoon();
      for (const response of responses) if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  };
}

async function stop(server: Server, drain: () => void, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  drain();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}
