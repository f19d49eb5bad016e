import type { Repositories } from '../../provisioning/repositories/store.js';
import { type AuditTrail, overriding } from './audit-trail.js';
import { changedValues, shownValues } from './audit-values.js';

type Belongings = Pick<
  Repositories,
  | 'capabilities'
  | 'objectQuotas'
  | 'mailboxPermissions'
  | 'mailDomains'
  | 'mailForwards'
  | 'announcements'
  | 'secondaryAccounts'
>;

/** What contexts and users have beside their own fields. */
export function auditingBelongings(inner: Repositories, trail: AuditTrail): Belongings {
  return {
    capabilities: auditingCapabilities(inner, trail),
    objectQuotas: auditingObjectQuotas(inner, trail),
    mailboxPermissions: auditingPermissions(inner, trail),
    mailDomains: auditingDomains(inner, trail),
    mailForwards: auditingForwards(inner, trail),
    announcements: auditingAnnouncements(inner, trail),
    secondaryAccounts: auditingAccounts(inner, trail),
  };
}

/** A whole context, or a user in it. */
function holder(contextId: number, userId: number | null) {
  return { kind: userId === null ? 'context' : 'user', contextId, objectId: userId };
}

function auditingCapabilities({ capabilities }: Repositories, trail: AuditTrail) {
  return overriding(capabilities, {
    async replace(of, wanted) {
      const before = await capabilities.list(of);
      await capabilities.replace(of, wanted);
      const values = changedValues({ capabilities: before }, { capabilities: wanted.toSorted() });
      if (values) await trail.add({ ...holder(of.contextId, of.userId), action: 'change', ...values });
    },
  });
}

function auditingObjectQuotas({ objectQuotas }: Repositories, trail: AuditTrail) {
  return overriding(objectQuotas, {
    async set(contextId, modules, limit) {
      const limits = await objectQuotas.list(contextId);
      await objectQuotas.set(contextId, modules, limit);
      const before = Object.fromEntries(modules.map((module) => [module, limits.get(module) ?? null]));
      const after = Object.fromEntries(modules.map((module) => [module, limit]));
      const values = changedValues({ objectQuotas: before }, { objectQuotas: after });
      if (values) await trail.add({ ...holder(contextId, null), action: 'change', ...values });
    },
  });
}

function auditingPermissions({ mailboxPermissions }: Repositories, trail: AuditTrail) {
  return overriding(mailboxPermissions, {
    async update(contextId, userId, changes) {
      const before = await mailboxPermissions.find(contextId, userId);
      await mailboxPermissions.update(contextId, userId, changes);
      const values = changedValues(before, changes);
      if (values) await trail.add({ ...holder(contextId, userId), action: 'change', ...values });
    },
  });
}

function auditingDomains({ mailDomains }: Repositories, trail: AuditTrail) {
  const of = (domain: string) => ({ kind: 'mailDomain', contextId: null, objectId: null, name: domain });
  return overriding(mailDomains, {
    async insertCatchall(catchall) {
      const { contextId, userId, domain } = catchall;
      const known = await mailDomains.listCatchalls(contextId);
      await mailDomains.insertCatchall(catchall);
      if (known.some((one) => one.userId === userId && one.domain === domain)) return;
      const caught = { kind: 'catchall', contextId, objectId: userId, name: domain };
      await trail.add({ ...caught, action: 'create', before: null, after: { domain } });
    },
    async deleteCatchall(catchall) {
      const { contextId, userId, domain } = catchall;
      const isDeleted = await mailDomains.deleteCatchall(catchall);
      const caught = { kind: 'catchall', contextId, objectId: userId, name: domain };
      if (isDeleted) await trail.add({ ...caught, action: 'delete', before: { domain }, after: null });
      return isDeleted;
    },
    async insertIfFree(wanted) {
      const before = await mailDomains.find(wanted.domain);
      await mailDomains.insertIfFree(wanted);
      if (before !== null) return;
      await trail.add({ ...of(wanted.domain), action: 'create', before: null, after: shownValues(wanted) });
    },
    async update(domain, changes) {
      const before = await mailDomains.find(domain);
      await mailDomains.update(domain, changes);
      const values = before && changedValues(before, changes);
      if (values) await trail.add({ ...of(domain), action: 'change', ...values });
    },
    async delete(domain) {
      const gone = await mailDomains.find(domain);
      await mailDomains.delete(domain);
      if (gone !== null)
        await trail.add({ ...of(domain), action: 'delete', before: shownValues(gone), after: null });
    },
  });
}

