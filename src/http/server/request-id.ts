import type { Request, RequestHandler, Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/**
 * Gives every request an id, the caller's own if it is a sane one, and answers with it as `x-request-id`. A caller who only sends a
 * `traceparent` (W3C Trace Context) finds its trace id there.
 */
export const assignRequestId: RequestHandler = (request, response, next) => {
  response.setHeader('x-request-id', givenId(request) ?? randomUUID());
  next();
};

function givenId(request: Request): string | undefined {
  const given = request.get('x-request-id');
  if (given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given)) return given;
  const traceId = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(
    request.get('traceparent') ?? '',
  )?.[1];
  return traceId === '0'.repeat(32) ? undefined : traceId;
}

/** The id that `assignRequestId` gave. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader('x-request-id'));
}

/**
 * Origin of a request, for counting: an IPv4 address, or an IPv6 /64 network. One owner commonly has a whole
 * /64. `X-Forwarded-For` counts only behind a trusted proxy (TRUST_PROXY), and only if it holds an address.
 */
export function clientAddress(request: IncomingMessage): string {
  const claimed = 'ip' in request && typeof request.ip === 'string' ? request.ip : '';
  const address = isIP(claimed) > 0 ? claimed : (request.socket.remoteAddress ?? '');
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIPv6(plain) ? network(plain) : plain || 'unknown';
}

function network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...gap, ...after].slice(0, 4).map((group) => parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}
