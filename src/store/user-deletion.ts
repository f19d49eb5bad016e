import type { Knex } from 'knex';
import { chunks } from './chunks.js';
import { dropUnusedMailUsage } from './mail-usage.js';

/** Deletes users; everything that refers to them goes by foreign keys, their mail usage (which Dovecot writes) here. */
export async function deleteUsers(db: Knex, contextId: number, ids: readonly number[]): Promise<void> {
  for (const chunk of chunks(ids)) {
    const users = () => db('users').where({ context_id: contextId }).whereIn('id', chunk);
    const mailboxes: (string | null)[] = await users().pluck('mailbox');
    await users().delete();
    await dropUnusedMailUsage(
      db,
      mailboxes.filter((mailbox) => mailbox !== null),
    );
  }
}
