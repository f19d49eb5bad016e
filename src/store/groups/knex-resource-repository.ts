import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type {
  Resource,
  ResourceChanges,
  ResourcePermission,
  ResourceRepository,
} from '../../provisioning/repositories/group-repository.js';
import { chunks, groupBy } from '../../util/chunks.js';
import { refusing } from '../database/database-error.js';
import type { Session } from '../database/session.js';
import { fitting } from '../schema/text-lengths.js';
import { definedColumns, flag, type ResourcePermissionRow, type ResourceRow } from '../schema/rows.js';
import { findIdByName, findIdsByPattern, inOrderOfIds } from './named-rows.js';

/** @see ResourceRepository */
export class KnexResourceRepository implements ResourceRepository {
  constructor(private readonly session: Session) {}

  insert(resource: Resource): Promise<void> {
    return this.session.changing('resourceCreated', { resource }, async (db) => {
      const { contextId, id } = resource;
      const row = { ...toColumns(resource), context_id: contextId, id };
      await refusing(conflictsOf(resource), () => db('resources').insert(row));
      await insertPermissions(db, contextId, id, resource.permissions);
    });
  }

  lock(contextId: number, id: number): Promise<Resource | null> {
    return this.session.lock(async (db) => {
      const rows = await db('resources').where({ context_id: contextId, id }).forUpdate().select('*');
      const [resource] = await loadResources(db, contextId, rows);
      return resource ?? null;
    });
  }

  findMany(contextId: number, ids: readonly number[]): Promise<Resource[]> {
    return this.session.read((db) => {
      const ofContext = () => db('resources').where({ context_id: contextId }).select('*');
      return inOrderOfIds(
        ids,
        (chunk) => ofContext().whereIn('id', chunk),
        (rows) => loadResources(db, contextId, rows),
      );
    });
  }

  findIdByName(contextId: number, name: string): Promise<number | null> {
    return this.session.read((db) => findIdByName(db, 'resources', contextId, name));
  }

  search(contextId: number, pattern: string): Promise<number[]> {
    return this.session.read((db) => findIdsByPattern(db, 'resources', contextId, pattern));
  }

  update(contextId: number, id: number, changes: ResourceChanges): Promise<void> {
    return this.session.changing('resourceChanged', { contextId, id, changes }, async (db) => {
      const columns = toColumns(changes);
      if (Object.keys(columns).length > 0) {
        const resource = () => db('resources').where({ context_id: contextId, id });
        await refusing(conflictsOf(changes), () => resource().update(columns));
      }
      if (changes.permissions === undefined) return;
      await db('resource_permissions').where({ context_id: contextId, resource_id: id }).delete();
      await insertPermissions(db, contextId, id, changes.permissions);
    });
  }

  delete(contextId: number, id: number): Promise<boolean> {
    return this.session.changing(
      'resourceDeleted',
      { contextId, id },
      async (db) => (await db('resources').where({ context_id: contextId, id }).delete()) > 0,
    );
  }
}

async function loadResources(db: Knex, contextId: number, rows: readonly ResourceRow[]): Promise<Resource[]> {
  const ids = rows.map(({ id }) => id);
  const permissionRows = await db('resource_permissions')
    .where({ context_id: contextId })
    .whereIn('resource_id', ids)
    .orderBy('position')
    .select('*');
  const permissions = groupBy(permissionRows, (row) => row.resource_id);
  return rows.map((row) => ({
    contextId,
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    email: row.email,
    available: row.available === 1,
    description: row.description,
    permissions: (permissions.get(row.id) ?? []).map(toPermission),
  }));
}

function toPermission(row: ResourcePermissionRow): ResourcePermission {
  const { user_id: userId, group_id: groupId, privilege } = row;
  return { entityId: userId ?? groupId ?? 0, isGroup: userId === null, privilege };
}

async function insertPermissions(
  db: Knex,
  contextId: number,
  id: number,
  permissions: readonly ResourcePermission[],
): Promise<void> {
  const rows = permissions.map(({ entityId, isGroup, privilege }, position) => ({
    context_id: contextId,
    resource_id: id,
    position,
    user_id: isGroup ? null : entityId,
    group_id: isGroup && entityId !== 0 ? entityId : null,
    privilege: fitting('resourcePrivilege', privilege),
  }));
  for (const chunk of chunks(rows)) await db('resource_permissions').insert([...chunk]);
}

type Columns = Omit<ResourceRow, 'context_id' | 'id'>;

function toColumns(resource: Resource): Columns;
function toColumns(changes: ResourceChanges): Partial<Columns>;
function toColumns({ name, displayName, email, available, description }: ResourceChanges): Partial<Columns> {
  return definedColumns({
    name: fitting('name', name),
    name_lower: name?.toLowerCase(),
    display_name: fitting('displayName', displayName),
    display_name_lower: displayName?.toLowerCase(),
    email: fitting('primaryEmail', email),
    email_lower: email?.toLowerCase(),
    available: flag(available),
    description: fitting('resourceDescription', description),
  });
}

function conflictsOf({ name = '', email = '' }: ResourceChanges) {
  return {
    resources_name: () => new UniqueConflictError('resourceName', name),
    resources_email: () => new UniqueConflictError('resourceEmail', email),
  };
}
