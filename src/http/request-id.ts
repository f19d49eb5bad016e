import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';

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
