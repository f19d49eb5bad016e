import type { Repositories } from '../../provisioning/repositories/store.js';
import type { ChangeTable, RegistryKind } from '../database/changes.js';
import type { AuditTrail } from './audit-trail.js';
import { changedValues } from './audit-values.js';

/** Entries of what is registered, and of usage that is set by hand or counted anew. */
export function auditedRegistries(reads: Repositories, trail: AuditTrail) {
  return { ...auditedEntries(reads, trail), ...auditedUsage(reads, trail) };
}

function auditedEntries(reads: Repositories, trail: AuditTrail) {
  const of = (kind: RegistryKind, id: number) => ({ kind, contextId: null, objectId: id });
  const find = (kind: RegistryKind, id: number): Promise<object | null> => {
    const { filestores: filestore, servers: server, databases: database, maintenanceReasons } = reads;
    return { filestore, server, database, maintenanceReason: maintenanceReasons }[kind].find(id);
  };
  return {
    entryRegistered:
      ({ kind, id, entry }) =>
      () =>
        trail.created(of(kind, id), entry),
    async entryChanged({ kind, id, changes }) {
      const before = await find(kind, id);
      return () => trail.changed(of(kind, id), before && changedValues(before, changes));
    },
    async entryUnregistered({ kind, id }) {
      const gone = await find(kind, id);
      return () => trail.deleted(of(kind, id), gone);
    },
    async databaseAssigned({ contextId, databaseId }) {
      const before = await reads.databases.ofContext(contextId);
      const values = changedValues({ databaseId: before }, { databaseId });
      return () => trail.changed({ kind: 'context', contextId, objectId: null }, values);
    },
  } satisfies Partial<ChangeTable>;
}

function auditedUsage({ ledger }: Repositories, trail: AuditTrail) {
  return {
    mailUsageReplaced:
      ({ mailbox, seen, counted }) =>
      async (isReplaced) => {
        if (!isReplaced) return;
        const of = { kind: 'mailUsage', contextId: null, objectId: null, name: mailbox };
        await trail.changed(of, { before: seen && { ...seen }, after: { ...counted } });
      },
    fileUsageReplaced:
      ({ holder: { contextId, userId }, seen: { bytes, files }, counted }) =>
      async (isReplaced) => {
        if (!isReplaced) return;
        const of = { kind: 'fileUsage', contextId, objectId: userId };
        await trail.changed(of, { before: { bytes, files }, after: { ...counted } });
      },
    async usageSet({ place, account, total }) {
      const { used, files } = await ledger.usage(place, account, Date.now());
      const of = {
        kind: account.kind === 'objects' ? 'objectUsage' : 'fileUsage',
        contextId: place.contextId,
        objectId: 'userId' in account ? account.userId : 0,
        name: account.kind === 'objects' ? account.module : '',
      };
      const values = changedValues({ used, files }, { used: total.used, files: total.files });
      return () => trail.changed(of, values);
    },
  } satisfies Partial<ChangeTable>;
}
