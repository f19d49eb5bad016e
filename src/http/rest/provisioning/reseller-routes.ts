import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import type { Reseller } from '../../../provisioning/model/model.js';
import { tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import { changeReseller } from '../../../provisioning/resellers/change-reseller.js';
import { createReseller } from '../../../provisioning/resellers/create-reseller.js';
import {
  deleteReseller,
  getReseller,
  listResellers,
} from '../../../provisioning/resellers/read-resellers.js';
import type { ResellerFields } from '../../../provisioning/resellers/reseller-fields.js';
import { created, noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { page, pageOf } from '../engine/rest-schemas.js';
import type { BasicCredentials } from '../engine/rest.js';
import type { OnceRunner } from '../engine/run-once.js';
import { member, restrictionsBody } from './provisioning-schemas.js';

const parentId = z.int().min(0).meta({ description: 'The reseller above; 0: the master admin' });
const names = z.array(z.string().min(1));
const configuration = z.record(z.string().min(1), z.string());

const reseller = z
  .strictObject({
    id: member.id,
    name: member.name,
    displayName: member.displayName,
    parentId,
    passwordMech: member.passwordMech,
    restrictions: member.restrictions,
    capabilities: names,
    taxonomies: names,
    configuration,
  })
  .meta({ id: 'Reseller' });

const newReseller = z
  .strictObject({
    name: member.name,
    displayName: member.displayName,
    password: member.password,
    passwordMech: member.passwordMech.optional(),
    parentId: parentId.optional(),
    restrictions: member.restrictions.optional(),
    capabilities: names.optional(),
    taxonomies: names.optional(),
    configuration: configuration.optional(),
  })
  .meta({
    id: 'NewReseller',
    examples: [{ name: 'reseller1', displayName: 'First reseller', password: 'change-me' }],
  });

const resellerChange = z
  .strictObject({
    name: member.name,
    displayName: member.displayName,
    password: member.password,
    passwordMech: member.passwordMech,
    parentId,
    restrictions: member.restrictions.min(1),
    configuration: z.record(z.string().min(1), z.string().nullable()),
  })
  .partial()
  .meta({
    id: 'ResellerChange',
    description: 'A JSON merge patch: absent members stay, null removes a property of the configuration',
    examples: [{ displayName: 'The first reseller' }],
  });

const tag = 'Resellers';

/** Routes of resellers: all for the master admin, own children for a reseller. */
export function resellerRoutes(
  route: AddRoute<BasicCredentials>,
  installation: Installation,
  once: OnceRunner,
): void {
  const one = '/resellers/{resellerId}';
  const as = <T>(caller: BasicCredentials, run: () => Promise<T>) =>
    tellingRights(installation, caller, null, run);

  route(
    'get',
    '/resellers',
    { id: 'listResellers', tag, summary: 'List resellers', query: page, answers: { 200: pageOf(reseller) } },
    async ({ query, caller }) => {
      const { pattern, offset, limit } = query();
      const all = await as(caller, () => listResellers(installation, pattern, caller));
      const end = offset + limit;
      return ok({
        items: all.slice(offset, end).map(resellerBody),
        nextOffset: all.length > end ? end : null,
      });
    },
  );
  route(
    'post',
    '/resellers',
    {
      id: 'createReseller',
      tag,
      summary: 'Create a reseller',
      headers: once.headers,
      body: newReseller,
      answers: { 201: reseller },
      problems: [409],
    },
    async (call) => {
      const { capabilities, taxonomies, configuration: properties, ...sent } = call.body();
      const fields: ResellerFields = {
        ...nothing,
        ...sent,
        restrictions: sent.restrictions ?? [],
        capabilitiesToAdd: capabilities ?? [],
        taxonomiesToAdd: taxonomies ?? [],
        configurationToAdd: new Map(Object.entries(properties ?? {})),
      };
      return once.run('createReseller', null, call, async () => {
        const made = await as(call.caller, () => createReseller(installation, fields, call.caller));
        return created(call.request, resellerBody(made));
      });
    },
  );
  route(
    'get',
    one,
    { id: 'getReseller', tag, summary: 'Read a reseller', answers: { 200: reseller } },
    async ({ params, caller }) =>
      ok(resellerBody(await as(caller, () => getReseller(installation, { id: params.resellerId }, caller)))),
  );
  route(
    'patch',
    one,
    {
      id: 'changeReseller',
      tag,
      summary: 'Change a reseller',
      body: resellerChange,
      answers: { 200: reseller },
      problems: [409],
    },
    async ({ params: { resellerId: id }, body, caller }) => {
      const { configuration: properties = {}, ...sent } = body();
      const entries = Object.entries(properties);
      const fields: ResellerFields = {
        ...nothing,
        ...sent,
        id,
        restrictions: sent.restrictions ?? [],
        configurationToAdd: new Map(
          entries.flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
        ),
        configurationToRemove: entries.filter(([, value]) => value === null).map(([key]) => key),
      };
      await as(caller, () => changeReseller(installation, fields, caller));
      return ok(resellerBody(await as(caller, () => getReseller(installation, { id }, caller))));
    },
  );
  route(
    'delete',
    one,
    {
      id: 'deleteReseller',
      tag,
      summary: 'Delete a reseller that owns nothing',
      answers: { 204: null },
      problems: [409],
    },
    async ({ params, caller }) => {
      await as(caller, () => deleteReseller(installation, { id: params.resellerId }, caller));
      return noContent;
    },
  );
}

const nothing = {
  capabilitiesToAdd: [],
  capabilitiesToRemove: [],
  capabilitiesToDrop: [],
  taxonomiesToAdd: [],
  taxonomiesToRemove: [],
  configurationToAdd: new Map<string, string>(),
  configurationToRemove: [],
} as const;

function resellerBody(of: Reseller) {
  return {
    id: of.id,
    name: of.name,
    displayName: of.displayName,
    parentId: of.parentId,
    passwordMech: of.passwordMech,
    restrictions: restrictionsBody(of.restrictions),
    capabilities: [...of.capabilities],
    taxonomies: [...of.taxonomies],
    configuration: Object.fromEntries(of.configuration),
  };
}
