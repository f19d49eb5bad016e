import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import type {
  OutboxDepth,
  OutboxEntry,
  OutboxKind,
  OutboxRepository,
} from '../../provisioning/repositories/outbox-repository.js';
import type { Session } from '../database/session.js';
import type { QuotaLevelRow, UsageSampleRow } from '../quota/knex-usage-sample-repository.js';
import type { Flag } from '../schema/rows.js';
import { noteAll } from './outbox-notes.js';

/** @see OutboxRepository */
export class KnexOutboxRepository implements OutboxRepository {
  constructor(private readonly session: Session) {}

  add(kind: OutboxKind, name: string, body: string): Promise<void> {
    return this.session.untold('written by a listener', async (db) => {
      const nowMs = Date.now();
      const times = { created_at_ms: nowMs, due_at_ms: nowMs };
      await db('outbox').insert({ kind, name, version: 1, body, ...times });
    });
  }

  addEverything(): Promise<void> {
    return this.session.untold('written by a listener', noteAll);
  }

  hasDue(kinds: readonly OutboxKind[], nowMs: number): Promise<boolean> {
    return this.session.read(async (db) => (await dueRows(db, kinds, nowMs, 1)).length > 0);
  }

  claim(kinds: readonly OutboxKind[], nowMs: number, leaseMs: number, limit: number): Promise<OutboxEntry[]> {
    return this.session.untold('written by a listener', async (db) => {
      const entries: OutboxEntry[] = [];
      for (const row of await dueRows(db, kinds, nowMs, limit)) {
        const lease = { lease_token: randomUUID(), lease_until_ms: nowMs + leaseMs };
        const taken = await db('outbox')
          .where({ kind: row.kind, name: row.name, version: row.version })
          .where('lease_until_ms', '<=', nowMs)
          .update(lease);
        if (taken === 1) entries.push(toEntry(row, lease, await formerNames(db, row)));
      }
      return entries;
    });
  }

  finish(entry: OutboxEntry): Promise<void> {
    return this.session.untold('written by a listener', async (db) => {
      const gone = await ours(db, entry).where({ version: entry.version }).delete();
      if (gone === 0) await ours(db, entry).update({ lease_until_ms: 0, attempts: 0, due_at_ms: Date.now() });
      if (entry.formerNames.length > 0)
        await db('outbox_renames')
          .where({ mailbox: entry.name })
          .whereIn('former', [...entry.formerNames])
          .delete();
    });
  }

  removed(entry: OutboxEntry): Promise<void> {
    return this.session.untold('written by a listener', async (db) => {
      await ours(db, entry).update({ remove_first: 0 });
    });
  }

  postpone(entry: OutboxEntry, dueAtMs: number, reason: string): Promise<void> {
    return this.session.untold('written by a listener', async (db) => {
      const failed = { attempts: entry.attempts + 1, last_error: reason.slice(0, 255) };
      await ours(db, entry).update({ ...failed, lease_until_ms: 0, due_at_ms: dueAtMs });
    });
  }

  depth(): Promise<OutboxDepth[]> {
    return this.session.read(async (db) => {
      const rows = (await db('outbox')
        .groupBy('kind')
        .select('kind')
        .count({ entries: '*' })
        .min({ oldestMs: 'created_at_ms' })
        .select({ failing: db.raw('SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END)') })) as unknown as Depth[];
      return rows.map(({ kind, entries, oldestMs, failing }) => {
        return { kind, entries: Number(entries), oldestMs: Number(oldestMs), failing: Number(failing) };
      });
    });
  }
}

/** Depth as the drivers give it: sums may come as texts. */
type Depth = { readonly [Name in keyof OutboxDepth]: Name extends 'kind' ? OutboxKind : number | string };

function ours(db: Knex, { kind, name, leaseToken }: OutboxEntry) {
  return db('outbox').where({ kind, name, lease_token: leaseToken });
}

async function dueRows(
  db: Knex,
  kinds: readonly OutboxKind[],
  nowMs: number,
  limit: number,
): Promise<OutboxRow[]> {
  return db('outbox')
    .whereIn('kind', [...kinds])
    .where('due_at_ms', '<=', nowMs)
    .where('lease_until_ms', '<=', nowMs)
    .whereNotExists(
      db('outbox_renames')
        .whereRaw("outbox.kind = 'account' AND outbox_renames.former = outbox.name")
        .select('former'),
    )
    .orderBy('due_at_ms')
    .limit(limit)
    .select('*');
}

async function formerNames(db: Knex, { kind, name }: OutboxRow): Promise<string[]> {
  if (kind !== 'account') return [];
  return db('outbox_renames').where({ mailbox: name }).orderBy('former').pluck('former');
}

function toEntry(
  { kind, name, remove_first, body, attempts, version }: OutboxRow,
  lease: { lease_token: string; lease_until_ms: number },
  formers: readonly string[],
): OutboxEntry {
  const { lease_token: leaseToken, lease_until_ms: leaseUntilMs } = lease;
  const removeFirst = remove_first === 1;
  return { kind, name, removeFirst, formerNames: formers, body, attempts, leaseUntilMs, leaseToken, version };
}

export interface OutboxRow {
  kind: OutboxKind;
  name: string;
  version: number;
  remove_first: Flag;
  body: string | null;
  attempts: number;
  created_at_ms: number;
  due_at_ms: number;
  lease_until_ms: number;
  lease_token: string | null;
  last_error: string | null;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    outbox: OutboxRow;
    outbox_renames: { former: string; mailbox: string };
    quota_levels: QuotaLevelRow;
    usage_samples: UsageSampleRow;
  }
}
