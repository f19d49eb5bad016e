import type { Credentials } from '../provisioning/model/credentials.js';
import type { FileCaller } from '../provisioning/usage/authorize-usage.js';
import { bearerToken, isSameToken } from './bearer-token.js';
import type { CallerReader } from './rest-routes.js';
import { basicCredentials, ProblemError } from './rest.js';

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
