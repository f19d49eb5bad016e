import type express from 'express';
import { z } from 'zod';
import {
  createAnnouncement,
  deleteAnnouncement,
  listAnnouncements,
  setAnnouncementEnabled,
} from '../provisioning/announcements.js';
import type { Announcement } from '../provisioning/announcement-repository.js';
import { contextIdOf, endSessions, tellingRights } from '../provisioning/cloud-access.js';
import {
  cloudFields,
  getClassOfService,
  getCloudField,
  getSpamLevel,
  setClassOfService,
  setCloudField,
  setSpamLevel,
  type CloudUser,
} from '../provisioning/cloud-attributes.js';
import type { ProvisioningDeps } from '../provisioning/deps.js';
import { deleteMailForwards, getMailForwards, putMailForward } from '../provisioning/mail-forwards.js';
import {
  createSharedDomain,
  deleteSharedDomain,
  listSharedDomains,
} from '../provisioning/shared-mail-domains.js';
import { ProblemError } from './rest.js';
import {
  bodyOf,
  pathIdOf,
  restRoutes,
  type AddRoute,
  type RestAnswer,
  type RestCall,
  type RestRoutesOptions,
} from './rest-routes.js';

const user = '/admin/contexts/:contextId/users/:userId';

/**
 * The REST calls that OX Cloud clients make beside SOAP, with its credentials and rights. OX: oxaas.md section 5.
 * Below `/oxaas/v1` and `/api/oxaas/v1`.
 */
export function cloudRouter(
  deps: ProvisioningDeps,
  options: Omit<RestRoutesOptions, 'service'>,
): express.Router {
  return restRoutes({ ...options, service: 'oxaas/v1' }, (route) => {
    userRoutes(route, deps);
    forwardRoutes(route, deps);
    domainRoutes(route, deps);
    announcementRoutes(route, deps);
    route('delete', '/admin/sessions', (call) => deleteSessions(deps, call));
  });
}

function userRoutes(route: AddRoute, deps: ProvisioningDeps): void {
  const targetOf = (call: RestCall): CloudUser => ({
    contextId: pathIdOf(call, 'contextId'),
    userId: pathIdOf(call, 'userId'),
  });
  const onUser = async <T>(call: RestCall, run: (target: CloudUser) => Promise<T>): Promise<T> => {
    const target = targetOf(call);
    return tellingRights(deps, call.caller, target.contextId, () => run(target));
  };
  const shown = (call: RestCall, uidname: string, rest: object): RestAnswer => {
    const { contextId, userId } = targetOf(call);
    return ok({ 'context-id': contextId, 'user-id': userId, uidname, ...rest });
  };

  route('get', `${user}/spamlevel`, async (call) =>
    ok({ spamlevel: await onUser(call, (target) => getSpamLevel(deps, target, call.caller)) }),
  );
  route('put', `${user}/spamlevel`, async (call) => {
    const { spamlevel } = bodyOf(call, z.object({ spamlevel: z.string() }));
    return ok({
      spamlevel: await onUser(call, (target) => setSpamLevel(deps, target, spamlevel, call.caller)),
    });
  });

  route('get', `${user}/classofservice`, async (call) => {
    const { value } = await onUser(call, (target) => getClassOfService(deps, target, call.caller));
    return ok({ classofservice: value });
  });
  route('put', `${user}/classofservice`, async (call) => {
    const names = z.array(z.string()).max(100);
    const sent = bodyOf(call, z.union([names, z.object({ classofservice: names })]));
    const wanted = 'classofservice' in sent ? sent.classofservice : sent;
    const set = await onUser(call, (target) => setClassOfService(deps, target, wanted, call.caller));
    return shown(call, set.uidname, { classofservice: set.value.join(',') });
  });

  for (const field of cloudFields) {
    const write = async (call: RestCall, text: string): Promise<RestAnswer> => {
      const set = await onUser(call, (target) => setCloudField(deps, target, field, text, call.caller));
      return shown(call, set.uidname, { [field]: set.value });
    };
    route('get', `${user}/${field}`, async (call) => {
      const got = await onUser(call, (target) => getCloudField(deps, target, field, call.caller));
      return shown(call, got.uidname, { [field]: got.value });
    });
    route('put', `${user}/${field}`, async (call) => {
      const sent = bodyOf(call, z.object({ [field]: z.string() }));
      return write(call, sent[field] ?? '');
    });
    route('delete', `${user}/${field}`, (call) => write(call, ''));
  }
}

