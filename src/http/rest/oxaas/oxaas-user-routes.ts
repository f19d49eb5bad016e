import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import {
  cloudFields,
  getClassOfService,
  getCloudField,
  getSpamLevel,
  setClassOfService,
  setCloudField,
  setSpamLevel,
  type CloudField,
  type CloudUser,
} from '../../../provisioning/oxaas/cloud-attributes.js';
import { tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import { ok, type AddRoute, type RestCall } from '../engine/rest-operation.js';
import { id } from '../engine/rest-schemas.js';
import type { BasicCredentials } from '../engine/rest.js';

type Route = AddRoute<BasicCredentials>;
type Call = Pick<RestCall<BasicCredentials, CloudUser>, 'params' | 'caller'>;

const tag = 'Cloud users';
const user = '/admin/contexts/{contextId}/users/{userId}';
const named = { 'context-id': id, 'user-id': id, uidname: z.string() };
const spamLevel = z.strictObject({ spamlevel: z.string() });
const serviceNames = z.array(z.string()).max(100);

/** Routes of the user data that OX Cloud has beyond SOAP. */
export function cloudUserRoutes(route: Route, installation: Installation): void {
  spamLevelRoutes(route, installation);
  classOfServiceRoutes(route, installation);
  for (const field of cloudFields) fieldRoutes(route, installation, field);
}

function spamLevelRoutes(route: Route, installation: Installation): void {
  const path = `${user}/spamlevel` as const;
  route(
    'get',
    path,
    { id: 'getSpamLevel', tag, summary: 'Read the spam level', answers: { 200: spamLevel } },
    async (call) =>
      ok({
        spamlevel: await onUser(installation, call, () =>
          getSpamLevel(installation, call.params, call.caller),
        ),
      }),
  );
  route(
    'put',
    path,
    {
      id: 'setSpamLevel',
      tag,
      summary: 'Set how strictly spam is looked for: low, medium or high',
      body: z.object({ spamlevel: z.string() }).meta({ examples: [{ spamlevel: 'low' }] }),
      answers: { 200: spamLevel },
    },
    async (call) => {
      const { spamlevel } = call.body();
      const set = () => setSpamLevel(installation, call.params, spamlevel, call.caller);
      return ok({ spamlevel: await onUser(installation, call, set) });
    },
  );
}

function classOfServiceRoutes(route: Route, installation: Installation): void {
  const path = `${user}/classofservice` as const;
  route(
    'get',
    path,
    {
      id: 'getClassOfService',
      tag,
      summary: 'The classes of service of a user',
      answers: { 200: z.strictObject({ classofservice: z.array(z.string()) }) },
    },
    async (call) => {
      const { value } = await onUser(installation, call, () =>
        getClassOfService(installation, call.params, call.caller),
      );
      return ok({ classofservice: value });
    },
  );
  route(
    'put',
    path,
    {
      id: 'setClassOfService',
      tag,
      summary: 'Set the classes of service of a user',
      body: z
        .union([serviceNames, z.object({ classofservice: serviceNames })])
        .meta({ examples: [['cloud_pim']] }),
      answers: { 200: z.strictObject({ ...named, classofservice: z.string() }) },
    },
    async (call) => {
      const sent = call.body();
      const wanted = 'classofservice' in sent ? sent.classofservice : sent;
      const set = await onUser(installation, call, () =>
        setClassOfService(installation, call.params, wanted, call.caller),
      );
      return ok({ ...namesOf(call, set.uidname), classofservice: set.value.join(',') });
    },
  );
}

function fieldRoutes(route: Route, installation: Installation, field: CloudField): void {
  const path = `${user}/${field}` as const;
  const answers = { 200: z.strictObject({ ...named, [field]: z.string() }) };
  const write = async (call: Call, text: string) => {
    const set = await onUser(installation, call, () =>
      setCloudField(installation, call.params, field, text, call.caller),
    );
    return ok({ ...namesOf(call, set.uidname), [field]: set.value });
  };
  route(
    'get',
    path,
    { id: `get_${field}`, tag, summary: `The ${field} of a user`, answers },
    async (call) => {
      const got = await onUser(installation, call, () =>
        getCloudField(installation, call.params, field, call.caller),
      );
      return ok({ ...namesOf(call, got.uidname), [field]: got.value });
    },
  );
  route(
    'put',
    path,
    {
      id: `set_${field}`,
      tag,
      summary: `Set the ${field} of a user`,
      body: z.object({ [field]: z.string() }).meta({ examples: [{ [field]: 'x' }] }),
      answers,
    },
    (call) => write(call, call.body()[field] ?? ''),
  );
  route(
    'delete',
    path,
    { id: `delete_${field}`, tag, summary: `Remove the ${field} of a user`, answers },
    (call) => write(call, ''),
  );
}

function onUser<T>(installation: Installation, { params, caller }: Call, run: () => Promise<T>): Promise<T> {
  return tellingRights(installation, caller, params.contextId, run);
}

function namesOf({ params: { contextId, userId } }: Call, uidname: string) {
  return { 'context-id': contextId, 'user-id': userId, uidname };
}
