import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

/** Gives every request an id, the caller's own if it is a sane one, and answers with it as `x-request-id`. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const id = given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', id);
  next();
};

/** The id that `assignRequestId` gave. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader('x-request-id'));
}