function forwardRoutes(route: AddRoute, deps: ProvisioningDeps): void {
  const onContext = async <T>(
    { request, caller }: RestCall,
    run: (contextId: number) => Promise<T>,
  ): Promise<T> => {
    const name = String(request.params['context']);
    const contextId = await tellingRights(deps, caller, null, () => contextIdOf(deps, name, caller));
    return tellingRights(deps, caller, contextId, () => run(contextId));
  };
  const aliasOf = ({ request }: RestCall): string | null => {
    const alias = request.params['alias'];
    return typeof alias === 'string' ? alias : null;
  };
  const path = '/admin/forwards/:context{/:alias}';

  route('post', path, async (call) => {
    const alias = aliasOf(call);
    if (alias === null) throw badRequest('The address to be forwarded is missing');
    const targets = bodyOf(call, z.array(z.string()));
    const isNew = await onContext(call, (contextId) =>
      putMailForward(deps, { contextId, alias, targets }, call.caller),
    );
    return isNew ? { status: 201, body: targets } : { status: 204 };
  });
  route('get', path, async (call) => {
    const alias = aliasOf(call);
    const found = await onContext(call, (contextId) => getMailForwards(deps, contextId, alias, call.caller));
    if (alias === null)
      return ok(Object.fromEntries(found.map((forward) => [forward.alias, forward.targets])));
    const [forward] = found;
    if (forward === undefined) throw notFound(`There is no forward of ${alias}`);
    return ok(forward.targets);
  });
  route('delete', path, async (call) => {
    const alias = aliasOf(call);
    const deleted = await onContext(call, (contextId) =>
      deleteMailForwards(deps, contextId, alias, call.caller),
    );
    if (alias !== null && deleted === 0) throw notFound(`There is no forward of ${alias}`);
    return ok({ deleted });
  });
}

function domainRoutes(route: AddRoute, deps: ProvisioningDeps): void {
  const path = '/admin/sharedmaildomains/:domain';
  const domainOf = ({ request }: RestCall) => String(request.params['domain']);
  const asProvider = <T>({ caller }: RestCall, run: () => Promise<T>): Promise<T> =>
    tellingRights(deps, caller, null, run);

  route('post', path, async (call) => {
    await asProvider(call, () => createSharedDomain(deps, domainOf(call), call.caller));
    return ok({ domain: domainOf(call) });
  });
  route('delete', path, async (call) => {
    if (!(await asProvider(call, () => deleteSharedDomain(deps, domainOf(call), call.caller))))
      throw notFound(`${domainOf(call)} is not shared`);
    return ok({ domain: domainOf(call) });
  });
  route('get', path, async (call) => {
    const domains = await asProvider(call, () => listSharedDomains(deps, call.caller));
    const wanted = domainOf(call);
    return ok(wanted === '*' ? domains : domains.filter((domain) => domain === wanted.toLowerCase()));
  });
}

function announcementRoutes(route: AddRoute, deps: ProvisioningDeps): void {
  const path = '/admin/announcements';
  const idIn = (call: RestCall) => pathIdOf(call, 'id');
  const asProvider = <T>({ caller }: RestCall, run: () => Promise<T>): Promise<T> =>
    tellingRights(deps, caller, null, run);
  const show = ({ id, enabled, content }: Announcement) => ({ ...content, id, enabled });
  const list = async (call: RestCall) =>
    (await asProvider(call, () => listAnnouncements(deps, call.caller))).map(show);

  route('post', path, async (call) => {
    const content = bodyOf(call, z.record(z.string(), z.json()));
    return ok(show(await asProvider(call, () => createAnnouncement(deps, content, call.caller))));
  });
  route('get', path, async (call) => ok(await list(call)));
  route('get', `${path}/:id`, async (call) => {
    if (call.request.params['id'] === '*') return ok(await list(call));
    const found = (await list(call)).find(({ id }) => id === idIn(call));
    if (found === undefined) throw notFound('There is no such announcement');
    return ok(found);
  });
  route('delete', `${path}/:id`, async (call) => {
    if (!(await asProvider(call, () => deleteAnnouncement(deps, idIn(call), call.caller))))
      throw notFound('There is no such announcement');
    return ok({ id: idIn(call) });
  });
  for (const [verb, enabled] of [['enable', true] as const, ['disable', false] as const])
    route('put', `${path}/${verb}/:id`, async (call) => {
      const changed = await asProvider(call, () =>
        setAnnouncementEnabled(deps, idIn(call), enabled, call.caller),
      );
      if (changed === null) throw notFound('There is no such announcement');
      return ok(show(changed));
    });
}

async function deleteSessions(deps: ProvisioningDeps, { request, caller }: RestCall): Promise<RestAnswer> {
  const text = z.string().min(1).optional();
  const query = z.object({ contextId: text, contextName: text, userName: text }).safeParse(request.query);
  const reference = query.data?.contextId ?? query.data?.contextName;
  if (!query.success || reference === undefined) throw badRequest('contextId or contextName is required');
  const login = query.data.userName ?? null;
  const contextId = await tellingRights(deps, caller, null, () => contextIdOf(deps, reference, caller));
  const ended = await tellingRights(deps, caller, contextId, () =>
    endSessions(deps, contextId, login, caller),
  );
  return ok({ contextId, ended });
}

function ok(body: unknown): RestAnswer {
  return { status: 200, body };
}

function badRequest(detail: string): ProblemError {
  return new ProblemError({ status: 400, detail });
}

function notFound(detail: string): ProblemError {
  return new ProblemError({ status: 404, detail });
}
