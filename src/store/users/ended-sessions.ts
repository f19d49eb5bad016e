import type { Knex } from 'knex';
import { mailboxOf } from '../../provisioning/model/mailbox-of.js';
import type { User } from '../../provisioning/model/model.js';
import { configNamespace, unifiedQuotaProperty } from '../../provisioning/quota/config-cascade.js';
import type { UserChanges, UserRepository } from '../../provisioning/repositories/user-repository.js';
import { type ChangeTable, notConcerned } from '../database/changes.js';
import type { Session } from '../database/session.js';
import { mailboxesOf } from '../outbox/outbox-notes.js';

/** Meaning of a change for open sessions: another quota, password or rights, or a mailbox that nobody has any more. */
export type SessionEnd = 'changed' | 'gone';

/** Ends open mail sessions after a commit that they would not notice. Never throws, and waits a moment at most. */
export type EndSessions = (mailboxes: readonly string[], end: SessionEnd) => Promise<void>;

/** Mailboxes whose open sessions end once the transaction is committed. */
export class EndedSessions {
  private readonly ends = new Map<string, SessionEnd>();

  /** Forgets a try that was rolled back. */
  clear(): void {
    this.ends.clear();
  }

  add(mailboxes: readonly (string | null)[], end: SessionEnd): void {
    for (const mailbox of mailboxes)
      if (mailbox && this.ends.get(mailbox) !== 'gone') this.ends.set(mailbox, end);
  }

  async tell(endSessions: EndSessions): Promise<void> {
    for (const end of ['gone', 'changed'] as const) {
      const mailboxes = [...this.ends].filter(([, of]) => of === end).map(([mailbox]) => mailbox);
      if (mailboxes.length > 0) await endSessions(mailboxes, end);
    }
  }
}

/** Sessions to end for each kind of change, those of users that can log in no more among them. */
export function sessionTable(
  session: Session,
  users: Pick<UserRepository, 'find'>,
  ended: EndedSessions,
): ChangeTable {
  const end = async (of: SessionEnd, contextId: number, userIds: readonly number[] | 'all') =>
    ended.add(await session.read((db) => mailboxesOf(db, contextId, userIds)), of);
  return {
    // Rights that are granted, and limits of files, are met at the next login.
    ...notConcerned(
      'userCreated',
      'moduleAccessChanged',
      'contextCreated',
      'contextModuleAccessSet',
      'unifiedFlagsInherited',
      'unifiedFlagSet',
      'resellerCreated',
      'resellerChanged',
      'resellerDeleted',
      'groupCreated',
      'groupChanged',
      'groupMembersAdded',
      'groupMembersRemoved',
      'groupsDeleted',
      'resourceCreated',
      'resourceChanged',
      'resourceDeleted',
      'capabilitiesReplaced',
      'objectQuotasSet',
      'catchallCreated',
      'catchallDeleted',
      'mailDomainCreated',
      'mailDomainChanged',
      'mailDomainDeleted',
      'forwardPut',
      'forwardsDeleted',
      'announcementCreated',
      'announcementSwitched',
      'announcementDeleted',
      'secondaryAccountsCreated',
      'secondaryAccountChanged',
      'secondaryAccountsDeleted',
      'entryRegistered',
      'entryChanged',
      'entryUnregistered',
      'databaseAssigned',
      'mailUsageReplaced',
      'fileUsageReplaced',
      'fileUsagePassedOn',
      'filesReserved',
      'filesMoved',
      'usageSet',
      'reservationsSwept',
    ),
    async userChanged({ contextId, id, changes, locked, sessions }) {
      if (sessions === 'stay') return null;
      const before = locked ?? (await users.find(contextId, id));
      const of = before && (sessions === 'end' ? 'changed' : endAfter(before, changes));
      if (of) ended.add([mailboxOf(before)], of);
      return null;
    },
    async usersDeleted({ contextId, ids }) {
      await end('gone', contextId, ids);
      return null;
    },
    async contextChanged({ id, changes }) {
      if (changes.enabled === false) await end('changed', id, 'all');
      return null;
    },
    async contextDeleted({ id }) {
      await end('gone', id, 'all');
      return null;
    },
    async contextsEnabled({ ownerIds, enabled }) {
      if (!enabled) ended.add(await session.read((db) => mailboxesOfOwners(db, ownerIds)), 'changed');
      return null;
    },
    async mailboxPermissionsChanged({ contextId, userId, changes }) {
      if (Object.values(changes).includes(false)) await end('changed', contextId, [userId]);
      return null;
    },
  };
}

/** Mailboxes of the contexts of some owners, or (null) of all. */
function mailboxesOfOwners(db: Knex, ownerIds: readonly number[] | null): Promise<string[]> {
  const users = db('users').where('mailbox', '<>', '');
  if (ownerIds !== null) {
    const owned = db('contexts').whereIn('owner_id', [...ownerIds]);
    void users.whereIn('context_id', owned.select('id'));
  }
  return users.pluck('mailbox') as Promise<string[]>;
}

/** End of a user's sessions after a change; null: they go on, as whole objects are sent back unchanged. */
function endAfter(before: User, changes: UserChanges): SessionEnd | null {
  const after = { ...before, ...changes };
  if (mailboxOf(before) !== mailboxOf(after)) return 'gone';
  return concernsSessions(before, after, changes) ? 'changed' : null;
}

/** Password, log-in or room for mail. */
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
