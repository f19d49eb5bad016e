import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { childOf, parseTree, type TreeElement } from '../../soap/decode/parse-tree.js';
import type { RecordedCall } from './recording.js';
import { SecretHider } from './secret-hider.js';

export interface RecordingProxyOptions {
  /** Up to and without the names of services, such as `https://ox.example.org/webservices`. */
  readonly upstream: string;
  readonly port: number;
  readonly onCall: (call: RecordedCall) => void;
  /** A request could not be handed on. */
  readonly onFailure: (service: string) => void;
}

/** A proxy that is listening. */
export interface RecordingProxy {
  /** Stands for the upstream URL. */
  readonly url: string;
  stop(): Promise<void>;
}

const maxBodyBytes = 64 * 1024 * 1024;
const timeoutMs = 120_000;

/**
 * Hands requests on to another endpoint and tells what was sent, without passwords. It listens on 127.0.0.1 alone.
 * @throws the error of `listen`
 */
export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const hider = new SecretHider();
  let url = '';
  const server = createServer((request, response) => {
    handOn(options, hider, url, request, response).catch(() => {
      options.onFailure(serviceOf(request));
      if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'text/plain' });
      response.end('The endpoint behind the proxy does not answer.\n');
    });
  });
  await listen(server, options.port);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webservices`;
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function handOn(
  { upstream, onCall }: RecordingProxyOptions,
  hider: SecretHider,
  ownUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const service = serviceOf(request);
  const query = /\?.*$/s.exec(request.url ?? '')?.[0] ?? '';
  const isCall = request.method === 'POST';
  const sent = isCall ? await bodyOf(request) : null;
  const answer = await fetch(`${upstream}/${service}${query}`, {
    method: isCall ? 'POST' : 'GET',
    signal: AbortSignal.timeout(timeoutMs),
    ...(sent === null ? {} : { body: new Uint8Array(sent), headers: headersOf(request) }),
  });
  const text = await answer.text();
  // A WSDL names the address that clients then use.
  const shown = isCall ? text : text.replaceAll(upstream, ownUrl);
  response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'text/xml' });
  response.end(shown);
  if (sent !== null) onCall(recorded(hider, service, sent.toString('utf8'), answer.status, text));
}

function recorded(
  hider: SecretHider,
  service: string,
  request: string,
  httpStatus: number,
  answer: string,
): RecordedCall {
  const tree = treeOf(request);
  const body = childOf(tree, 'Body')?.children[0];
  const message = tree && messageOf(tree);
  const auth = childOf(body, 'auth') ?? childOf(body, 'creds');
  return {
    service,
    operation: body?.localName ?? null,
    principal: childOf(auth, 'login')?.text ?? null,
    httpStatus,
    request: hider.hide(request, message),
    answer: hider.hide(answer, message),
  };
}

/** The elements as members, so that secrets are found by their names. */
function messageOf({ children, text }: TreeElement): unknown {
  if (children.length === 0) return text;
  const members = new Map<string, unknown[]>();
  for (const child of children)
    members.set(child.localName, [...(members.get(child.localName) ?? []), messageOf(child)]);
  return Object.fromEntries(
    Array.from(members, ([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const kept = ['content-type', 'soapaction', 'idempotency-key'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function serviceOf({ url = '' }: IncomingMessage): string {
  return /^[^?]*\/(\w+)\/?(?:\?|$)/.exec(url)?.[1] ?? '';
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error('the request is too big');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function treeOf(xml: string): TreeElement | undefined {
  try {
    return parseTree(xml);
  } catch {
    return undefined;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
