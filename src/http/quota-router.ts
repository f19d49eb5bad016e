import express from 'express';
import type { QuotaState } from '../quota/quota-state.js';
import type { RequestLimiter } from './request-limiter.js';
import { answerProblem, basicCredentials, idOf, type BasicCredentials, type Problem } from './rest.js';

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
  /** The limits on a user's objects in the mail server, for callers with the right to read the user. */
  readonly readMailObjects: (contextId: number, userId: number, caller: BasicCredentials) => Promise<object>;
  /** What the mailboxes of a context may hold together, for callers with the right to read the context. */
  readonly readTenant: (contextId: number, caller: BasicCredentials) => Promise<object>;
  /** Where calls wait for their turn. */
  readonly limiter?: RequestLimiter;
  /** null: nobody foresaw this error. */
  readonly toProblem: (error: unknown) => Problem | null;
}

/** What one address answers: the ids of its path in order, and who asks. */
type Answer = (ids: readonly number[], caller: BasicCredentials) => Promise<object>;

/** `/quota/v1/…`: quotas for file services and operators, with the credentials and rights of SOAP. */
export function quotaRouter({
  readQuota,
  readObjectQuotas,
  readMailObjects,
  readTenant,
  limiter,
  toProblem,
}: QuotaRouterOptions): express.Router {
  const router = express.Router();
  const get = (path: string, answer: Answer): void => {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => String(name));
    router.get(path, async (request, response) => {
      const ids = names.map((name) => idOf(request.params[name])).filter((id) => id !== null);
      const caller = basicCredentials(request);
      if (caller === null) return answerProblem(response, { status: 401, detail: 'Authentication failed' });
      if (ids.length < names.length)
        return answerProblem(response, { status: 404, detail: 'An id is a whole number above 0' });
      let hasPlace = false;
      try {
        await limiter?.enter(response);
        hasPlace = true;
        const body = await answer(ids, caller);
        response.set('Cache-Control', 'no-store').json(body);
      } catch (error) {
        const problem = toProblem(error);
        if (problem === null) throw error;
        answerProblem(response, problem);
      } finally {
        if (hasPlace) limiter?.leave();
      }
    });
  };
  get('/v1/contexts/:contextId/users/:userId', async ([contextId = 0, userId = 0], caller) => ({
    contextId,
    userId,
    ...(await readQuota(contextId, userId, caller)),
  }));
  // OX: semantics 7.2, io.ox/core//quotaMode, in the form in which the original's JSlob module answers.
  get('/v1/contexts/:contextId/users/:userId/jslob', async ([contextId = 0, userId = 0], caller) => {
    const { mode } = await readQuota(contextId, userId, caller);
    return { data: [{ id: 'io.ox/core', tree: { quotaMode: mode }, meta: {} }] };
  });
  get('/v1/contexts/:contextId/users/:userId/mail-objects', ([contextId = 0, userId = 0], caller) =>
    readMailObjects(contextId, userId, caller),
  );
  get('/v1/contexts/:contextId/tenant', ([contextId = 0], caller) => readTenant(contextId, caller));
  get('/v1/contexts/:contextId/objects', ([contextId = 0], caller) => readObjectQuotas(contextId, caller));
  return router;
}
