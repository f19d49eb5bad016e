import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type { Attributes, Context } from '../../provisioning/model/model.js';
import type {
  ContextChanges,
  ContextRepository,
  ContextSearch,
} from '../../provisioning/repositories/context-repository.js';
import type { ObjectQuotaRepository } from '../../provisioning/repositories/quota-repository.js';
import { chunks } from '../../util/chunks.js';
import { boundedCount } from '../../util/foreign-figure.js';
import { refusing } from '../database/database-error.js';
import { lockAcrossNodes } from '../database/mysql-client.js';
import { takeFreeId } from '../database/sequences.js';
import type { Session } from '../database/session.js';
import { splitChanges, toCells } from '../schema/attributes.js';
import { fitting } from '../schema/text-lengths.js';
import { flag } from '../schema/rows.js';
import { deleteUserRows } from '../users/user-changes.js';
import { loadContexts, searchContexts, toContextColumns } from './context-rows.js';

/** @see ContextRepository */
export class KnexContextRepository implements ContextRepository {
  constructor(private readonly session: Session) {}

  takeNextId(): Promise<number> {
    return this.session.untold('takes a number', (db) => takeFreeId(db, 'context'));
  }

  takeNextPrincipalId(contextId: number): Promise<number | null> {
    return this.session.untold('takes a number', async (db) => {
      // The update locks the context; what is read afterwards is ours alone.
      await db('contexts').where({ id: contextId }).increment('next_principal_id', 1);
      const row = await db('contexts').where({ id: contextId }).first('next_principal_id');
      return row === undefined ? null : row.next_principal_id - 1;
    });
  }

  insert(context: Context, nextPrincipalId: number): Promise<void> {
    return this.session.changing('contextCreated', { context }, async (db) => {
      const row = {
        ...toContextColumns(context),
        id: context.id,
        owner_id: context.ownerId,
        admin_id: context.adminId,
        next_principal_id: nextPrincipalId,
        made_ms: Date.now(),
      };
      const conflicts = {
        PRIMARY: () => new UniqueConflictError('contextId', String(context.id)),
        contexts_name: () => new UniqueConflictError('contextName', context.name),
      };
      await refusing(conflicts, () => db('contexts').insert(row));
      await db('context_usage').insert({ context_id: context.id, bytes: 0 });
      // Of whoever had the id before.
      await db('login_attempts').where({ context_id: context.id }).delete();
      await insertMappings(db, context.id, context.loginMappings);
      await insertAttributes(db, context.id, context.attributes);
    });
  }

  find(id: number): Promise<Context | null> {
    return this.session.read((db) => findContext(db, id, false));
  }

  lock(id: number): Promise<Context | null> {
    return this.session.lock((db) => findContext(db, id, true));
  }

  findIdByName(name: string): Promise<number | null> {
    return this.session.read(async (db) => {
      const rows = await db('contexts')
        .where({ name_lower: name.toLowerCase() })
        .orderBy('id')
        .select('id', 'name');
      return (rows.find((one) => one.name === name) ?? rows[0])?.id ?? null;
    });
  }

  findIdByLoginMapping(mapping: string): Promise<number | null> {
    return this.session.read(async (db) => {
      const row = await db('login_mappings').where({ mapping }).first('context_id');
      return row?.context_id ?? null;
    });
  }

  update(id: number, changes: ContextChanges): Promise<void> {
    return this.session.changing('contextChanged', { id, changes }, async (db) => {
      const columns = toContextColumns(changes);
      if (Object.keys(columns).length > 0) {
        const conflicts = { contexts_name: () => new UniqueConflictError('contextName', changes.name ?? '') };
        await refusing(conflicts, () => db('contexts').where({ id }).update(columns));
      }
      if (changes.loginMappings !== undefined) {
        await db('login_mappings').where({ context_id: id }).delete();
        await insertMappings(db, id, changes.loginMappings);
      }
      if (changes.attributeChanges !== undefined) {
        const { set, removed } = splitChanges(changes.attributeChanges);
        for (const [namespace, name] of removed) {
          await db('context_attributes').where({ context_id: id, namespace, name }).delete();
        }
        for (const cells of chunks(set)) {
          const rows = cells.map((cell) => ({ context_id: id, ...cell }));
          const key = ['context_id', 'namespace', 'name'] as const;
          await db('context_attributes')
            .insert(rows)
            .onConflict([...key])
            .merge(['value']);
        }
      }
    });
  }

