import type { ObjectQuotaRepository } from '../provisioning/repositories/quota-repository.js';
import type { Session } from './session.js';

/** @see ObjectQuotaRepository */
export class KnexObjectQuotaRepository implements ObjectQuotaRepository {
  constructor(private readonly session: Session) {}

  list(contextId: number): Promise<ReadonlyMap<string, number>> {
    return this.session.read(async (db) => {
      const rows = await db('object_quotas')
        .where({ context_id: contextId })
        .orderBy('module')
        .select('module', 'max_objects');
      return new Map(rows.map((row) => [row.module, row.max_objects]));
    });
  }

  set(contextId: number, modules: readonly string[], limit: number | null): Promise<void> {
    return this.session.write(async (db) => {
      await db('object_quotas').where({ context_id: contextId }).whereIn('module', modules).delete();
      if (limit === null || modules.length === 0) return;
      const rows = modules.map((module) => ({ context_id: contextId, module, max_objects: limit }));
      await db('object_quotas').insert(rows);
    });
  }
}
