import type { Knex } from 'knex';
import { chunks } from '../util/chunks.js';
import { placeOf, takeUsage } from './file-usage.js';
import { dropKeys, dropReservations } from './ledger-sweep.js';
import { dropUnusedMailUsage } from './mail-usage.js';
import { claimForwards } from './unique-names.js';
import { readStorage } from './user-storage.js';

/** Deletes users; everything that refers to them goes by foreign keys, their mail usage (which Dovecot writes) here. */
export async function deleteUsers(db: Knex, contextId: number, ids: readonly number[]): Promise<void> {
  for (const chunk of chunks(ids)) {
    const users = () => db('users').where({ context_id: contextId }).whereIn('id', chunk);
    const mailboxes: (string | null)[] = await users().pluck('mailbox');
    const addresses: string[] = await db('unique_names')
      .where({ context_id: contextId, kind: 'mail', holder: 'user' })
      .whereIn('user_id', [...chunk])
      .pluck('value');
    await dropReservations(db, contextId, chunk);
    await dropKeys(db, contextId, chunk);
    await wipeHosted(db, contextId, chunk);
    await users().delete();
    await claimForwards(db, contextId, addresses);
    await dropUnusedMailUsage(
      db,
      mailboxes.filter((mailbox) => mailbox !== null),
    );
  }
}

/** What they held in storages that stay is no longer there. */
async function wipeHosted(db: Knex, contextId: number, ids: readonly number[]): Promise<void> {
  const held: number[] = await db('hosted_file_usage')
    .where({ context_id: contextId })
    .whereIn('user_id', ids)
    .orderBy('user_id')
    .pluck('user_id');
  for (const id of held) {
    const storage = await readStorage(db, contextId, id);
    if (storage !== null) await takeUsage(db, contextId, id, placeOf(storage));
  }
}
