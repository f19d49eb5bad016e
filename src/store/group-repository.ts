import type { Group } from '../provisioning/model.js';
import type { GroupRepository } from '../provisioning/store.js';
import { chunks } from './chunks.js';
import { fitting } from './limits.js';
import type { Session } from './session.js';

/** @see GroupRepository */
export class KnexGroupRepository implements GroupRepository {
  constructor(private readonly session: Session) {}

  insert(group: Group): Promise<void> {
    return this.session.write(async (db) => {
      const { contextId, id } = group;
      await db('user_groups').insert({
        context_id: contextId,
        id,
        name: fitting('name', group.name),
        display_name: fitting('displayName', group.displayName),
      });
      for (const chunk of chunks(group.memberIds)) {
        await db('group_members').insert(
          chunk.map((userId) => ({ context_id: contextId, group_id: id, user_id: userId })),
        );
      }
    });
  }

  find(contextId: number, id: number): Promise<Group | null> {
    return this.session.read(async (db) => {
      const row = await db('user_groups').where({ context_id: contextId, id }).first();
      if (row === undefined) return null;
      const ofGroup = { context_id: contextId, group_id: id };
      const memberIds: number[] = await db('group_members')
        .where(ofGroup)
        .orderBy('user_id')
        .pluck('user_id');
      return { contextId, id, name: row.name, displayName: row.display_name, memberIds };
    });
  }
}
