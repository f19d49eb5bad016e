import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import {
  deleteMailForwards,
  getMailForwards,
  putMailForward,
} from '../../../provisioning/oxaas/mail-forwards.js';
import { contextIdOf, tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import { noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { ProblemError, type BasicCredentials } from '../engine/rest.js';

const tag = 'Mail forwards';
const targets = z.array(z.string()).meta({ examples: [['somebody@elsewhere.example']] });
const deletedCount = z.strictObject({ deleted: z.int() });

/** Addresses of a context that are forwarded, one by one and all together. */
export function forwardRoutes(route: AddRoute<BasicCredentials>, installation: Installation): void {
  const onContext = async <T>(
    name: string,
    caller: BasicCredentials,
    run: (contextId: number) => Promise<T>,
  ): Promise<T> => {
    const contextId = await tellingRights(installation, caller, null, () =>
      contextIdOf(installation, name, caller),
    );
    return tellingRights(installation, caller, contextId, () => run(contextId));
  };
  const all = '/admin/forwards/{context}';
  const one = '/admin/forwards/{context}/{alias}';

  route(
    'post',
    one,
    {
      id: 'putForward',
      tag,
      summary: 'Forward an address',
      body: targets,
      answers: { 201: targets, 204: null },
    },
    async ({ params: { context, alias }, body, caller }) => {
      const wanted = body();
      const isNew = await onContext(context, caller, (contextId) =>
        putMailForward(installation, { contextId, alias, targets: wanted }, caller),
      );
      return isNew ? ({ status: 201, body: wanted } as const) : noContent;
    },
  );
  route(
    'get',
    all,
    {
      id: 'listForwards',
      tag,
      summary: 'All forwards of a context',
      answers: { 200: z.record(z.string(), targets) },
    },
    async ({ params: { context }, caller }) => {
      const found = await onContext(context, caller, (contextId) =>
        getMailForwards(installation, contextId, null, caller),
      );
      return ok(Object.fromEntries(found.map((forward) => [forward.alias, forward.targets])));
    },
  );
  route(
    'get',
    one,
    { id: 'getForward', tag, summary: 'Read the target of a forwarded address', answers: { 200: targets } },
    async ({ params: { context, alias }, caller }) => {
      const [forward] = await onContext(context, caller, (contextId) =>
        getMailForwards(installation, contextId, alias, caller),
      );
      if (forward === undefined) throw noSuchForward(alias);
      return ok(forward.targets);
    },
  );
  route(
    'delete',
    all,
    {
      id: 'deleteForwards',
      tag,
      summary: 'Delete all forwards of a context',
      answers: { 200: deletedCount },
    },
    async ({ params: { context }, caller }) => {
      const deleted = await onContext(context, caller, (contextId) =>
        deleteMailForwards(installation, contextId, null, caller),
      );
      return ok({ deleted });
    },
  );
  route(
    'delete',
    one,
    { id: 'deleteForward', tag, summary: 'Forward an address no longer', answers: { 200: deletedCount } },
    async ({ params: { context, alias }, caller }) => {
      const deleted = await onContext(context, caller, (contextId) =>
        deleteMailForwards(installation, contextId, alias, caller),
      );
      if (deleted === 0) throw noSuchForward(alias);
      return ok({ deleted });
    },
  );
}

function noSuchForward(alias: string): ProblemError {
  return new ProblemError({ status: 404, detail: `There is no forward of ${alias}` });
}
