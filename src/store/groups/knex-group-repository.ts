import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type { Group } from '../../provisioning/model/model.js';
import type { GroupChanges, GroupRepository } from '../../provisioning/repositories/group-repository.js';
import { chunks, groupBy } from '../../util/chunks.js';
import { refusing } from '../database/database-error.js';
import type { Session } from '../database/session.js';
import { fitting } from '../schema/text-lengths.js';
import { definedColumns, type GroupRow } from '../schema/rows.js';
import { findIdByName, findIdsByPattern, inOrderOfIds } from './named-rows.js';

/** @see GroupRepository */
export class KnexGroupRepository implements GroupRepository {
  constructor(private readonly session: Session) {}

  insert(group: Group): Promise<void> {
    return this.session.changing('groupCreated', { group }, async (db) => {
      const { contextId, id } = group;
      const row = { ...toColumns(group), context_id: contextId, id };
      await refusing(conflictsOf(group.name), () => db('user_groups').insert(row));
      await insertMembers(db, contextId, id, group.memberIds);
    });
  }

  find(contextId: number, id: number): Promise<Group | null> {
    return this.session.read((db) => findGroup(db, contextId, id, false));
  }

  lock(contextId: number, id: number): Promise<Group | null> {
    return this.session.lock((db) => findGroup(db, contextId, id, true));
  }

  findMany(contextId: number, ids: readonly number[]): Promise<Group[]> {
    return this.session.read((db) => {
      const ofContext = () => db('user_groups').where({ context_id: contextId }).select('*');
      return inOrderOfIds(
        ids,
        (chunk) => ofContext().whereIn('id', chunk),
        (rows) => loadGroups(db, contextId, rows),
      );
    });
  }

  findIdByName(contextId: number, name: string): Promise<number | null> {
    return this.session.read((db) => findIdByName(db, 'user_groups', contextId, name));
  }

  search(contextId: number, pattern: string): Promise<number[]> {
    return this.session.read((db) => findIdsByPattern(db, 'user_groups', contextId, pattern));
  }

  findIdsByMember(contextId: number, userId: number): Promise<number[]> {
    return this.session.read(async (db) => {
      const ofMember = { context_id: contextId, user_id: userId };
      return db('group_members').where(ofMember).orderBy('group_id').pluck('group_id');
    });
  }

  update(contextId: number, id: number, changes: GroupChanges): Promise<void> {
    return this.session.changing('groupChanged', { contextId, id, changes }, async (db) => {
      const columns = toColumns(changes);
      if (Object.keys(columns).length > 0) {
        const group = () => db('user_groups').where({ context_id: contextId, id });
        await refusing(conflictsOf(changes.name ?? ''), () => group().update(columns));
      }
      if (changes.memberIds === undefined) return;
      await db('group_members').where({ context_id: contextId, group_id: id }).delete();
      await insertMembers(db, contextId, id, changes.memberIds);
    });
  }

  addMembers(contextId: number, id: number, userIds: readonly number[]): Promise<void> {
    return this.session.changing('groupMembersAdded', { contextId, id, userIds }, (db) =>
      insertMembers(db, contextId, id, userIds),
    );
  }

  removeMembers(contextId: number, id: number, userIds: readonly number[]): Promise<void> {
    return this.session.changing('groupMembersRemoved', { contextId, id, userIds }, async (db) => {
      for (const chunk of chunks(userIds)) {
        await db('group_members')
          .where({ context_id: contextId, group_id: id })
          .whereIn('user_id', chunk)
          .delete();
      }
    });
  }

  delete(contextId: number, ids: readonly number[], newDefaultGroupId: number): Promise<void> {
    return this.session.changing('groupsDeleted', { contextId, ids }, async (db) => {
      for (const chunk of chunks(ids)) {
        await db('users')
          .where({ context_id: contextId })
          .whereIn('default_group_id', chunk)
          .update({ default_group_id: newDefaultGroupId });
        await db('user_groups').where({ context_id: contextId }).whereIn('id', chunk).delete();
      }
    });
  }
}

async function findGroup(db: Knex, contextId: number, id: number, isLocking: boolean): Promise<Group | null> {
  const query = db('user_groups').where({ context_id: contextId, id }).select('*');
  const [group] = await loadGroups(db, contextId, await (isLocking ? query.forUpdate() : query));
  return group ?? null;
}

async function loadGroups(db: Knex, contextId: number, rows: readonly GroupRow[]): Promise<Group[]> {
  const groupIds = rows.map(({ id }) => id);
  const memberRows = await db('group_members')
    .where({ context_id: contextId })
    .whereIn('group_id', groupIds)
    .orderBy('user_id')
    .select('group_id', 'user_id');
  const members = groupBy(memberRows, (row) => row.group_id);
  return rows.map(({ id, name, display_name: displayName }) => {
    const memberIds = (members.get(id) ?? []).map((row) => row.user_id);
    return { contextId, id, name, displayName, memberIds };
  });
}

async function insertMembers(
  db: Knex,
  contextId: number,
  id: number,
  userIds: readonly number[],
): Promise<void> {
  const rows = userIds.map((userId) => ({ context_id: contextId, group_id: id, user_id: userId }));
  for (const chunk of chunks(rows)) await db('group_members').insert([...chunk]);
}

type NameColumns = Omit<GroupRow, 'context_id' | 'id'>;

function toColumns(group: Group): NameColumns;
function toColumns(changes: GroupChanges): Partial<NameColumns>;
function toColumns({ name, displayName }: GroupChanges): Partial<NameColumns> {
  return definedColumns({
    name: fitting('name', name),
    name_lower: name?.toLowerCase(),
    display_name: fitting('displayName', displayName),
    display_name_lower: displayName?.toLowerCase(),
  });
}

function conflictsOf(name: string) {
  return { user_groups_name: () => new UniqueConflictError('groupName', name) };
}