function auditingForwards({ mailForwards }: Repositories, trail: AuditTrail) {
  const of = (contextId: number, alias: string) => {
    return { kind: 'forward', contextId, objectId: null, name: alias };
  };
  return overriding(mailForwards, {
    async put(forward) {
      const { contextId, alias, targets } = forward;
      const before = await mailForwards.find(contextId, alias);
      await mailForwards.put(forward);
      const values = changedValues({ targets: before?.targets ?? null }, { targets });
      if (!values) return;
      const { after } = values;
      if (before === null)
        await trail.add({ ...of(contextId, alias), action: 'create', before: null, after });
      else await trail.add({ ...of(contextId, alias), action: 'change', ...values });
    },
    async delete(contextId, alias) {
      const all = alias === null ? await mailForwards.list(contextId) : [];
      const one = alias === null ? null : await mailForwards.find(contextId, alias);
      const count = await mailForwards.delete(contextId, alias);
      for (const { alias: name, targets } of one === null ? all : [one])
        await trail.add({ ...of(contextId, name), action: 'delete', before: { targets }, after: null });
      return count;
    },
  });
}

function auditingAnnouncements({ announcements }: Repositories, trail: AuditTrail) {
  const of = (id: number) => ({ kind: 'announcement', contextId: null, objectId: id });
  return overriding(announcements, {
    async insert(announcement) {
      await announcements.insert(announcement);
      const after = shownValues(announcement);
      await trail.add({ ...of(announcement.id), action: 'create', before: null, after });
    },
    async setEnabled(id, enabled) {
      const before = await announcements.find(id);
      await announcements.setEnabled(id, enabled);
      const values = before && changedValues(before, { enabled });
      if (values) await trail.add({ ...of(id), action: 'change', ...values });
    },
    async delete(id) {
      const gone = await announcements.find(id);
      await announcements.delete(id);
      if (gone === null) return;
      await trail.add({ ...of(id), action: 'delete', before: shownValues(gone), after: null });
    },
  });
}

function auditingAccounts({ secondaryAccounts }: Repositories, trail: AuditTrail) {
  const of = (contextId: number, userId: number, address: string) => {
    return { kind: 'secondaryAccount', contextId, objectId: userId, name: address };
  };
  return overriding(secondaryAccounts, {
    async insert(accounts) {
      await secondaryAccounts.insert(accounts);
      for (const { contextId, userId, address, settings } of accounts) {
        const after = shownValues(settings);
        await trail.add({ ...of(contextId, userId, address), action: 'create', before: null, after });
      }
    },
    async update(account) {
      const { contextId, userId, address, settings } = account;
      const known = await secondaryAccounts.list(contextId, [userId]);
      await secondaryAccounts.update(account);
      const before = known.find((one) => one.id === account.id);
      const values = changedValues(before?.settings ?? {}, settings);
      if (values) await trail.add({ ...of(contextId, userId, address), action: 'change', ...values });
    },
    async delete(contextId, ids) {
      const wanted = new Set(ids);
      const all = await secondaryAccounts.list(contextId, null);
      await secondaryAccounts.delete(contextId, ids);
      for (const { id, userId, address, settings } of all) {
        if (!wanted.has(id)) continue;
        const before = shownValues(settings);
        await trail.add({ ...of(contextId, userId, address), action: 'delete', before, after: null });
      }
    },
  });
}
