import type { User } from './model.js';

/** The name under which mail servers know a user's mailbox: the lower-cased primary address. A context admin has none. */
export function mailboxOf({
  isContextAdmin,
  primaryEmail,
}: Pick<User, 'isContextAdmin' | 'primaryEmail'>): string | null {
  return isContextAdmin || primaryEmail === '' ? null : primaryEmail.toLowerCase();
}
