import type { Knex } from 'knex';
import { chunks } from '../../util/chunks.js';

/**
 * Removes the usage rows of mailboxes that no user has any more.
 * @returns how many there were
 */
export async function dropUnusedMailUsage(db: Knex, mailboxes: readonly string[]): Promise<number> {
  let dropped = 0;
  for (const chunk of chunks([...new Set(mailboxes)])) {
    const stillUsed: (string | null)[] = await db('users').whereIn('mailbox', chunk).pluck('mailbox');
    const unused = chunk.filter((mailbox) => !stillUsed.includes(mailbox));
    dropped += await db('mail_usage').whereIn('username', unused).delete();
  }
  return dropped;
}

/**
 * Moves the usage row to a user's new mailbox name, after the user's row was changed. Mailboxes can be shared
 * when addresses are unique per context only. A row in use by another user stays.
 */
export async function moveMailUsage(db: Knex, from: string | null, to: string | null): Promise<void> {
  if (from === to) return;
  const isOwn = to !== null && (await countHolders(db, to)) === 1;
  // An existing row belongs to a deleted or renamed mailbox.
  if (isOwn) await db('mail_usage').where({ username: to }).delete();
  if (from === null) return;
  if (isOwn && (await countHolders(db, from)) === 0)
    await db('mail_usage').where({ username: from }).update({ username: to });
  else await dropUnusedMailUsage(db, [from]);
}

async function countHolders(db: Knex, mailbox: string): Promise<number> {
  const holders: number[] = await db('users').where({ mailbox }).limit(2).pluck('id');
  return holders.length;
}
