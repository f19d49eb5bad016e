import type { FileCaller } from '../provisioning/ledger-access.js';
import { bearerToken, isSameToken } from './bearer-token.js';
import { basicCredentials } from './rest.js';
import type { CallerReader } from './rest-routes.js';

/** Callers with the token of the file service, or with a login. */
export function fileCallers(serviceToken: string | null): CallerReader<FileCaller> {
  return {
    read: (request) => {
      const token = bearerToken(request);
      if (token === null) return basicCredentials(request);
      return serviceToken !== null && isSameToken(token, serviceToken) ? 'fileService' : null;
    },
    nameOf: (caller) => (caller === 'fileService' ? 'file service' : caller.login),
  };
}
