import type { Request, Response } from 'express';

/** Methods and headers open to portals; the headers are those of docs/rest.md. */
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const requestHeaders = 'Authorization, Content-Type, Idempotency-Key, X-Request-Id, traceparent';
const answerHeaders = 'Idempotent-Replayed, Location, Retry-After, WWW-Authenticate, X-Request-Id';
const preflightSeconds = 600;

/** Tells the browser of a portal that its page may read this answer, and that of an error too. */
export function admitPortal(response: Response, origin: string): void {
  response.set({
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': answerHeaders,
  });
}

/** True for a CORS preflight request. */
export function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.get('Access-Control-Request-Method') !== undefined;
}

export function answerPreflight(response: Response): void {
  response.set({
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': requestHeaders,
    'Access-Control-Max-Age': String(preflightSeconds),
  });
  response.vary('Access-Control-Request-Method').vary('Access-Control-Request-Headers');
  response.status(204).end();
}
