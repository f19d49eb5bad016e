import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../../../provisioning/model/credentials.js';
import type { FileCaller } from '../../../provisioning/usage/authorize-usage.js';
import type { CallerReader } from './rest-routes.js';
import { basicCredentials, ProblemError } from './rest.js';

/** The token of `Authorization: Bearer …`; null without one. */
export function bearerToken(request: IncomingMessage): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** Comparison in constant time, so that timing does not reveal the position of a difference. */
export function isSameToken(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Callers with the token of the file service, or with a login. */
export function fileCallers(serviceToken: string | null): CallerReader<FileCaller> {
  return {
    kinds: ['basic', 'bearer'],
    read: (request) => {
      const token = bearerToken(request);
      if (token === null) return basicCredentials(request);
      return serviceToken !== null && isSameToken(token, serviceToken) ? 'fileService' : null;
    },
    nameOf: (caller) => (caller === 'fileService' ? 'file service' : caller.login),
  };
}

/** @throws ProblemError 403 to the file service, whose token is for files */
export function personOf(caller: FileCaller): Credentials {
  if (caller === 'fileService') throw new ProblemError({ status: 403, detail: 'Permission denied' });
  return caller;
}
