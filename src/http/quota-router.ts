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

/** How many objects of a module a context may hold; null: as many as there may be. */
export interface ObjectQuotaAnswer {
  readonly module: string;
  readonly limit: number | null;
  readonly source: string;
}

export interface QuotaRouterOptions {
  /** The state of a user's quota, for callers with the right to read the user. */
  readonly readQuota: (contextId: number, userId: number, caller: BasicCredentials) => Promise<QuotaState>;
  /** The limits on the objects of a context, for callers with the right to read the context. */
  readonly readObjectQuotas: (
    contextId: number,
    caller: BasicCredentials,
  ) => Promise<readonly ObjectQuotaAnswer[]>;
  /** null: nobody foresaw this error. */
  readonly toProblem: (error: unknown) => Problem | null;
}

/** What one address answers: the ids of its path in order, and who asks. */
type Answer = (ids: readonly number[], caller: BasicCredentials) => Promise<object>;

const maxId = 2 ** 31 - 1;

/** `/quota/v1/…`: quotas for file services and operators, with the credentials and rights of SOAP. */
export function quotaRouter({ readQuota, readObjectQuotas, toProblem }: QuotaRouterOptions): express.Router {
  const router = express.Router();
  const get = (path: string, answer: Answer): void => {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => String(name));
    router.get(path, async (request, response) => {
      const ids = names.map((name) => idOf(request, name)).filter((id) => id !== null);
      const caller = basicCredentials(request.headers.authorization);
      if (caller === null) return answerProblem(response, { status: 401, detail: 'Authentication failed' });
      if (ids.length < names.length)
        return answerProblem(response, { status: 404, detail: 'An id is a whole number above 0' });
      try {
        const body = await answer(ids, caller);
        response.set('Cache-Control', 'no-store').json(body);
      } catch (error) {
        const problem = toProblem(error);
        if (problem === null) throw error;
        answerProblem(response, problem);
      }
    });
  };
  get('/v1/contexts/:contextId/users/:userId', async ([contextId = 0, userId = 0], caller) => ({
    contextId,
    userId,
    ...(await readQuota(contextId, userId, caller)),
  }));
  get('/v1/contexts/:contextId/objects', ([contextId = 0], caller) => readObjectQuotas(contextId, caller));
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
