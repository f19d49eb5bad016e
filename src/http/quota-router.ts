import express, { type Request, type Response } from 'express';
import type { QuotaState } from '../quota/quota-state.js';

/** Login and password of HTTP Basic. */
export interface BasicCredentials {
  readonly login: string;
  readonly password: string;
}

/** What went wrong, as an HTTP status and a text that the caller may read. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
}

export interface QuotaRouterOptions {
  /** The state of a user's quota, for callers with the right to read the user. */
  readonly readQuota: (contextId: number, userId: number, caller: BasicCredentials) => Promise<QuotaState>;
  /** null: nobody foresaw this error. */
  readonly toProblem: (error: unknown) => Problem | null;
}

const maxId = 2 ** 31 - 1;

/** `/quota/v1/…`: quotas for file services and operators, with the credentials and rights of SOAP. */
export function quotaRouter({ readQuota, toProblem }: QuotaRouterOptions): express.Router {
  const router = express.Router();
  router.get('/v1/contexts/:contextId/users/:userId', async (request, response) => {
    const contextId = idOf(request, 'contextId');
    const userId = idOf(request, 'userId');
    const caller = basicCredentials(request.headers.authorization);
    if (caller === null) return answerProblem(response, { status: 401, detail: 'Authentication failed' });
    if (contextId === null || userId === null)
      return answerProblem(response, { status: 404, detail: 'An id is a whole number above 0' });
    try {
      const state = await readQuota(contextId, userId, caller);
      response.set('Cache-Control', 'no-store').json({ contextId, userId, ...state });
    } catch (error) {
      const problem = toProblem(error);
      if (problem === null) throw error;
      answerProblem(response, problem);
    }
  });
  return router;
}

function idOf(request: Request, name: string): number | null {
  const text = String(request.params[name]);
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  return id > 0 && id <= maxId ? id : null;
}

function basicCredentials(header: string | undefined): BasicCredentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { login: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** RFC 9457. */
function answerProblem(response: Response, { status, detail }: Problem): void {
  if (status === 401) response.set('WWW-Authenticate', 'Basic realm="Oxbow", charset="UTF-8"');
  response.status(status).type('application/problem+json').json({ type: 'about:blank', status, detail });
}
