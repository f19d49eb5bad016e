import type { Knex } from 'knex';
import type {
  AuditEntry,
  AuditFilter,
  AuditPage,
  AuditRepository,
} from '../provisioning/repositories/audit-repository.js';
import { auditIdAt, toAuditEntry } from './audit-rows.js';
import type { OnRetry } from './retrying.js';
import { directSession, inTransaction } from './session.js';

/** @see AuditRepository */
export class KnexAuditRepository implements AuditRepository {
  constructor(
    private readonly knex: Knex,
    private readonly onRetry?: OnRetry,
  ) {}

  find(filter: AuditFilter, page: AuditPage, ownerIds: readonly number[] | null): Promise<AuditEntry[]> {
    return directSession(this.knex, this.onRetry).read(async (db) => {
      const query = db('audit_entries').where(cellsOf(filter)).orderBy('id', 'desc').limit(page.length);
      if (ownerIds !== null) void query.whereIn('owner_id', [...ownerIds]);
      if (filter.sinceMs !== undefined) void query.where('id', '>=', auditIdAt(filter.sinceMs));
      if (filter.untilMs !== undefined) void query.where('id', '<', auditIdAt(filter.untilMs));
      if (page.beforeId !== undefined) void query.where('id', '<', page.beforeId);
      return (await query).map(toAuditEntry);
    });
  }

  prune(beforeMs: number, length: number): Promise<number> {
    const end = auditIdAt(beforeMs);
    return inTransaction(
      this.knex,
      (session) =>
        session.write(async (db) => {
          const oldest = db('audit_entries').where('id', '<', end).orderBy('id');
          const last = await oldest
            .clone()
            .offset(length - 1)
            .first('id');
          const pruned = db('audit_entries').where('id', '<', end);
          return last === undefined ? pruned.delete() : pruned.where('id', '<=', last.id).delete();
        }),
      this.onRetry,
    );
  }
}

function cellsOf({ contextId, objectId, login, operation, requestId }: AuditFilter) {
  return {
    ...(contextId === undefined ? {} : { context_id: contextId }),
    ...(objectId === undefined ? {} : { object_id: objectId }),
    ...(login === undefined ? {} : { login }),
    ...(operation === undefined ? {} : { operation }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}
