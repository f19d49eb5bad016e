import type { Express } from 'express';
import {
  createServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { readTls, type TlsFiles } from './tls-files.js';

/** All waits are bounded, in milliseconds, and so are connections. */
export interface ServerLimits {
  /** Until the headers of a request are there. */
  readonly headersMs: number;
  /** Until a request is there as a whole. */
  readonly requestMs: number;
  /** Keep-alive time that clients are told. The server waits a little longer, so that clients close first. */
  readonly keepAliveMs: number;
  /** Time for requests in flight to finish when the server stops. */
  readonly drainMs: number;
  /** Above so many, those that idle are closed; twice as many at most are open. */
  readonly manyConnections: number;
}

export const defaultServerLimits: ServerLimits = {
  headersMs: 20_000,
  requestMs: 60_000,
  // Common keep-alive time of proxies.
  keepAliveMs: 60_000,
  drainMs: 10_000,
  manyConnections: 2_000,
};

/** The sender must close first, or its request meets a closing connection. */
const keepAliveGraceMs = 5_000;

export interface RunningServer {
  /** `http://HOST:PORT`, or `https://…`, with the port really taken. */
  readonly url: string;
  readonly port: number;
  /** Reads certificate and key again, for new connections. @throws Error when they cannot be used; the old ones stay then */
  reloadCertificate(): void;
  /** Takes no new requests, lets those in flight finish, and cuts what is left after the drain time. */
  stop(): Promise<void>;
}

/**
 * Listens.
 * @param tls null: plain HTTP
 * @throws the error of `listen`, with `code` EADDRINUSE, EACCES, …
 */
export async function startServer(
  app: RequestListener,
  address: { readonly host: string; readonly port: number },
  limits: ServerLimits = defaultServerLimits,
  tls: TlsFiles | null = null,
): Promise<RunningServer> {
  const options: ServerOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs + keepAliveGraceMs,
    connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
    ...messageClasses(app),
  };
  const tlsServer =
    tls && createTlsServer({ ...options, ...readTls(tls), handshakeTimeout: limits.headersMs });
  const server: Server | TlsServer = tlsServer ?? createServer(options);
  server.maxConnections = 2 * limits.manyConnections;
  const { drain, openConnections } = trackRequests(server);
  server.on(connectionEvent(server), () => {
    if (openConnections() > limits.manyConnections) server.closeIdleConnections();
  });
  const keepAlive = `timeout=${Math.floor(limits.keepAliveMs / 1_000)}`;
  server.on('request', (_request, response) => {
    if (response.shouldKeepAlive) response.setHeader('Keep-Alive', keepAlive);
  });
  server.on('request', app);
  await listen(server, address, server.maxConnections);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  let stopped: Promise<void> | undefined;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    reloadCertificate: () => tls && tlsServer?.setSecureContext(readTls(tls)),
    stop: () => (stopped ??= stop(server, drain, limits.drainMs)),
  };
}

function listen(
  server: Server | TlsServer,
  { host, port }: { readonly host: string; readonly port: number },
  backlog: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Backlog of all open connections. A shorter kernel queue drops connections, and clients wait for
    // seconds.
    server.listen({ port, host, backlog }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Event of a connection that is ready for requests. */
function connectionEvent(server: Server | TlsServer): 'connection' | 'secureConnection' {
  return server instanceof TlsServer ? 'secureConnection' : 'connection';
}

/**
 * Follows connections and the answers still owed on them.
 * @returns `drain` ends idle connections at once and every other one after its answer
 */
function trackRequests(server: Server | TlsServer): {
  readonly drain: () => void;
  readonly openConnections: () => number;
} {
  const owed = new Map<Socket, Set<ServerResponse>>();
  let draining = false;
  server.on(connectionEvent(server), (socket: Socket) => {
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
  const cutHandshakes = server instanceof TlsServer ? trackHandshakes(server) : null;
  const drain = (): void => {
    draining = true;
    cutHandshakes?.();
    for (const [socket, responses] of owed) {
      if (responses.size === 0) socket.destroySoon();
      for (const response of responses) if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  };
  return { drain, openConnections: () => owed.size };
}

/**
 * Follows TLS connections until their handshake is done; they are not yet those of an HTTP server.
 * @returns a function that cuts them
 */
function trackHandshakes(server: TlsServer): () => void {
  const handshakes = new Map<string, Socket>();
  const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    handshakes.set(peer, socket);
    socket.once('close', () => handshakes.delete(peer));
  });
  server.on('secureConnection', (socket: Socket) => handshakes.delete(peerOf(socket)));
  return () => {
    for (const socket of handshakes.values()) socket.destroy();
  };
}

async function stop(server: Server | TlsServer, drain: () => void, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  drain();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}

/**
 * Classes of requests and responses for `http.createServer`.
 * Express replaces the prototype of every request and response. V8 then treats each object as a kind of its
 * own, which is slow and keeps garbage longer. That took more than half of a SOAP call's CPU time
 * (bench/profiles/engine-*.txt). Objects created with the final prototype avoid it.
 * @param app its `request` and `response` are replaced by heirs of them; nothing happens without Express
 */
export function messageClasses(
  app: RequestListener | Express,
): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  if (!('request' in app && 'response' in app)) return {};
  class AppRequest extends IncomingMessage {}
  class AppResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype });
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
