import type { Knex } from 'knex';
import type {
  DomainCatchall,
  DomainContext,
  MailDomain,
  MailDomainOwner,
  MailDomainRepository,
  MailDomainSearch,
  MailDomainState,
} from '../../provisioning/repositories/mailbox-repository.js';
import { chunks } from '../../util/chunks.js';
import type { Session } from '../database/session.js';
import { dialectOf } from '../database/sql-dialect.js';
import { countRows } from '../database/statement-runner.js';
import { definedColumns, flag, type Flag } from '../schema/rows.js';
import { fitting } from '../schema/text-lengths.js';

/** @see MailDomainRepository */
export class KnexMailDomainRepository implements MailDomainRepository {
  constructor(private readonly session: Session) {}

  insertCatchall(catchall: DomainCatchall): Promise<void> {
    return this.session.changing('catchallCreated', catchall, async (db) => {
      await db('domain_catchalls')
        .insert(toCatchallRow(catchall))
        .onConflict(['domain', 'context_id', 'user_id'])
        // MariaDB's INSERT IGNORE would ignore a missing user, too.
        .merge(['domain']);
    });
  }

  deleteCatchall(catchall: DomainCatchall): Promise<boolean> {
    return this.session.changing(
      'catchallDeleted',
      catchall,
      async (db) => (await db('domain_catchalls').where(toCatchallRow(catchall)).delete()) > 0,
    );
  }

  countCatchalls(catchall: DomainCatchall): Promise<{ count: number; isThere: boolean }> {
    return this.session.read(async (db) => {
      const ofContext = db('domain_catchalls').where({ context_id: catchall.contextId });
      const present = await db('domain_catchalls').where(toCatchallRow(catchall)).first('domain');
      return { count: await countRows(ofContext), isThere: present !== undefined };
    });
  }

  listCatchalls(contextId: number): Promise<(DomainCatchall & { readonly login: string })[]> {
    return this.session.read(async (db) => {
      const rows: { domain: string; user_id: number; login: string }[] = await db('domain_catchalls as c')
        .join('users as u', (on) => void on.on('u.context_id', 'c.context_id').andOn('u.id', 'c.user_id'))
        .where('c.context_id', contextId)
        .orderBy(['c.domain', 'c.user_id'])
        .select('c.domain', 'c.user_id', 'u.login');
      return rows.map(({ domain, user_id, login }) => ({ domain, contextId, userId: user_id, login }));
    });
  }

  find(domain: string): Promise<MailDomain | null> {
    return this.session.read((db) => findDomain(db, domain));
  }

  lock(domain: string): Promise<MailDomain | null> {
    return this.session.untold('takes a number', async (db) => {
      // The change locks the row, and on a cluster lets only one of two decisions be committed.
      const changed = await db('domains').where({ domain }).increment('version', 1);
      if (changed === 0) return null;
      const row = await db('domains').where({ domain }).forUpdate().first();
      return row === undefined ? null : toDomain(row);
    });
  }

  search({ contextId, ownerIds, isApproved, isShared, page }: MailDomainSearch): Promise<MailDomain[]> {
    return this.session.read(async (db) => {
      const query = db('domains').orderBy('domain').select('domains.*');
      if (isApproved !== undefined) void query.where({ is_approved: flag(isApproved) });
      if (isShared !== undefined) void query.where({ is_shared: flag(isShared) });
      if (typeof contextId === 'number')
        void query.where((any) => {
          const used = db('domain_contexts').where({ context_id: contextId }).select('domain');
          void any.where({ owner_context_id: contextId }).orWhereIn('domain', used);
        });
      if (ownerIds)
        void query.where((any) => {
          const owned = db('contexts')
            .whereIn('owner_id', [...ownerIds])
            .select('id');
          void any.whereIn('owner_reseller_id', [...ownerIds]).orWhereIn('owner_context_id', owned);
        });
      if (page) void query.limit(page.length).offset(page.offset);
      return ((await query) as DomainRow[]).map(toDomain);
    });
  }

