import type { Knex } from 'knex';
import type { Context } from '../../provisioning/model/model.js';
import { configNamespace, unifiedQuotaProperty } from '../../provisioning/quota/config-cascade.js';
import type {
  OwnUnifiedValue,
  UnifiedFlagRepository,
} from '../../provisioning/repositories/quota-repository.js';
import { chunks } from '../../util/chunks.js';
import { lockAcrossNodes } from '../database/mysql-client.js';
import type { Session } from '../database/session.js';
import { flag, type Flag } from '../schema/rows.js';
import { loadContexts } from './context-rows.js';

const propertyKey = { namespace: configNamespace, name: unifiedQuotaProperty };

/** @see UnifiedFlagRepository */
export class KnexUnifiedFlagRepository implements UnifiedFlagRepository {
  constructor(private readonly session: Session) {}

  contextIds({
    afterId,
    length,
    ownerIds,
  }: Parameters<UnifiedFlagRepository['contextIds']>[0]): Promise<number[]> {
    return this.session.read((db) => {
      const query = db('contexts').where('id', '>', afterId).orderBy('id').limit(length);
      if (ownerIds !== null) query.whereIn('owner_id', [...ownerIds]);
      return query.pluck('id');
    });
  }

  ownerIds(contextIds: readonly number[]): Promise<number[]> {
    return this.session.read(async (db) => {
      const found = new Set<number>();
      for (const chunk of chunks(contextIds)) {
        const contexts = db('contexts').whereIn('id', chunk).whereNotNull('owner_id');
        const ids: (number | null)[] = await contexts.distinct().pluck('owner_id');
        for (const id of ids) if (id !== null) found.add(id);
      }
      return [...found].sort((a, b) => a - b);
    });
  }

  lockContexts(contextIds: readonly number[]): Promise<Context[]> {
    return this.session.untold('takes a number', async (db) => {
      const contexts: Context[] = [];
      for (const chunk of chunks([...contextIds].sort((a, b) => a - b))) {
        await lockAcrossNodes(db, 'context', chunk);
        await db('contexts').whereIn('id', chunk).increment('cascade_version', 1);
        const rows = db('contexts').whereIn('id', chunk).orderBy('id').forUpdate().select('contexts.*');
        contexts.push(...(await loadContexts(db, await rows)));
      }
      return contexts;
    });
  }

  adminModuleAccess(contextIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.session.read(async (db) => {
      const masks = new Map<number, number>();
      for (const chunk of chunks(contextIds)) {
        const rows: { context_id: number; module_access: number }[] = await db('contexts as c')
          .join('users as u', (on) => void on.on('u.context_id', 'c.id').andOn('u.id', 'c.admin_id'))
          .whereIn('c.id', chunk)
          .select('u.context_id', 'u.module_access');
        for (const row of rows) masks.set(row.context_id, row.module_access);
      }
      return masks;
    });
  }

  ownValues(contextIds: readonly number[]): Promise<OwnUnifiedValue[]> {
    return this.session.read(async (db) => {
      const values: OwnUnifiedValue[] = [];
      for (const chunk of chunks(contextIds)) {
        const rows: (Omit<OwnUnifiedValue, 'isEnabled'> & { enabled: Flag })[] = await db(
          'user_attributes as a',
        )
          .join('users as u', (on) => void on.on('u.context_id', 'a.context_id').andOn('u.id', 'a.user_id'))
          .whereIn('a.context_id', chunk)
          .where({ 'a.namespace': propertyKey.namespace, 'a.name': propertyKey.name })
          .orderBy(['a.context_id', 'a.user_id'])
          .select({
            contextId: 'a.context_id',
            userId: 'a.user_id',
            value: 'a.value',
            enabled: 'u.unified_enabled',
          });
        values.push(...rows.map(({ enabled, ...own }) => ({ ...own, isEnabled: enabled === 1 })));
      }
      return values;
    });
  }

  inherit(contextIds: readonly number[], isEnabled: boolean): Promise<void> {
    return this.session.changing('unifiedFlagsInherited', { contextIds, isEnabled }, async (db) => {
      for (const chunk of chunks(contextIds)) {
        await db('users')
          .whereIn('context_id', chunk)
          .where({ unified_enabled: flag(!isEnabled) })
          .whereNotExists(ownValueOfUser(db))
          .update({ unified_enabled: flag(isEnabled) });
      }
    });
  }

  set(contextId: number, userId: number, isEnabled: boolean): Promise<void> {
    return this.session.changing('unifiedFlagSet', { contextId, userId }, async (db) => {
      await db('users')
        .where({ context_id: contextId, id: userId })
        .update({ unified_enabled: flag(isEnabled) });
    });
  }

  enabledAmong(contextId: number, userIds: readonly number[]): Promise<ReadonlySet<number>> {
    return this.session.read(async (db) => {
      const found = new Set<number>();
      for (const chunk of chunks([...new Set(userIds)])) {
        const users = db('users').where({ context_id: contextId, unified_enabled: flag(true) });
        const ids: number[] = await users.whereIn('id', chunk).pluck('id');
        for (const id of ids) found.add(id);
      }
      return found;
    });
  }
}

function ownValueOfUser(db: Knex): Knex.QueryBuilder {
  return db('user_attributes')
    .where(propertyKey)
    .where('user_attributes.context_id', db.ref('users.context_id'))
    .where('user_attributes.user_id', db.ref('users.id'))
    .select('user_id');
}
