import { z } from 'zod';
import { changeContext } from '../../../provisioning/contexts/change-context.js';
import { deleteContext, setContextEnabled } from '../../../provisioning/contexts/change-contexts.js';
import { createContext } from '../../../provisioning/contexts/create-context.js';
import { type ContextData, getContext, listContexts } from '../../../provisioning/contexts/read-contexts.js';
import type { Installation } from '../../../provisioning/installation/installation.js';
import { tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import { pagePieces } from '../engine/page-pieces.js';
import { created, noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { page, pageOf } from '../engine/rest-schemas.js';
import type { BasicCredentials } from '../engine/rest.js';
import type { OnceRunner } from '../engine/run-once.js';
import { attributeChangesFrom, member, attributesBody, restrictionsBody } from './provisioning-schemas.js';
import { newUser, userFieldsOf } from './user-schemas.js';

const loginMappings = z.array(z.string().min(1).max(255));

const context = z
  .strictObject({
    id: member.id,
    name: member.name,
    enabled: z.boolean().meta({ description: 'Whether its users may log in' }),
    resellerId: member.id.nullable().meta({ description: 'Owning reseller; null: the master admin' }),
    maxQuotaMb: member.maxQuotaMb,
    usedBytes: member.usedBytes.meta({ description: 'Usage of its own file storage' }),
    loginMappings,
    customId: z.string().nullable(),
    attributes: member.attributes,
    restrictions: member.restrictions,
  })
  .meta({ id: 'Context' });

const newContext = z
  .strictObject({
    id: member.id.optional().meta({ description: 'The next free one if it is absent' }),
    name: member.name.optional(),
    maxQuotaMb: member.maxQuotaMb,
    loginMappings: loginMappings.optional(),
    customId: z.string().max(255).optional(),
    attributes: member.attributes.optional(),
    restrictions: member.restrictions.optional(),
    accessCombinationName: member.accessCombinationName.optional(),
    admin: newUser.meta({ description: 'The user that administers the context' }),
  })
  .meta({
    id: 'NewContext',
    examples: [
      {
        name: 'acme',
        maxQuotaMb: 10_240,
        admin: {
          name: 'admin',
          password: 'change-me',
          displayName: 'Admin of Acme',
          givenName: 'Ada',
          surName: 'Admin',
          primaryEmail: 'admin@acme.example',
        },
      },
    ],
  });

const contextChange = z
  .strictObject({
    name: member.name,
    enabled: z.boolean(),
    maxQuotaMb: member.maxQuotaMb,
    loginMappings: loginMappings.min(1),
    customId: z.string().max(255),
    attributes: member.attributeChanges,
    restrictions: member.restrictions.min(1),
  })
  .partial()
  .meta({
    id: 'ContextChange',
    description: 'A JSON merge patch: absent members stay, null removes an attribute',
    examples: [{ maxQuotaMb: 20_480 }],
  });

const tag = 'Contexts';

/** Contexts: all for the master admin, for a reseller its own and those of its children. */
export function contextRoutes(
  route: AddRoute<BasicCredentials>,
  installation: Installation,
  once: OnceRunner,
): void {
  const one = '/contexts/{contextId}';
  const on = <T>(contextId: number | null, caller: BasicCredentials, run: () => Promise<T>) =>
    tellingRights(installation, caller, contextId, run);

  route(
    'get',
    '/contexts',
    { id: 'listContexts', tag, summary: 'List contexts', query: page, answers: { 200: pageOf(context) } },
    async ({ query, caller }) => {
      const { pattern, offset, limit } = query();
      const wanted = () => ({ offset, length: limit + 1 });
      const found = await on(null, caller, () => listContexts(installation, pattern, caller, wanted));
      return pagePieces(found, { offset, limit }, contextBody);
    },
  );
  route(
    'post',
    '/contexts',
    {
      id: 'createContext',
      tag,
      summary: 'Create a context with its admin',
      headers: once.headers,
      body: newContext,
      answers: { 201: context },
      problems: [409],
    },
    async (call) => {
      const { admin, accessCombinationName, attributes, ...sent } = call.body();
      const request = {
        fields: {
          ...sent,
          loginMappings: sent.loginMappings ?? [],
          restrictions: sent.restrictions ?? [],
          attributeChanges: attributeChangesFrom(attributes),
        },
        admin: userFieldsOf(admin),
        access:
          accessCombinationName === undefined
            ? ({ kind: 'default' } as const)
            : ({ kind: 'named', name: accessCombinationName } as const),
      };
      return once.run('createContext', null, call, async () => {
        const made = await on(null, call.caller, () => createContext(installation, request, call.caller));
        return created(call.request, contextBody(made));
      });
    },
  );
  route(
    'get',
    one,
    { id: 'getContext', tag, summary: 'Read a context', answers: { 200: context } },
    async ({ params: { contextId: id }, caller }) =>
      ok(contextBody(await on(id, caller, () => getContext(installation, { id }, caller)))),
  );
  route(
    'patch',
    one,
    {
      id: 'changeContext',
      tag,
      summary: 'Change a context',
      description: 'Whether it is enabled is changed after all else, in a transaction of its own.',
      body: contextChange,
      answers: { 200: context },
      problems: [409],
    },
    async ({ params: { contextId: id }, body, caller }) => {
      const { enabled, attributes, ...sent } = body();
      const fields = {
        ...sent,
        id,
        loginMappings: sent.loginMappings ?? [],
        restrictions: sent.restrictions ?? [],
        attributeChanges: attributeChangesFrom(attributes),
      };
      await on(id, caller, () => changeContext(installation, fields, caller));
      if (enabled !== undefined)
        await on(id, caller, () => setContextEnabled(installation, { id }, enabled, caller));
      return ok(contextBody(await on(id, caller, () => getContext(installation, { id }, caller))));
    },
  );
  route(
    'delete',
    one,
    {
      id: 'deleteContext',
      tag,
      summary: 'Delete a context with everything in it',
      answers: { 204: null },
    },
    async ({ params: { contextId: id }, caller }) => {
      await on(id, caller, () => deleteContext(installation, { id }, caller));
      return noContent;
    },
  );
}

function contextBody({ context: of, usedBytes }: ContextData) {
  return {
    id: of.id,
    name: of.name,
    enabled: of.enabled,
    resellerId: of.ownerId,
    maxQuotaMb: of.maxQuotaMb,
    usedBytes,
    loginMappings: [...of.loginMappings],
    customId: of.customId,
    attributes: attributesBody(of.attributes),
    restrictions: restrictionsBody(of.restrictions),
  };
}