  insertIfFree(domain: MailDomain): Promise<void> {
    return this.session.changing('mailDomainCreated', { wanted: domain }, async (db) => {
      const row = { ...toColumns(domain), domain: fitting('mailClaim', domain.domain) };
      await db('domains').insert(row).onConflict('domain').merge(['domain']);
    });
  }

  update(domain: string, changes: Partial<Omit<MailDomain, 'domain'>>): Promise<void> {
    return this.session.changing('mailDomainChanged', { domain, changes }, async (db) => {
      const columns = toColumns(changes);
      if (Object.keys(columns).length === 0) return;
      await db('domains').where({ domain }).update(columns);
      if (changes.state !== undefined) await makeStale(db, domain, null);
    });
  }

  delete(domain: string): Promise<void> {
    return this.session.changing('mailDomainDeleted', { domain }, async (db) => {
      await makeStale(db, domain, null);
      await db('domains').where({ domain }).delete();
    });
  }

  statesFor(contextId: number, domains: readonly string[]): Promise<ReadonlyMap<string, MailDomainState>> {
    return this.session.read(async (db) => {
      const states = new Map<string, MailDomainState>();
      for (const chunk of chunks(domains)) {
        const rows: Pick<DomainRow, 'domain' | 'state'>[] = await db('domain_contexts as m')
          .join('domains as d', 'd.domain', 'm.domain')
          .where('m.context_id', contextId)
          .whereIn('m.domain', [...chunk])
          .select('d.domain', 'd.state');
        for (const { domain, state } of rows) states.set(domain, state);
      }
      return states;
    });
  }

  contextsOf(domain: string): Promise<DomainContext[]> {
    return this.session.read(async (db) => {
      // Within a transaction whoever waited for the domain must see what was committed meanwhile.
      const ids: number[] = await db('domain_contexts').where({ domain }).forShare().pluck('context_id');
      const contexts: DomainContext[] = [];
      for (const chunk of chunks(ids)) {
        const rows = await db('contexts')
          .whereIn('id', [...chunk])
          .select('id', 'owner_id');
        for (const { id, owner_id } of rows) contexts.push({ contextId: id, ownerId: owner_id });
      }
      return contexts.sort((a, b) => a.contextId - b.contextId);
    });
  }

  addContext(domain: string, contextId: number): Promise<void> {
    return this.session.untold('follows from a told change', async (db) => {
      const row = { domain, context_id: contextId };
      await db('domain_contexts').insert(row).onConflict(['domain', 'context_id']).merge(['domain']);
    });
  }

  removeOtherContexts(domain: string, contextId: number | null): Promise<void> {
    return this.session.untold('follows from a told change', async (db) => {
      await makeStale(db, domain, contextId);
      await ofOthers(db('domain_contexts').where({ domain }), contextId).delete();
    });
  }

  countUses(domain: string, exceptContextId: number | null): Promise<number> {
    return this.session.read(async (db) => {
      // A domain has no character that means something to LIKE.
      const uses = [
        db('unique_names').where({ kind: 'mail' }).where('value', 'like', `%@${domain}`),
        db('domain_catchalls').where({ domain }),
        db('mail_forwards').where({ domain }),
      ];
      let count = 0;
      for (const use of uses) {
        const row = await ofOthers(use as Knex.QueryBuilder, exceptContextId)
          .count({ count: '*' })
          .first<{ count: number | string }>();
        count += Number(row.count);
      }
      return count;
    });
  }

  usesWithoutRight(limit: number): Promise<{ readonly domain: string; readonly contextId: number }[]> {
    return this.session.read(async (db) => {
      const domain = dialectOf(db).domainOf('n.value');
      const addresses = db('unique_names as n')
        .join('users as u', (on) => void on.on('u.context_id', 'n.context_id').andOn('u.id', 'n.user_id'))
        .where({ 'n.kind': 'mail', 'n.holder': 'user', 'u.is_context_admin': 0 })
        .select(db.raw(`${domain} AS domain`), 'n.context_id');
      const routes = [db('domain_catchalls'), db('mail_forwards')].map((table) =>
        (table as Knex.QueryBuilder).select('domain', 'context_id'),
      );
      const rows = await db
        .from(addresses.unionAll(routes).as('x'))
        .leftJoin('domain_contexts as m', (on) => {
          void on.on('m.domain', 'x.domain').andOn('m.context_id', 'x.context_id');
        })
        .whereNull('m.domain')
        .distinct<{ domain: string; context_id: number }[]>('x.domain', 'x.context_id')
        .orderBy(['x.domain', 'x.context_id'])
        .limit(limit);
      return rows.map(({ domain, context_id }) => ({ domain, contextId: context_id }));
    });
  }

