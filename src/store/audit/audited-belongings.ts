import type { Repositories } from '../../provisioning/repositories/store.js';
import type { ChangeTable } from '../database/changes.js';
import type { AuditTrail } from './audit-trail.js';
import { changedValues } from './audit-values.js';

/** Entries of what contexts and users have beside their own fields. */
export function auditedBelongings(reads: Repositories, trail: AuditTrail) {
  return {
    ...auditedRights(reads, trail),
    ...auditedDomains(reads, trail),
    ...auditedForwards(reads, trail),
    ...auditedAnnouncements(reads, trail),
    ...auditedAccounts(reads, trail),
  };
}

function holder(contextId: number, userId: number | null) {
  return { kind: userId === null ? 'context' : 'user', contextId, objectId: userId };
}

function auditedRights({ capabilities, objectQuotas, mailboxPermissions }: Repositories, trail: AuditTrail) {
  return {
    async capabilitiesReplaced({ of, wanted }) {
      const before = { capabilities: await capabilities.list(of) };
      return () =>
        trail.changed(
          holder(of.contextId, of.userId),
          changedValues(before, { capabilities: wanted.toSorted() }),
        );
    },
    async objectQuotasSet({ contextId, modules, limit }) {
      const limits = await objectQuotas.list(contextId);
      const before = Object.fromEntries(modules.map((module) => [module, limits.get(module) ?? null]));
      const after = Object.fromEntries(modules.map((module) => [module, limit]));
      const values = changedValues({ objectQuotas: before }, { objectQuotas: after });
      return () => trail.changed(holder(contextId, null), values);
    },
    async mailboxPermissionsChanged({ contextId, userId, changes }) {
      const before = await mailboxPermissions.find(contextId, userId);
      return () => trail.changed(holder(contextId, userId), changedValues(before, changes));
    },
  } satisfies Partial<ChangeTable>;
}

function auditedDomains({ mailDomains }: Repositories, trail: AuditTrail) {
  const of = (domain: string) => ({ kind: 'mailDomain', contextId: null, objectId: null, name: domain });
  const caught = (contextId: number, userId: number, domain: string) => {
    return { kind: 'catchall', contextId, objectId: userId, name: domain };
  };
  return {
    async catchallCreated({ contextId, userId, domain }) {
      const known = await mailDomains.listCatchalls(contextId);
      if (known.some((one) => one.userId === userId && one.domain === domain)) return null;
      const made = { ...caught(contextId, userId, domain), action: 'create' } as const;
      return () => trail.add({ ...made, before: null, after: { domain } });
    },
    catchallDeleted: ({ contextId, userId, domain }) => {
      const gone = { ...caught(contextId, userId, domain), action: 'delete' } as const;
      return async (isDeleted) => {
        if (isDeleted) await trail.add({ ...gone, before: { domain }, after: null });
      };
    },
    async mailDomainCreated({ wanted }) {
      if ((await mailDomains.find(wanted.domain)) !== null) return null;
      return () => trail.created(of(wanted.domain), wanted);
    },
    async mailDomainChanged({ domain, changes }) {
      const before = await mailDomains.find(domain);
      return () => trail.changed(of(domain), before && changedValues(before, changes));
    },
    async mailDomainDeleted({ domain }) {
      const gone = await mailDomains.find(domain);
      return () => trail.deleted(of(domain), gone);
    },
  } satisfies Partial<ChangeTable>;
}

function auditedForwards({ mailForwards }: Repositories, trail: AuditTrail) {
  const of = (contextId: number, alias: string) => {
    return { kind: 'forward', contextId, objectId: null, name: alias };
  };
  return {
    async forwardPut({ contextId, alias, targets }) {
      const before = await mailForwards.find(contextId, alias);
      const values = changedValues({ targets: before?.targets ?? null }, { targets });
      if (values === null || before !== null) return () => trail.changed(of(contextId, alias), values);
      const { after } = values;
      return () => trail.add({ ...of(contextId, alias), action: 'create', before: null, after });
    },
    async forwardsDeleted({ contextId, alias }) {
      const one = alias === null ? null : await mailForwards.find(contextId, alias);
      const gone = alias === null ? await mailForwards.list(contextId) : one === null ? [] : [one];
      return async () => {
        for (const { alias: name, targets } of gone)
          await trail.add({ ...of(contextId, name), action: 'delete', before: { targets }, after: null });
      };
    },
  } satisfies Partial<ChangeTable>;
}

function auditedAnnouncements({ announcements }: Repositories, trail: AuditTrail) {
  const of = (id: number) => ({ kind: 'announcement', contextId: null, objectId: id });
  return {
    announcementCreated:
      ({ announcement }) =>
      () =>
        trail.created(of(announcement.id), announcement),
    async announcementSwitched({ id, enabled }) {
      const before = await announcements.find(id);
      return () => trail.changed(of(id), before && changedValues(before, { enabled }));
    },
    async announcementDeleted({ id }) {
      const gone = await announcements.find(id);
      return () => trail.deleted(of(id), gone);
    },
  } satisfies Partial<ChangeTable>;
}

function auditedAccounts({ secondaryAccounts }: Repositories, trail: AuditTrail) {
  const of = (contextId: number, userId: number, address: string) => {
    return { kind: 'secondaryAccount', contextId, objectId: userId, name: address };
  };
  return {
    secondaryAccountsCreated:
      ({ accounts }) =>
      async () => {
        for (const { contextId, userId, address, settings } of accounts)
          await trail.created(of(contextId, userId, address), settings);
      },
    async secondaryAccountChanged({ account }) {
      const { contextId, userId, address, settings } = account;
      const known = await secondaryAccounts.list(contextId, [userId]);
      const before = known.find((one) => one.id === account.id);
      const values = changedValues(before?.settings ?? {}, settings);
      return () => trail.changed(of(contextId, userId, address), values);
    },
    async secondaryAccountsDeleted({ contextId, ids }) {
      const wanted = new Set(ids);
      const gone = (await secondaryAccounts.list(contextId, null)).filter(({ id }) => wanted.has(id));
      return async () => {
        for (const { userId, address, settings } of gone)
          await trail.deleted(of(contextId, userId, address), settings);
      };
    },
  } satisfies Partial<ChangeTable>;
}