  delete(id: number): Promise<boolean> {
    return this.session.changing('contextDeleted', { id }, async (db) => {
      // Else they would claim what the users leave.
      await db('mail_forwards').where({ context_id: id }).delete();
      const userIds: number[] = await db('users').where({ context_id: id }).orderBy('id').pluck('id');
      // Not left to the cascade: one statement for all of a big context could take longer than a statement may.
      await deleteUserRows(db, id, userIds);
      await freeDomains(db, id);
      return (await db('contexts').where({ id }).delete()) > 0;
    });
  }

  searchIds(search: ContextSearch): Promise<number[]> {
    return this.session.read((db) => searchContexts(db, search));
  }

  findMany(ids: readonly number[]): Promise<Context[]> {
    return this.session.read(async (db) => {
      const found = new Map<number, Context>();
      for (const chunk of chunks([...new Set(ids)])) {
        const rows = await db('contexts').whereIn('id', chunk).select('contexts.*');
        for (const context of await loadContexts(db, rows)) found.set(context.id, context);
      }
      return ids.flatMap((id) => found.get(id) ?? []);
    });
  }

  usedBytes(ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.session.read(async (db) => {
      const used = new Map<number, number>();
      for (const chunk of chunks(ids)) {
        const rows = await db('context_usage').whereIn('context_id', chunk).select('context_id', 'bytes');
        for (const row of rows) used.set(row.context_id, boundedCount(row.bytes));
      }
      return used;
    });
  }

  countByOwner(ownerId: number): Promise<number> {
    return this.session.read(async (db) => {
      const row = await db('contexts').where({ owner_id: ownerId }).count({ count: '*' }).first();
      return Number(row?.count ?? 0);
    });
  }

  setAllEnabled(ownerIds: readonly number[] | null, enabled: boolean): Promise<void> {
    return this.session.changing('contextsEnabled', { ownerIds, enabled }, async (db) => {
      const query = db('contexts').update({ enabled: flag(enabled) });
      await (ownerIds === null ? query : query.whereIn('owner_id', ownerIds));
    });
  }

  setModuleAccess(contextId: number, { admin, others }: { admin: number; others: number }): Promise<void> {
    return this.session.changing(
      'contextModuleAccessSet',
      { contextId, masks: { admin, others } },
      async (db) => {
        const users = () => db('users').where({ context_id: contextId });
        await users().where({ is_context_admin: 1 }).update({ module_access: admin });
        await users().where({ is_context_admin: 0 }).update({ module_access: others });
      },
    );
  }
}

/** The domains that only this context had are anybody's again; those that others use become the provider's. */
async function freeDomains(db: Knex, contextId: number): Promise<void> {
  const owned: string[] = await db('domains')
    .where({ owner_context_id: contextId, is_shared: 0 })
    .orderBy('domain')
    .forUpdate()
    .pluck('domain');
  for (const chunk of chunks(owned)) {
    const others: string[] = await db('domain_contexts')
      .whereIn('domain', [...chunk])
      .whereNot({ context_id: contextId })
      .forUpdate()
      .pluck('domain');
    const free = chunk.filter((domain) => !others.includes(domain));
    await db('domains').whereIn('domain', free).delete();
  }
}

async function findContext(db: Knex, id: number, isLocking: boolean): Promise<Context | null> {
  if (isLocking) await lockAcrossNodes(db, 'context', [id]);
  const query = db('contexts').where({ id }).select('contexts.*');
  const [context] = await loadContexts(db, await (isLocking ? query.forUpdate() : query));
  return context ?? null;
}

async function insertMappings(db: Knex, contextId: number, mappings: readonly string[]): Promise<void> {
  for (const [position, mapping] of [...new Set(mappings)].entries()) {
    const row = {
      mapping: fitting('loginMappings', mapping),
      mapping_lower: mapping.toLowerCase(),
      context_id: contextId,
      position,
    };
    const conflicts = { PRIMARY: () => new UniqueConflictError('loginMapping', mapping) };
    await refusing(conflicts, () => db('login_mappings').insert(row));
  }
}

async function insertAttributes(db: Knex, contextId: number, attributes: Attributes): Promise<void> {
  for (const cells of chunks(toCells(attributes))) {
    await db('context_attributes').insert(cells.map((cell) => ({ context_id: contextId, ...cell })));
  }
}

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
    return this.session.changing('objectQuotasSet', { contextId, modules, limit }, async (db) => {
      await db('object_quotas').where({ context_id: contextId }).whereIn('module', modules).delete();
      if (limit === null || modules.length === 0) return;
      const rows = modules.map((module) => ({ context_id: contextId, module, max_objects: limit }));
      await db('object_quotas').insert(rows);
    });
  }
}