  deleteRoutesOfOthers(domain: string, contextId: number | null): Promise<void> {
    return this.session.untold('follows from a told change', async (db) => {
      await ofOthers(db('domain_catchalls').where({ domain }), contextId).delete();
      const forwards = ofOthers(db('mail_forwards').where({ domain }), contextId);
      const aliases = (await forwards.pluck('alias')) as string[];
      for (const chunk of chunks(aliases)) {
        await db('unique_names')
          .where({ kind: 'mail', scope_context_id: 0, holder: 'forward' })
          .whereIn('value', [...chunk])
          .delete();
        await db('mail_forwards')
          .whereIn('alias', [...chunk])
          .delete();
      }
    });
  }
}

/** Invalidates cached facts, for creates that do not lock the domain. */
async function makeStale(db: Knex, domain: string, exceptContextId: number | null): Promise<void> {
  const concerned = ofOthers(db('domain_contexts').where({ domain }), exceptContextId);
  const ids = (await concerned.orderBy('context_id').pluck('context_id')) as number[];
  for (const id of ids) await db('contexts').where({ id }).increment('cascade_version', 1);
}

function ofOthers(query: Knex.QueryBuilder, contextId: number | null): Knex.QueryBuilder {
  return contextId === null ? query : query.whereNot('context_id', contextId);
}

async function findDomain(db: Knex, domain: string): Promise<MailDomain | null> {
  const row = await db('domains').where({ domain }).first();
  return row === undefined ? null : toDomain(row);
}

function toDomain(row: DomainRow): MailDomain {
  return {
    domain: row.domain,
    owner: toOwner(row),
    isShared: row.is_shared === 1,
    isApproved: row.is_approved === 1,
    state: row.state,
  };
}

function toOwner({ owner_context_id, owner_reseller_id }: DomainRow): MailDomainOwner {
  if (owner_context_id !== null) return { kind: 'context', contextId: owner_context_id };
  return owner_reseller_id === null
    ? { kind: 'provider' }
    : { kind: 'reseller', resellerId: owner_reseller_id };
}

function toColumns({ owner, isShared, isApproved, state }: Partial<MailDomain>) {
  return definedColumns({
    owner_context_id: owner && (owner.kind === 'context' ? owner.contextId : null),
    owner_reseller_id: owner && (owner.kind === 'reseller' ? owner.resellerId : null),
    is_shared: isShared === undefined ? undefined : flag(isShared),
    is_approved: isApproved === undefined ? undefined : flag(isApproved),
    state,
  });
}

function toCatchallRow({ domain, contextId, userId }: DomainCatchall) {
  return { domain: fitting('mailDomain', domain), context_id: contextId, user_id: userId };
}

interface MailboxPermissionRow {
  context_id: number;
  user_id: number;
  may_send: Flag;
  may_receive: Flag;
  may_login: Flag;
}

interface DomainRow {
  domain: string;
  owner_context_id: number | null;
  owner_reseller_id: number | null;
  is_shared: Flag;
  is_approved: Flag;
  state: MailDomainState;
  version: number;
}

interface SecondaryAccountRow {
  context_id: number;
  user_id: number;
  id: number;
  /** Normalised. */
  address: string;
  settings: string;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    mailbox_permissions: MailboxPermissionRow;
    domain_catchalls: { domain: string; context_id: number; user_id: number };
    domains: DomainRow;
    domain_contexts: { domain: string; context_id: number };
    mail_forwards: { alias: string; domain: string; context_id: number };
    mail_forward_targets: { alias: string; position: number; target: string };
    announcements: { id: number; owner_id: number | null; enabled: Flag; content: string };
    secondary_accounts: SecondaryAccountRow;
  }
}

export type { DomainRow, MailboxPermissionRow, SecondaryAccountRow };
