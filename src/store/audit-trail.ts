import type { AuditedCall } from '../provisioning/access/audited-call.js';
import type { AuditValues } from '../provisioning/repositories/audit-repository.js';
import { chunks } from '../util/chunks.js';
import { auditRow, type Change } from './audit-rows.js';
import type { Session } from './session.js';

/** What a transaction changes beyond so many things is told in one entry that counts them. */
const maxEntries = 1_000;
/** An entry has 15 cells. */
const rowsPerStatement = 50;

/** A change in which context, if any; whose that is the trail finds out. */
export type TrailedChange = Omit<Change, 'ownerId'> & { readonly ownerId?: number | null };

/** What a transaction changes, to be written down at its end. */
export class AuditTrail {
  private readonly changes = new Map<string, Change>();
  private readonly owners = new Map<number, number | null>();
  private readonly cut = new Map<string, { readonly of: Change; readonly ids: number[]; count: number }>();

  constructor(
    private readonly session: Session,
    private readonly call: AuditedCall,
  ) {
    if (call.owned !== null) this.owners.set(call.owned.contextId, call.owned.ownerId);
  }

  /** Several changes of one thing become one entry. To be called before a context is deleted, while its owner is known. */
  async add(change: TrailedChange): Promise<void> {
    const { contextId, ownerId } = change;
    if (contextId !== null && ownerId !== undefined) this.owners.set(contextId, ownerId);
    const whole = { ...change, ownerId: contextId === null ? null : await this.ownerOf(contextId) };
    const key = JSON.stringify([change.kind, contextId, change.objectId, change.name ?? '']);
    const earlier = this.changes.get(key);
    if (earlier !== undefined) this.changes.set(key, merged(earlier, whole));
    else if (this.changes.size < maxEntries) this.changes.set(key, whole);
    else this.count(whole);
  }

  /** Writes everything down. */
  async write(): Promise<void> {
    const rest = [...this.cut.values()].map(({ of, ids, count }) => {
      return { ...of, objectId: null, name: '', before: null, after: { count, ids } };
    });
    const rows = [...this.changes.values(), ...rest].map((change) => auditRow(this.call, change));
    for (const page of chunks(rows, rowsPerStatement))
      await this.session.write((db) => db('audit_entries').insert([...page]));
  }

  private count(change: Change): void {
    const key = JSON.stringify([change.action, change.kind, change.contextId]);
    const sum = this.cut.get(key) ?? { of: change, ids: [], count: 0 };
    sum.count += 1;
    if (change.objectId !== null && sum.ids.length < maxEntries) sum.ids.push(change.objectId);
    this.cut.set(key, sum);
  }

  private async ownerOf(contextId: number): Promise<number | null> {
    const known = this.owners.get(contextId);
    if (known !== undefined) return known;
    const row = await this.session.write((db) => db('contexts').where({ id: contextId }).first('owner_id'));
    const ownerId = row?.owner_id ?? null;
    this.owners.set(contextId, ownerId);
    return ownerId;
  }
}

function merged(earlier: Change, later: Change): Change {
  const isNew = earlier.action === 'create';
  return {
    ...later,
    action: isNew ? 'create' : later.action,
    before: isNew ? null : joined(later.before, earlier.before),
    after: later.after === null ? null : joined(earlier.after, later.after),
  };
}

function joined(base: AuditValues | null, over: AuditValues | null): AuditValues | null {
  return base === null && over === null ? null : { ...base, ...over };
}
