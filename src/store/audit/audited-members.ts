import type { User } from '../../provisioning/model/model.js';
import { allModules } from '../../provisioning/model/module-access.js';
import type { ContextChanges } from '../../provisioning/repositories/context-repository.js';
import type { Repositories } from '../../provisioning/repositories/store.js';
import type { UserChanges } from '../../provisioning/repositories/user-repository.js';
import type { ChangeTable } from '../database/changes.js';
import type { AuditTrail } from './audit-trail.js';
import { attributeValues, changedValues, modulesOf, shownValues } from './audit-values.js';

/** Entries of resellers, contexts, users, groups and resources. */
export function auditedMembers(reads: Repositories, trail: AuditTrail) {
  return {
    ...auditedUsers(reads, trail),
    ...auditedContexts(reads, trail),
    ...auditedResellers(reads, trail),
    ...auditedGroups(reads, trail),
    ...auditedResources(reads, trail),
  };
}

/** A change with the attributes that it names, and a thing as far as it says the same. */
function withAttributes(
  before: Pick<User, 'attributes'>,
  { attributeChanges = [], ...changes }: Pick<UserChanges & ContextChanges, 'attributeChanges'>,
) {
  if (attributeChanges.length === 0) return changedValues(before, changes);
  const attributes = attributeValues(before.attributes, attributeChanges);
  return changedValues(
    { ...before, attributes: attributes.before },
    { ...changes, attributes: attributes.after },
  );
}

function ofAll(kind: string) {
  return { kind, contextId: null, objectId: null };
}

function ofContext(id: number, name: string) {
  return { kind: 'context', contextId: id, objectId: null, name };
}

function inContext(kind: string, contextId: number, id: number, name: string) {
  return { kind, contextId, objectId: id, name };
}

function auditedUsers({ users }: Repositories, trail: AuditTrail) {
  return {
    userCreated:
      ({ user }) =>
      (id) =>
        trail.created(inContext('user', user.contextId, id, user.login), user),
    async userChanged({ contextId, id, changes, locked }) {
      const before = locked ?? (await users.find(contextId, id));
      if (before === null) return null;
      const of = inContext('user', contextId, id, before.login);
      return () => trail.changed(of, withAttributes(before, changes));
    },
    async usersDeleted({ contextId, ids }) {
      const gone = await users.findMany(contextId, ids);
      return async () => {
        for (const user of gone) await trail.deleted(inContext('user', contextId, user.id, user.login), user);
      };
    },
    moduleAccessChanged:
      ({ ofContextAdmins, present, added, kept }) =>
      () =>
        trail.add({
          ...ofAll(ofContextAdmins ? 'allContextAdmins' : 'allUsers'),
          action: 'change',
          before: null,
          after: {
            ofWhom: present ?? null,
            added: modulesOf(added),
            removed: modulesOf(allModules & ~kept),
          },
        }),
  } satisfies Partial<ChangeTable>;
}

function auditedContexts({ contexts }: Repositories, trail: AuditTrail) {
  return {
    contextCreated:
      ({ context }) =>
      () =>
        trail.created({ ...ofContext(context.id, context.name), ownerId: context.ownerId }, context),
    async contextChanged({ id, changes }) {
      const before = await contexts.find(id);
      if (before === null) return null;
      return () => trail.changed(ofContext(id, before.name), withAttributes(before, changes));
    },
    async contextDeleted({ id }) {
      const before = await contexts.find(id);
      // While its owner is known.
      if (before !== null)
        await trail.deleted({ ...ofContext(id, before.name), ownerId: before.ownerId }, before);
      return null;
    },
    contextsEnabled:
      ({ ownerIds, enabled }) =>
      () =>
        trail.add({
          ...ofAll('allContexts'),
          action: 'change',
          before: null,
          after: { ofResellers: ownerIds, enabled },
        }),
    contextModuleAccessSet:
      ({ contextId, masks }) =>
      () => {
        const after = shownValues({
          admin: { moduleAccess: masks.admin },
          users: { moduleAccess: masks.others },
        });
        return trail.add({ ...ofContext(contextId, ''), action: 'change', before: null, after });
      },
  } satisfies Partial<ChangeTable>;
}

function auditedResellers({ resellers }: Repositories, trail: AuditTrail) {
  const of = (id: number, name: string) => ({ kind: 'reseller', contextId: null, objectId: id, name });
  return {
    resellerCreated:
      ({ reseller }) =>
      () =>
        trail.created(of(reseller.id, reseller.name), reseller),
    async resellerChanged({ id, changes }) {
      const before = await resellers.find(id);
      return () => trail.changed(of(id, before?.name ?? ''), before && changedValues(before, changes));
    },
    async resellerDeleted({ id }) {
      const before = await resellers.find(id);
      return () => trail.deleted(of(id, before?.name ?? ''), before);
    },
  } satisfies Partial<ChangeTable>;
}

function auditedGroups({ groups }: Repositories, trail: AuditTrail) {
  /** Of members only who comes and goes: there may be very many. */
  const members =
    (change: 'added' | 'removed') =>
    ({ contextId, id, userIds }: { contextId: number; id: number; userIds: readonly number[] }) =>
    async () => {
      if (userIds.length === 0) return;
      const after = shownValues({ [change]: userIds });
      await trail.add({ ...inContext('group', contextId, id, ''), action: 'change', before: null, after });
    };
  return {
    groupCreated:
      ({ group }) =>
      () =>
        trail.created(inContext('group', group.contextId, group.id, group.name), group),
    async groupChanged({ contextId, id, changes }) {
      const before = await groups.find(contextId, id);
      const of = inContext('group', contextId, id, before?.name ?? '');
      return () => trail.changed(of, before && changedValues(before, changes));
    },
    groupMembersAdded: members('added'),
    groupMembersRemoved: members('removed'),
    async groupsDeleted({ contextId, ids }) {
      const gone = await groups.findMany(contextId, ids);
      return async () => {
        for (const group of gone)
          await trail.deleted(inContext('group', contextId, group.id, group.name), group);
      };
    },
  } satisfies Partial<ChangeTable>;
}

function auditedResources({ resources }: Repositories, trail: AuditTrail) {
  const find = async (contextId: number, id: number) =>
    (await resources.findMany(contextId, [id]))[0] ?? null;
  return {
    resourceCreated:
      ({ resource }) =>
      () =>
        trail.created(inContext('resource', resource.contextId, resource.id, resource.name), resource),
    async resourceChanged({ contextId, id, changes }) {
      const before = await find(contextId, id);
      const of = inContext('resource', contextId, id, before?.name ?? '');
      return () => trail.changed(of, before && changedValues(before, changes));
    },
    async resourceDeleted({ contextId, id }) {
      const gone = await find(contextId, id);
      return () => trail.deleted(inContext('resource', contextId, id, gone?.name ?? ''), gone);
    },
  } satisfies Partial<ChangeTable>;
}
