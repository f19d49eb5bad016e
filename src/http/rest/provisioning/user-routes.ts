import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import { tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import { changeUser, setUserQuota } from '../../../provisioning/users/change-user.js';
import { createUser } from '../../../provisioning/users/create-user.js';
import { deleteUsers } from '../../../provisioning/users/delete-users.js';
import type { StoredUserData } from '../../../provisioning/model/model.js';
import { getUser, readUsers } from '../../../provisioning/users/read-users.js';
import type { UserFields } from '../../../provisioning/users/user-fields.js';
import { pagePieces } from '../engine/page-pieces.js';
import { created, noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { page, pageOf } from '../engine/rest-schemas.js';
import type { BasicCredentials } from '../engine/rest.js';
import type { OnceRunner } from '../engine/run-once.js';
import { readQuotaState, userQuota } from '../quota/quota-state-routes.js';
import { member } from './provisioning-schemas.js';
import { newUser, userBody, user, userChange, userFieldsOf } from './user-schemas.js';

type Route = AddRoute<BasicCredentials>;

const tag = 'Users';
const users = '/contexts/{contextId}/users';
const one = '/contexts/{contextId}/users/{userId}';

const userToCreate = newUser.extend({ accessCombinationName: member.accessCombinationName.optional() }).meta({
  id: 'NewUser',
  examples: [
    {
      name: 'anna',
      password: 'change-me',
      displayName: 'Anna Acme',
      givenName: 'Anna',
      surName: 'Acme',
      primaryEmail: 'anna@acme.example',
      maxQuotaMb: 1024,
    },
  ],
});

const quotaToSet = z
  .strictObject({
    maxQuotaMb: member.maxQuotaMb,
    mailQuotaMb: member.mailQuotaMb,
    unified: z.boolean().meta({ description: 'Whether mail and files share one limit' }),
  })
  .refine(
    ({ maxQuotaMb, mailQuotaMb, unified }) => !unified || (maxQuotaMb > 0 && maxQuotaMb === mailQuotaMb),
    { path: ['unified'], error: 'needs the same maxQuotaMb and mailQuotaMb above 0' },
  )
  .meta({ id: 'QuotaToSet', examples: [{ maxQuotaMb: 1024, mailQuotaMb: 1024, unified: true }] });

/** The users of contexts, with the rights that SOAP gives to the master admin, resellers, context admins and users. */
export function userRoutes(route: Route, installation: Installation, once: OnceRunner): void {
  listAndCreate(route, installation, once);
  readAndChange(route, installation);
  quotaRoutes(route, installation);
}

function listAndCreate(route: Route, installation: Installation, once: OnceRunner): void {
  route(
    'get',
    users,
    {
      id: 'listUsers',
      tag,
      summary: 'List the users of a context whose login or display name matches',
      query: page,
      answers: { 200: pageOf(user) },
    },
    async ({ params: { contextId }, query, caller }) => {
      const { pattern, offset, limit } = query();
      const search = { pattern, ignoreCase: true, offset, length: limit + 1 };
      const found = await tellingRights(installation, caller, contextId, () =>
        readUsers(installation, contextId, search, caller),
      );
      return pagePieces(found, { offset, limit }, userBody);
    },
  );
  route(
    'post',
    users,
    {
      id: 'createUser',
      tag,
      summary: 'Create a user',
      headers: once.headers,
      body: userToCreate,
      answers: { 201: user },
      problems: [409],
    },
    async (call) => {
      const { contextId } = call.params;
      const { accessCombinationName: name, ...sent } = call.body();
      const access =
        name === undefined ? ({ kind: 'likeAdmin' } as const) : ({ kind: 'named', name } as const);
      const request = { contextId, fields: userFieldsOf(sent), access };
      return once.run('createUser', contextId, call, async () => {
        const { id } = await tellingRights(installation, call.caller, contextId, () =>
          createUser(installation, request, call.caller),
        );
        return created(call.request, userBody(await getUser(installation, contextId, { id }, call.caller)));
      });
    },
  );
}

function readAndChange(route: Route, installation: Installation): void {
  route(
    'get',
    one,
    { id: 'getUser', tag, summary: 'Read a user', answers: { 200: user } },
    async ({ params: { contextId, userId: id }, caller }) =>
      ok(
        userBody(
          await tellingRights(installation, caller, contextId, () =>
            getUser(installation, contextId, { id }, caller),
          ),
        ),
      ),
  );
  route(
    'patch',
    one,
    {
      id: 'changeUser',
      tag,
      summary: 'Change a user',
      description:
        'An ordinary user changes of himself password, names, language and time zone; another value of anything else is refused.',
      body: userChange,
      answers: { 200: user },
      problems: [409],
    },
    async ({ params: { contextId, userId: id }, body, caller }) => {
      const request = { contextId, user: { reference: { id }, fields: userFieldsOf(body()) } };
      await tellingRights(installation, caller, contextId, () => changeUser(installation, request, caller));
      return ok(userBody(await readAfter(installation, contextId, id, caller, request.user.fields)));
    },
  );
  route(
    'delete',
    one,
    {
      id: 'deleteUser',
      tag,
      summary: 'Delete a user; what was shared goes to the context admin',
      answers: { 204: null },
      problems: [409],
    },
    async ({ params: { contextId, userId: id }, caller }) => {
      const request = { contextId, users: [{ id }], reassignTo: null };
      await tellingRights(installation, caller, contextId, () => deleteUsers(installation, request, caller));
      return noContent;
    },
  );
}

/** Reads with the new credentials when callers changed their own. */
async function readAfter(
  installation: Installation,
  contextId: number,
  id: number,
  caller: BasicCredentials,
  { login = caller.login, password = caller.password }: UserFields,
): Promise<StoredUserData> {
  const read = (as: BasicCredentials) => getUser(installation, contextId, { id }, as);
  return read(caller).catch((error: unknown) => {
    if (login === caller.login && password === caller.password) throw error;
    return read({ ...caller, login, password });
  });
}

function quotaRoutes(route: Route, installation: Installation): void {
  const path = `${one}/quota` as const;
  const read = async (contextId: number, userId: number, caller: BasicCredentials) =>
    ok({ contextId, userId, ...(await readQuotaState(installation, contextId, userId, caller)) });

  route(
    'get',
    path,
    {
      id: 'getQuota',
      tag,
      summary: 'Limits, usage and remainder of a user',
      answers: { 200: userQuota },
    },
    ({ params: { contextId, userId }, caller }) => read(contextId, userId, caller),
  );
  route(
    'put',
    path,
    {
      id: 'setQuota',
      tag,
      summary: 'Set the quota of files and of mail, and whether they are one',
      description:
        'All in one transaction. Unified quota needs the same number above 0 on both sides, and an own file storage: a user without one is given it if the service is set up so, else nothing is changed.',
      body: quotaToSet,
      answers: { 200: userQuota },
      problems: [409],
    },
    async ({ params: { contextId, userId }, body, caller }) => {
      const wanted = body();
      await tellingRights(installation, caller, contextId, () =>
        setUserQuota(installation, { contextId, userId }, wanted, caller),
      );
      return read(contextId, userId, caller);
    },
  );
}
