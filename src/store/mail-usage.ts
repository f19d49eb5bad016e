import type { Knex } from 'knex';
import { chunks } from './chunks.js';

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
 * Lets the usage row follow a user to the new mailbox name. Called after the user's row was changed. Mailboxes can be shared
 * when addresses are unique per context only: a row that somebody else still uses stays where it is.
 */
export async function moveMailUsage(db: Knex, from: string | null, to: string | null): Promise<void> {
  if (from === to) return;
  if (from !== null && to !== null && !(await isShared(db, from, to))) {
    await db('mail_usage').where({ username: to }).delete();
    await db('mail_usage').where({ username: from }).update({ username: to });
  } else if (from !== null) {
    await dropUnusedMailUsage(db, [from]);
  }
}

/** Whether anybody still has the old name, or anybody besides the one who moved has the new one. */
async function isShared(db: Knex, from: string, to: string): Promise<boolean> {
  const holders: (string | null)[] = await db('users')
    .whereIn('mailbox', [from, to])
    .limit(2)
    .pluck('mailbox');
  return holders.length > 1;
}
