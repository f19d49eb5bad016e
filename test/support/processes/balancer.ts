import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A load balancer as plain as they come. */
export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

const checkIntervalMs = 300;
const checkTimeoutMs = 2_000;

/** Takes turns between the servers whose /health/ready answers 200; a request is sent once, whatever becomes of it. */
export async function startBalancer(targets: readonly string[]): Promise<Balancer> {
  const ready = new Set(targets);
  let turn = 0;
  let isClosing = false;
  const check = async (target: string) => {
    const isReady = await fetch(`${target}/health/ready`, {
      signal: AbortSignal.timeout(checkTimeoutMs),
    }).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) ready.add(target);
    else ready.delete(target);
    if (!isClosing) setTimeout(() => void check(target), checkIntervalMs).unref();
  };
  for (const target of targets) void check(target);
  const server = createServer((request, response) => {
    const able = targets.filter((target) => ready.has(target));
    const target = able[(turn += 1) % Math.max(able.length, 1)];
    if (target === undefined) response.writeHead(503).end();
    else forward(target, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      isClosing = true;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(target: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request;
  const onward = send(`${target}${request.url}`, { method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  request.pipe(onward);
}
