import type { User } from '../../provisioning/model/model.js';
import { allModules } from '../../provisioning/model/module-access.js';
import type { ContextChanges } from '../../provisioning/repositories/context-repository.js';
import type { Repositories } from '../../provisioning/repositories/store.js';
import type { UserChanges } from '../../provisioning/repositories/user-repository.js';
import { type AuditTrail, overriding } from './audit-trail.js';
import { attributeValues, changedValues, modulesOf, shownValues } from './audit-values.js';
import { auditingBelongings } from './auditing-belongings.js';
import { auditingRegistries } from './auditing-registries.js';

/**
 * The repositories of a transaction, so that each write of theirs leaves an entry in its trail. What follows from other writes leaves none:
 * claims, flags, the outbox; nor does what file services count of every upload.
 */
export function auditingRepositories(inner: Repositories, trail: AuditTrail): Repositories {
  return {
    ...inner,
    users: auditingUsers(inner, trail),
    contexts: auditingContexts(inner, trail),
    resellers: auditingResellers(inner, trail),
    groups: auditingGroups(inner, trail),
    resources: auditingResources(inner, trail),
    ...auditingBelongings(inner, trail),
    ...auditingRegistries(inner, trail),
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

function auditingUsers({ users }: Repositories, trail: AuditTrail): Repositories['users'] {
  const locked = new Map<string, User>();
  const created = (user: Omit<User, 'id'>, id: number) =>
    trail.add({
      action: 'create',
      kind: 'user',
      contextId: user.contextId,
      objectId: id,
      name: user.login,
      before: null,
      after: shownValues(user),
    });
  return overriding(users, {
    async create(wanted) {
      const id = await users.create(wanted);
      await created(wanted.user, id);
      return id;
    },
    async lock(contextId, id) {
      const user = await users.lock(contextId, id);
      if (user !== null) locked.set(`${contextId} ${id}`, user);
      return user;
    },
    async update(contextId, id, changes) {
      const key = `${contextId} ${id}`;
      const before = locked.get(key) ?? (await users.find(contextId, id));
      locked.delete(key);
      await users.update(contextId, id, changes);
      const values = before && withAttributes(before, changes);
      if (values)
        await trail.add({
          action: 'change',
          kind: 'user',
          contextId,
          objectId: id,
          name: before.login,
          ...values,
        });
    },
    async delete(contextId, ids) {
      const gone = await users.findMany(contextId, ids);
      await users.delete(contextId, ids);
      for (const user of gone)
        await trail.add({
          action: 'delete',
          kind: 'user',
          contextId,
          objectId: user.id,
          name: user.login,
          before: shownValues(user),
          after: null,
        });
    },
    async changeModuleAccess(change) {
      await users.changeModuleAccess(change);
      const { ofContextAdmins, present, added, kept } = change;
      await trail.add({
        action: 'change',
        kind: ofContextAdmins ? 'allContextAdmins' : 'allUsers',
        contextId: null,
        objectId: null,
        before: null,
        after: {
          ofWhom: present,
          added: modulesOf(added),
          removed: modulesOf(allModules & ~kept),
        },
      });
    },
  });
}

function auditingContexts({ contexts }: Repositories, trail: AuditTrail): Repositories['contexts'] {
  return overriding(contexts, {
    async insert(context, nextPrincipalId) {
      await contexts.insert(context, nextPrincipalId);
      const { id, name, ownerId } = context;
      const after = shownValues(context);
      await trail.add({ ...ofContext(id, name), action: 'create', ownerId, before: null, after });
    },
    async update(id, changes) {
      const before = await contexts.find(id);
      await contexts.update(id, changes);
      const values = before && withAttributes(before, changes);
      if (values) await trail.add({ ...ofContext(id, before.name), action: 'change', ...values });
    },
    async delete(id) {
      const before = await contexts.find(id);
      if (before !== null) {
        const { name, ownerId } = before;
        const gone = { before: shownValues(before), after: null };
        await trail.add({ ...ofContext(id, name), action: 'delete', ownerId, ...gone });
      }
      return contexts.delete(id);
    },
    async setAllEnabled(ownerIds, enabled) {
      await contexts.setAllEnabled(ownerIds, enabled);
      await trail.add({
        action: 'change',
        kind: 'allContexts',
        contextId: null,
        objectId: null,
        before: null,
        after: { ofResellers: ownerIds, enabled },
      });
    },
    async setModuleAccess(contextId, masks) {
      await contexts.setModuleAccess(contextId, masks);
      const after = shownValues({
        admin: { moduleAccess: masks.admin },
        users: { moduleAccess: masks.others },
      });
      await trail.add({ ...ofContext(contextId, ''), action: 'change', before: null, after });
    },
  });
}

function ofContext(id: number, name: string) {
  return { kind: 'context', contextId: id, objectId: null, name };
}

function auditingResellers({ resellers }: Repositories, trail: AuditTrail): Repositories['resellers'] {
  const of = (id: number, name: string) => ({ kind: 'reseller', contextId: null, objectId: id, name });
  return overriding(resellers, {
    async insert(reseller) {
      await resellers.insert(reseller);
      const { id, name } = reseller;
      await trail.add({ ...of(id, name), action: 'create', before: null, after: shownValues(reseller) });
    },
    async update(id, changes) {
      const before = await resellers.find(id);
      await resellers.update(id, changes);
      const values = before && changedValues(before, changes);
      if (values) await trail.add({ ...of(id, before.name), action: 'change', ...values });
    },
    async delete(id) {
      const before = await resellers.find(id);
      await resellers.delete(id);
      if (before === null) return;
      await trail.add({
        ...of(id, before.name),
        action: 'delete',
        before: shownValues(before),
        after: null,
      });
    },
  });
}

function auditingGroups({ groups }: Repositories, trail: AuditTrail): Repositories['groups'] {
  const of = (contextId: number, id: number, name: string) => {
    return { kind: 'group', contextId, objectId: id, name };
  };
  /** Of members only who comes and goes: there may be very many. */
  const members = async (
    contextId: number,
    id: number,
    change: 'added' | 'removed',
    ids: readonly number[],
  ) => {
    if (ids.length === 0) return;
    const after = shownValues({ [change]: ids });
    await trail.add({ ...of(contextId, id, ''), action: 'change', before: null, after });
  };
  return overriding(groups, {
    async insert(group) {
      await groups.insert(group);
      const { contextId, id, name } = group;
      const after = shownValues(group);
      await trail.add({ ...of(contextId, id, name), action: 'create', before: null, after });
    },
    async update(contextId, id, changes) {
      const before = await groups.find(contextId, id);
      await groups.update(contextId, id, changes);
      const values = before && changedValues(before, changes);
      if (values) await trail.add({ ...of(contextId, id, before.name), action: 'change', ...values });
    },
    async addMembers(contextId, id, userIds) {
      await groups.addMembers(contextId, id, userIds);
      await members(contextId, id, 'added', userIds);
    },
    async removeMembers(contextId, id, userIds) {
      await groups.removeMembers(contextId, id, userIds);
      await members(contextId, id, 'removed', userIds);
    },
    async delete(contextId, ids, newDefaultGroupId) {
      const gone = await groups.findMany(contextId, ids);
      await groups.delete(contextId, ids, newDefaultGroupId);
      for (const group of gone) {
        const before = shownValues(group);
        await trail.add({ ...of(contextId, group.id, group.name), action: 'delete', before, after: null });
      }
    },
  });
}

function auditingResources({ resources }: Repositories, trail: AuditTrail): Repositories['resources'] {
  const of = (contextId: number, id: number, name: string) => {
    return { kind: 'resource', contextId, objectId: id, name };
  };
  const find = async (contextId: number, id: number) =>
    (await resources.findMany(contextId, [id]))[0] ?? null;
  return overriding(resources, {
    async insert(resource) {
      await resources.insert(resource);
      const { contextId, id, name } = resource;
      const after = shownValues(resource);
      await trail.add({ ...of(contextId, id, name), action: 'create', before: null, after });
    },
    async update(contextId, id, changes) {
      const before = await find(contextId, id);
      await resources.update(contextId, id, changes);
      const values = before && changedValues(before, changes);
      if (values) await trail.add({ ...of(contextId, id, before.name), action: 'change', ...values });
    },
    async delete(contextId, id) {
      const gone = await find(contextId, id);
      const isDeleted = await resources.delete(contextId, id);
      if (gone !== null) {
        const before = shownValues(gone);
        await trail.add({ ...of(contextId, id, gone.name), action: 'delete', before, after: null });
      }
      return isDeleted;
    },
  });
}
