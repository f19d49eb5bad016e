import type { AuditedCall } from '../../provisioning/access/audited-call.js';
import type { AuditValues } from '../../provisioning/repositories/audit-repository.js';
import type { NewUser } from '../../provisioning/repositories/user-repository.js';
import { chunks } from '../../util/chunks.js';
import type { Session } from '../database/session.js';
import {
  type Binding,
  insertRows,
  placeholders,
  takenId,
  type WriteStatement,
} from '../database/statement.js';
import type { AuditRow } from '../schema/rows.js';
import { auditRow, type Change } from './knex-audit-repository.js';
import { shownValues } from './audit-values.js';

/** Maximum of entries of a transaction; one more entry counts the rest. */
const maxEntries = 1_000;
/** An entry has 15 cells. */
const rowsPerStatement = 50;

/** A change in which context, if any; whose that is the trail finds out. */
export type TrailedChange = Omit<Change, 'ownerId'> & { readonly ownerId?: number | null };

/** Values of a thing before and after a change. */
export interface ChangedValues {
  readonly before: AuditValues | null;
  readonly after: AuditValues;
}

/** The thing that an entry is about. */
export type Subject = Omit<TrailedChange, 'action' | 'before' | 'after'>;

/** Changes of a transaction, to be written down at its end. */
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

  /** The entry of a new thing. */
  created(of: Subject, thing: object): Promise<void> {
    return this.add({ ...of, action: 'create', before: null, after: shownValues(thing) });
  }

  /** The entry of a change; null: nothing changes, so there is none. */
  async changed(of: Subject, values: ChangedValues | null): Promise<void> {
    if (values !== null) await this.add({ ...of, action: 'change', ...values });
  }

  /** The entry of a deletion; null: there was nothing to delete. */
  async deleted(of: Subject, thing: object | null): Promise<void> {
    if (thing !== null) await this.add({ ...of, action: 'delete', before: shownValues(thing), after: null });
  }

  /** Writes everything down. */
  async write(): Promise<void> {
    const rest = [...this.cut.values()].map(({ of, ids, count }) => {
      return { ...of, objectId: null, name: '', before: null, after: { count, ids } };
    });
    const rows = [...this.changes.values(), ...rest].map((change) => auditRow(this.call, change));
    for (const page of chunks(rows, rowsPerStatement))
      await this.session.untold('written by a listener', (db) => db('audit_entries').insert([...page]));
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
    const row = await this.session.read((db) => db('contexts').where({ id: contextId }).first('owner_id'));
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

/** The entry of a user that is created in one list of statements. */
export function creationEntry(call: AuditedCall, { user }: NewUser): WriteStatement {
  const row = auditRow(call, {
    action: 'create',
    kind: 'user',
    ownerId: ownerOf(call, user.contextId),
    contextId: user.contextId,
    objectId: null,
    name: user.login,
    before: null,
    after: shownValues(user),
  });
  return insertRows('audit_entries', [{ ...row, object_id: takenId }]);
}

export interface MailQuotaChange {
  readonly contextId: number;
  readonly userId: number;
  readonly mailQuotaMb: number;
}

/** The entry of a mail quota about to be changed; none where nothing changes or nobody has that id. */
export function mailQuotaEntry(call: AuditedCall, change: MailQuotaChange): WriteStatement {
  const { contextId, userId, mailQuotaMb } = change;
  const row = auditRow(call, {
    action: 'change',
    kind: 'user',
    ownerId: ownerOf(call, contextId),
    contextId,
    objectId: userId,
    before: null,
    after: { mailQuotaMb },
  });
  const { name: _name, old_values: _old, ...known } = row satisfies AuditRow;
  const columns = Object.keys(known);
  return {
    sql: `INSERT INTO audit_entries (${columns.join(', ')}, name, old_values)
      SELECT ${placeholders(columns.length)}, login, JSON_OBJECT('mailQuotaMb', mail_quota_mb) FROM users
      WHERE context_id = ? AND id = ? AND (mail_quota_mb IS NULL OR mail_quota_mb <> ?)`,
    bindings: [...(Object.values(known) as Binding[]), contextId, userId, mailQuotaMb],
  };
}

/** Calls of this kind are always authorised for the context. */
function ownerOf({ owned }: AuditedCall, contextId: number): number | null {
  return owned?.contextId === contextId ? owned.ownerId : null;
}
