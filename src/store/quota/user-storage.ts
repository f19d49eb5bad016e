import type { Knex } from 'knex';
import type { UserChanges } from '../../provisioning/repositories/user-repository.js';
import { giveUsage, placeOf, takeUsage, type StorageColumns } from './file-usage.js';
import { dropReservations } from './ledger-sweep.js';

/** True for a change of a user's filestore, or of others sharing it. */
export function touchesStorage({ filestoreId, filestoreOwnerId, maxQuotaMb }: UserChanges): boolean {
  return filestoreId !== undefined || filestoreOwnerId !== undefined || maxQuotaMb !== undefined;
}

/** The storage columns of a user, null without such a user. */
export async function readStorage(
  db: Knex,
  contextId: number,
  id: number,
): Promise<(StorageColumns & { readonly max_quota_mb: number }) | null> {
  const columns = ['id', 'filestore_id', 'filestore_owner_id', 'max_quota_mb'] as const;
  const row = await db('users')
    .where({ context_id: contextId, id })
    .first(...columns);
  return row ?? null;
}

/** Follows a change of a user's row: moves the bytes, and updates all users of the same filestore. */
export async function followStorage(db: Knex, contextId: number, before: StorageColumns): Promise<void> {
  const after = await readStorage(db, contextId, before.id);
  if (after === null) return;
  const from = placeOf(before);
  const to = placeOf(after);
  if (from.hostId !== to.hostId) {
    await dropReservations(db, contextId, [before.id]);
    const amount = await takeUsage(db, contextId, before.id, from);
    await giveUsage(db, contextId, before.id, to, amount);
  }
  if (after.filestore_id === 0) return;
  const shared = { filestore_id: after.filestore_id, max_quota_mb: after.max_quota_mb };
  const ownerId = after.filestore_owner_id === 0 ? after.id : after.filestore_owner_id;
  await db('users').where({ context_id: contextId, filestore_owner_id: ownerId }).update(shared);
  if (ownerId !== after.id) await db('users').where({ context_id: contextId, id: ownerId }).update(shared);
}
