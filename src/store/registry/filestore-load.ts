import type { Knex } from 'knex';
import type { FilestoreLoad, RoughLoad } from '../../provisioning/repositories/registry-repository.js';
import type { Session } from '../database/session.js';

/** Users or contexts after which a statement ends with its context: none takes long, however many there are. */
const pageLength = 20_000;
/** A rough count is renewed when it is as old as this… */
const renewAfterMs = 10_000;
/** …or after so many times a slow count's duration, so that counting stays a small part of the work. */
const restPerCounting = 20;
/** A count that nobody asked for in so many times that is not worth answering. */
const restsUntilUseless = 5;

interface Count {
  readonly load: FilestoreLoad;
  readonly countedAtMs: number;
  readonly tookMs: number;
}

/** Remembers how full file storages were: counting 100,000 users takes 1.4 s (SQLite). A count that is too old is still answered while a new one is being made. */
export class FilestoreLoads {
  private readonly counts = new Map<number, Count>();
  private readonly running = new Map<number, Promise<Count>>();

  constructor(private readonly session: Pick<Session, 'read'>) {}

  async rough(id: number): Promise<RoughLoad> {
    const known = this.counts.get(id);
    if (known === undefined) return aged(await this.recount(id));
    const restMs = Math.max(renewAfterMs, restPerCounting * known.tookMs);
    const ageMs = Date.now() - known.countedAtMs;
    if (ageMs > restsUntilUseless * restMs) return aged(await this.recount(id));
    // Nobody waits for it; when it fails, the next caller tries again.
    if (ageMs > restMs) this.recount(id).catch(() => undefined);
    return aged(known);
  }

  private recount(id: number): Promise<Count> {
    const running = this.running.get(id) ?? this.count(id).finally(() => this.running.delete(id));
    this.running.set(id, running);
    return running;
  }

  private async count(id: number): Promise<Count> {
    const countedAtMs = Date.now();
    const load = await countLoad(this.session, id);
    const count = { load, countedAtMs, tookMs: Date.now() - countedAtMs };
    this.counts.set(id, count);
    return count;
  }
}

function aged({ load, countedAtMs }: Count): RoughLoad {
  return { load, ageMs: Date.now() - countedAtMs };
}

/** Counts what is in a file storage, some contexts at a time. */
export async function countLoad(session: Pick<Session, 'read'>, id: number): Promise<FilestoreLoad> {
  const sum = { contexts: 0, users: 0, usedBytes: 0, contextSizesMb: 0 };
  for (const { table, count } of counted) {
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      after = await session.read(async (db) => {
        const last = await boundary(db, table, id, from);
        const part = await count(db, id, (query, column) => {
          void query.where(column, '>', from);
          if (last !== null) void query.where(column, '<=', last);
        });
        for (const name of ['contexts', 'users', 'usedBytes', 'contextSizesMb'] as const)
          sum[name] += Number(part[name] ?? 0);
        return last;
      });
    }
  }
  return sum;
}

/** Restricts a query to the contexts of a page. */
type InPage = (query: Knex.QueryBuilder, column: string) => void;

/** Sums come as text from MariaDB, and as null where there is nothing to sum. */
type Sums = { readonly [Name in keyof FilestoreLoad]?: number | string | null };

const counted: readonly {
  readonly table: 'contexts' | 'users';
  readonly count: (db: Knex, id: number, inPage: InPage) => Promise<Sums>;
}[] = [
  { table: 'contexts', count: countContexts },
  { table: 'users', count: countUsers },
];

/** The last context of the page that begins after a context; null when everything else fits in. */
async function boundary(
  db: Knex,
  table: 'contexts' | 'users',
  id: number,
  after: number,
): Promise<number | null> {
  const column = table === 'users' ? 'context_id' : 'id';
  const query = db.from(table).where({ filestore_id: id }).where(column, '>', after);
  if (table === 'users') void query.where({ filestore_owner_id: 0 });
  const row: { last: number } | undefined = await query
    .orderBy(column)
    .offset(pageLength)
    .limit(1)
    .first({ last: column });
  return row?.last ?? null;
}

async function countContexts(db: Knex, id: number, inPage: InPage): Promise<Sums> {
  const query = db.from('contexts as c').leftJoin('context_usage as u', 'u.context_id', 'c.id');
  inPage(query, 'c.id');
  const sums: Sums | undefined = await query.where('c.filestore_id', id).first({
    contexts: db.raw('COUNT(*)'),
    usedBytes: db.raw('SUM(u.bytes)'),
    contextSizesMb: db.raw('SUM(c.average_size_mb)'),
  });
  return sums ?? {};
}

async function countUsers(db: Knex, id: number, inPage: InPage): Promise<Sums> {
  const query = db
    .from('users as u')
    .leftJoin('file_usage as f', (join) =>
      join.on('f.context_id', 'u.context_id').andOn('f.user_id', 'u.id'),
    );
  inPage(query, 'u.context_id');
  const sums: Sums | undefined = await query
    .where({ 'u.filestore_id': id, 'u.filestore_owner_id': 0 })
    .first({ users: db.raw('COUNT(*)'), usedBytes: db.raw('SUM(f.bytes)') });
  return sums ?? {};
}
