import { z } from 'zod';
import { changeGroup, createGroup, deleteGroups } from '../../../provisioning/groups/groups.js';
import { getGroup, readGroups } from '../../../provisioning/groups/read-groups.js';
import type { Installation } from '../../../provisioning/installation/installation.js';
import type { Group } from '../../../provisioning/model/model.js';
import { tellingRights } from '../../../provisioning/oxaas/telling-rights.js';
import { pagePieces } from '../engine/page-pieces.js';
import { created, noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { page, pageOf } from '../engine/rest-schemas.js';
import type { BasicCredentials } from '../engine/rest.js';
import type { OnceRunner } from '../engine/run-once.js';
import { member } from './provisioning-schemas.js';

const memberIds = z.array(member.id).meta({ description: 'The ids of its users' });

const group = z
  .strictObject({
    contextId: member.id,
    id: member.id,
    name: member.name,
    displayName: member.displayName,
    memberIds,
  })
  .meta({ id: 'Group' });

const newGroup = z
  .strictObject({ name: member.name, displayName: member.displayName, memberIds: memberIds.optional() })
  .meta({ id: 'NewGroup', examples: [{ name: 'sales', displayName: 'Sales', memberIds: [3] }] });

const groupChange = z
  .strictObject({ name: member.name, displayName: member.displayName, memberIds: memberIds.min(1) })
  .partial()
  .meta({
    id: 'GroupChange',
    description: 'A JSON merge patch: absent members stay',
    examples: [{ displayName: 'Sales and service' }],
  });

const tag = 'Groups';

/** The groups of contexts. */
export function groupRoutes(
  route: AddRoute<BasicCredentials>,
  installation: Installation,
  once: OnceRunner,
): void {
  const groups = '/contexts/{contextId}/groups';
  const one = '/contexts/{contextId}/groups/{groupId}';
  const on = <T>(contextId: number, caller: BasicCredentials, run: () => Promise<T>) =>
    tellingRights(installation, caller, contextId, run);
  const read = async (contextId: number, id: number, caller: BasicCredentials) =>
    ok(await on(contextId, caller, () => getGroup(installation, contextId, { id }, caller)));

  route(
    'get',
    groups,
    {
      id: 'listGroups',
      tag,
      summary: 'List the groups of a context',
      query: page,
      answers: { 200: pageOf(group) },
    },
    async ({ params: { contextId }, query, caller }) => {
      const { pattern, offset, limit } = query();
      const part = { pattern, offset, length: limit + 1 };
      const found = await on(contextId, caller, () => readGroups(installation, contextId, part, caller));
      return pagePieces(found, { offset, limit }, (one) => one);
    },
  );
  route(
    'post',
    groups,
    {
      id: 'createGroup',
      tag,
      summary: 'Create a group',
      headers: once.headers,
      body: newGroup,
      answers: { 201: group },
      problems: [409],
    },
    async (call) => {
      const { contextId } = call.params;
      const sent = call.body();
      const request = { contextId, fields: { ...sent, memberIds: sent.memberIds ?? [] } };
      return once.run('createGroup', contextId, call, async () => {
        const made: Group = await on(contextId, call.caller, () =>
          createGroup(installation, request, call.caller),
        );
        return created(call.request, made);
      });
    },
  );
  route(
    'get',
    one,
    { id: 'getGroup', tag, summary: 'Read a group', answers: { 200: group } },
    ({ params: { contextId, groupId }, caller }) => read(contextId, groupId, caller),
  );
  route(
    'patch',
    one,
    {
      id: 'changeGroup',
      tag,
      summary: 'Change a group; members that are sent replace those that it has',
      body: groupChange,
      answers: { 200: group },
      problems: [409],
    },
    async ({ params: { contextId, groupId: id }, body, caller }) => {
      const sent = body();
      const fields = { ...sent, memberIds: sent.memberIds ?? [] };
      const request = { contextId, group: { reference: { id }, fields } };
      await on(contextId, caller, () => changeGroup(installation, request, caller));
      return read(contextId, id, caller);
    },
  );
  route(
    'delete',
    one,
    { id: 'deleteGroup', tag, summary: 'Delete a group', answers: { 204: null } },
    async ({ params: { contextId, groupId: id }, caller }) => {
      await on(contextId, caller, () => deleteGroups(installation, { contextId, groups: [{ id }] }, caller));
      return noContent;
    },
  );
}
