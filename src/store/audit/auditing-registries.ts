import type { Repositories } from '../../provisioning/repositories/store.js';
import { type AuditTrail, overriding } from './audit-trail.js';
import { changedValues, shownValues } from './audit-values.js';

type Registries = Pick<
  Repositories,
  'filestores' | 'servers' | 'databases' | 'maintenanceReasons' | 'usage' | 'ledger'
>;

/** What is registered with the installation, and usage that is set by hand or counted anew. */
export function auditingRegistries(inner: Repositories, trail: AuditTrail): Registries {
  const databases = auditingRegistry('database', inner.databases, trail);
  return {
    filestores: auditingRegistry('filestore', inner.filestores, trail),
    servers: auditingRegistry('server', inner.servers, trail),
    databases: overriding(databases, {
      async assign(contextId, databaseId) {
        const before = await inner.databases.ofContext(contextId);
        await inner.databases.assign(contextId, databaseId);
        const values = changedValues({ databaseId: before }, { databaseId });
        if (values)
          await trail.add({ action: 'change', kind: 'context', contextId, objectId: null, ...values });
      },
    }),
    maintenanceReasons: auditingRegistry('maintenanceReason', inner.maintenanceReasons, trail),
    usage: auditingUsage(inner, trail),
    ledger: auditingLedger(inner, trail),
  };
}

/** The writes that all registries have. */
interface Registry<T extends { readonly id: number }> {
  insert(entry: T): Promise<void>;
  find(id: number): Promise<T | null>;
  update(id: number, changes: Partial<Omit<T, 'id'>>): Promise<void>;
  delete(id: number): Promise<void>;
}

function auditingRegistry<T extends { readonly id: number }, R extends Registry<T>>(
  kind: string,
  registry: R & Registry<T>,
  trail: AuditTrail,
): R {
  const of = (id: number) => ({ kind, contextId: null, objectId: id });
  const methods: Omit<Registry<T>, 'find'> = {
    async insert(entry) {
      await registry.insert(entry);
      await trail.add({ ...of(entry.id), action: 'create', before: null, after: shownValues(entry) });
    },
    async update(id, changes) {
      const before = await registry.find(id);
      await registry.update(id, changes);
      const values = before && changedValues(before, changes);
      if (values) await trail.add({ ...of(id), action: 'change', ...values });
    },
    async delete(id) {
      const gone = await registry.find(id);
      await registry.delete(id);
      if (gone !== null)
        await trail.add({ ...of(id), action: 'delete', before: shownValues(gone), after: null });
    },
  };
  return overriding<R>(registry, methods as Partial<R>);
}

function auditingUsage({ usage }: Repositories, trail: AuditTrail): Repositories['usage'] {
  return overriding(usage, {
    async replaceMailUsage(mailbox, seen, counted) {
      const isReplaced = await usage.replaceMailUsage(mailbox, seen, counted);
      if (isReplaced)
        await trail.add({
          action: 'change',
          kind: 'mailUsage',
          contextId: null,
          objectId: null,
          name: mailbox,
          before: seen && { ...seen },
          after: { ...counted },
        });
      return isReplaced;
    },
    async replaceFileUsage(holder, { bytes, files, generation }, counted) {
      const isReplaced = await usage.replaceFileUsage(holder, { bytes, files, generation }, counted);
      if (isReplaced)
        await trail.add({
          action: 'change',
          kind: 'fileUsage',
          contextId: holder.contextId,
          objectId: holder.userId,
          before: { bytes, files },
          after: { ...counted },
        });
      return isReplaced;
    },
  });
}

/** Only totals that are set: every upload and deletion is far too much. */
function auditingLedger({ ledger }: Repositories, trail: AuditTrail): Repositories['ledger'] {
  return overriding(ledger, {
    async setUsage(place, account, total) {
      const { used, files } = await ledger.usage(place, account, Date.now());
      await ledger.setUsage(place, account, total);
      const values = changedValues({ used, files }, { used: total.used, files: total.files });
      if (values)
        await trail.add({
          action: 'change',
          kind: account.kind === 'objects' ? 'objectUsage' : 'fileUsage',
          contextId: place.contextId,
          objectId: 'userId' in account ? account.userId : 0,
          name: account.kind === 'objects' ? account.module : '',
          ...values,
        });
    },
  });
}
