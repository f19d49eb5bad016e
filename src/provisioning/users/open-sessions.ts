import type { Installation } from '../installation/installation.js';
import type { User } from '../model/model.js';
import { configNamespace, unifiedQuotaProperty } from '../quota/config-cascade.js';
import type { UserChanges } from '../repositories/user-repository.js';

type MailboxOwner = Pick<User, 'isContextAdmin' | 'primaryEmail'>;

/** The name under which mail servers know a user's mailbox: the lower-cased primary address. A context admin has none. */
export function mailboxOf({ isContextAdmin, primaryEmail }: MailboxOwner): string | null {
  return isContextAdmin || primaryEmail === '' ? null : primaryEmail.toLowerCase();
}

/** After the commit of a change that open mail sessions of these users would not notice. */
export async function endMailSessions(
  installation: Pick<Installation, 'mailboxChanged'>,
  users: readonly MailboxOwner[],
): Promise<void> {
  await installation.mailboxChanged(mailboxesOf(users), 'changed');
}

/** After the commit of a deletion, or of a change of address: nobody has these mailboxes any more. */
export async function endMailboxes(
  installation: Pick<Installation, 'mailboxChanged'>,
  users: readonly MailboxOwner[],
): Promise<void> {
  await installation.mailboxChanged(mailboxesOf(users), 'gone');
}

/** After the commit of a change of a user: ends its sessions if they must not go on as before. */
export async function endSessionsAfter(
  installation: Pick<Installation, 'mailboxChanged'>,
  before: User,
  changes: UserChanges,
): Promise<void> {
  const after = { ...before, ...changes };
  if (mailboxOf(before) !== mailboxOf(after)) return endMailboxes(installation, [before]);
  if (concernsSessions(before, after, changes)) await endMailSessions(installation, [before]);
}

/** Password, log-in or room for mail; whole objects are sent back, so what did not change says nothing. */
function concernsSessions(before: User, after: User, { attributeChanges = [] }: UserChanges): boolean {
  const fields = ['passwordHash', 'enabled', 'maxQuotaMb', 'mailQuotaMb', 'filestoreId'] as const;
  if (fields.some((field) => before[field] !== after[field])) return true;
  return attributeChanges.some(
    ({ namespace, key, value }) =>
      namespace === configNamespace &&
      key === unifiedQuotaProperty &&
      value !== (before.attributes.get(configNamespace)?.get(unifiedQuotaProperty) ?? null),
  );
}

function mailboxesOf(users: readonly MailboxOwner[]): string[] {
  return users.map(mailboxOf).filter((mailbox) => mailbox !== null);
}
