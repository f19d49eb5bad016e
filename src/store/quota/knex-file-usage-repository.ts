import type { Knex } from 'knex';
import type { FileUsageRepository } from '../../provisioning/repositories/usage-repository.js';
import type { Session } from '../database/session.js';
import { addToHost, giveUsage, insertOrAdd, placeOf, takeUsage, type Place } from './file-usage.js';
import { readStorage } from './user-storage.js';

/** @see FileUsageRepository */
export class KnexFileUsageRepository implements FileUsageRepository {
  constructor(private readonly session: Session) {}

  sharers(contextId: number, ownerId: number): Promise<number[]> {
    return this.session.read((db) =>
      db('users').where({ context_id: contextId, filestore_owner_id: ownerId }).orderBy('id').pluck('id'),
    );
  }

  heldBytes(contextId: number, userId: number): Promise<number> {
    return this.session.read(async (db) => {
      const storage = await readStorage(db, contextId, userId);
      if (storage === null) return 0;
      const table = placeOf(storage).isOwn ? 'file_usage' : 'hosted_file_usage';
      const row = await db(table).where({ context_id: contextId, user_id: userId }).first('bytes');
      return row?.bytes ?? 0;
    });
  }

  passOn(contextId: number, userIds: readonly number[], heirId: number): Promise<void> {
    return this.session.changing('fileUsagePassedOn', { contextId, heirId }, async (db) => {
      const heirRow = await readStorage(db, contextId, heirId);
      const heir = heirRow === null ? inContext : placeOf(heirRow);
      for (const userId of userIds) {
        const row = await readStorage(db, contextId, userId);
        if (row !== null) await passOne(db, contextId, { userId, place: placeOf(row) }, { heirId, heir });
      }
    });
  }
}

const inContext: Place = { hostId: null, isOwn: false };

async function passOne(
  db: Knex,
  contextId: number,
  { userId, place }: { userId: number; place: Place },
  { heirId, heir }: { heirId: number; heir: Place },
): Promise<void> {
  if (!place.isOwn && place.hostId !== heir.hostId) {
    // The bytes stay where they are, counted for nobody in particular.
    await db('hosted_file_usage').where({ context_id: contextId, user_id: userId }).delete();
    return;
  }
  const amount = await takeUsage(db, contextId, userId, place);
  if (place.isOwn && !heir.isOwn && heir.hostId !== null) {
    // An heir in a master's storage has none of its own, so the files go to the context.
    await addToHost(db, contextId, null, amount);
    return;
  }
  await giveUsage(db, contextId, heirId, heir, amount);
  if (place.isOwn) await insertOrAdd(db, 'file_usage', contextId, userId, { bytes: 0, files: 0 });
}
