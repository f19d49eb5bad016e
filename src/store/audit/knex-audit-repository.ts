import type { Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import type { AuditedCall } from '../../provisioning/access/audited-call.js';
import type { CallerKind } from '../../provisioning/model/credentials.js';
import type {
  AuditAction,
  AuditEntry,
  AuditFilter,
  AuditPage,
  AuditRepository,
  AuditValues,
} from '../../provisioning/repositories/audit-repository.js';
import { directSession, inTransaction, type OnRetry } from '../database/session.js';
import type { AuditRow } from '../schema/rows.js';

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
        session.untold('written by a listener', async (db) => {
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

/** One change, as whoever makes it knows it. */
export interface Change {
  readonly action: AuditAction;
  readonly kind: string;
  readonly ownerId: number | null;
  readonly contextId: number | null;
  readonly objectId: number | null;
  readonly name?: string;
  readonly before: AuditValues | null;
  readonly after: AuditValues | null;
}

const widths = { service: 64, operation: 128, login: 255, address: 64, name: 255, requestId: 64 };

/** The row of a change that a call makes. */
export function auditRow(call: AuditedCall, change: Change): AuditRow {
  return {
    id: newAuditId(Date.now()),
    request_id: call.requestId.slice(0, widths.requestId),
    service: call.service.slice(0, widths.service),
    operation: call.operation.slice(0, widths.operation),
    principal: call.principal,
    login: call.login.slice(0, widths.login),
    address: (call.address ?? '').slice(0, widths.address),
    action: change.action,
    kind: change.kind,
    owner_id: change.ownerId,
    context_id: change.contextId,
    object_id: change.objectId,
    name: (change.name ?? '').slice(0, widths.name),
    old_values: change.before === null ? null : JSON.stringify(change.before),
    new_values: change.after === null ? null : JSON.stringify(change.after),
  };
}

function toAuditEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    atMs: Number.parseInt(row.id.slice(0, 12), 16),
    requestId: row.request_id,
    service: row.service,
    operation: row.operation,
    principal: row.principal as CallerKind,
    login: row.login,
    address: row.address === '' ? null : row.address,
    action: row.action as AuditAction,
    kind: row.kind,
    contextId: row.context_id,
    objectId: row.object_id,
    name: row.name,
    before: valuesOf(row.old_values),
    after: valuesOf(row.new_values),
  };
}

/** The least id of a time. */
function auditIdAt(ms: number): string {
  return Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
}

const processPart = randomBytes(5).toString('hex');
const maxSerial = 0xffff;
let lastMs = 0;
let serial = 0;

/** Ids of one process rise, whatever its clock does; those of several do not meet. No counter of the database, for Galera. */
function newAuditId(nowMs: number): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    serial = 0;
  } else if (serial === maxSerial) {
    lastMs += 1;
    serial = 0;
  } else serial += 1;
  return `${auditIdAt(lastMs)}${serial.toString(16).padStart(4, '0')}${processPart}`;
}

function valuesOf(json: string | null): AuditValues | null {
  return json === null ? null : (JSON.parse(json) as AuditValues);
}
