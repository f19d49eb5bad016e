import type express from 'express';
import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import {
  createSharedDomain,
  deleteSharedDomain,
  listSharedDomains,
} from '../../../provisioning/oxaas/shared-mail-domains.js';
import { contextIdOf, endSessions, tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import { ok, type AddRoute } from '../engine/rest-operation.js';
import { restRoutes, type RestRoutesOptions } from '../engine/rest-routes.js';
import { ProblemError, type BasicCredentials, type Problem } from '../engine/rest.js';
import { announcementRoutes } from './announcement-routes.js';
import { forwardRoutes } from './forward-routes.js';
import { cloudUserRoutes } from './oxaas-user-routes.js';

type Route = AddRoute<BasicCredentials>;

/**
 * The REST calls that OX Cloud clients make beside SOAP, with its credentials and rights. Below `/oxaas/v1` and `/api/oxaas/v1`.
 * Source: docs/contract/oxaas.md#4.
 */
export function cloudRouter(
  installation: Installation,
  options: Omit<RestRoutesOptions, 'service'>,
): express.Router {
  const toProblem = (error: unknown): Problem | null => {
    const problem = options.toProblem(error);
    // OxaaS clients expect 400 for a conflict.
    return problem?.status === 409 ? { status: 400, detail: problem.detail } : problem;
  };
  return restRoutes({ ...options, toProblem, service: 'oxaas/v1' }, (route) => {
    cloudUserRoutes(route, installation);
    forwardRoutes(route, installation);
    domainRoutes(route, installation);
    announcementRoutes(route, installation);
    sessionRoutes(route, installation);
  });
}

function domainRoutes(route: Route, installation: Installation): void {
  const path = '/admin/sharedmaildomains/{domain}';
  const tag = 'Shared mail domains';
  const shared = z.strictObject({ domain: z.string() });

  route(
    'post',
    path,
    { id: 'shareDomain', tag, summary: 'Share a mail domain between contexts', answers: { 200: shared } },
    async ({ params: { domain }, caller }) => {
      await tellingRights(installation, caller, null, () => createSharedDomain(installation, domain, caller));
      return ok({ domain });
    },
  );
  route(
    'delete',
    path,
    { id: 'unshareDomain', tag, summary: 'Share a mail domain no longer', answers: { 200: shared } },
    async ({ params: { domain }, caller }) => {
      const wasShared = await tellingRights(installation, caller, null, () =>
        deleteSharedDomain(installation, domain, caller),
      );
      if (!wasShared) throw new ProblemError({ status: 404, detail: `${domain} is not shared` });
      return ok({ domain });
    },
  );
  route(
    'get',
    path,
    {
      id: 'listSharedDomains',
      tag,
      summary: 'The mail domains that are shared: that of the path if it is, or all',
      answers: { 200: z.array(z.string()) },
    },
    async ({ params: { domain: wanted }, caller }) => {
      const domains = await tellingRights(installation, caller, null, () =>
        listSharedDomains(installation, caller),
      );
      return ok(wanted === '*' ? domains : domains.filter((domain) => domain === wanted.toLowerCase()));
    },
  );
}

function sessionRoutes(route: Route, installation: Installation): void {
  const text = z.string().min(1).optional();
  route(
    'delete',
    '/admin/sessions',
    {
      id: 'endSessions',
      tag: 'Sessions',
      summary: 'End the sessions of a context’s users, or of one user',
      description: 'One of contextId and contextName is needed. Oxbow keeps no sessions itself.',
      query: { contextId: text, contextName: text, userName: text },
      answers: { 200: z.strictObject({ contextId: z.int(), ended: z.int() }) },
      problems: [404],
    },
    async ({ caller, query }) => {
      const { contextId: sentId, contextName, userName = null } = query();
      const reference = sentId ?? contextName;
      if (reference === undefined)
        throw new ProblemError({ status: 400, detail: 'contextId or contextName is required' });
      const contextId = await tellingRights(installation, caller, null, () =>
        contextIdOf(installation, reference, caller),
      );
      const ended = await tellingRights(installation, caller, contextId, () =>
        endSessions(installation, contextId, userName, caller),
      );
      return ok({ contextId, ended });
    },
  );
}
