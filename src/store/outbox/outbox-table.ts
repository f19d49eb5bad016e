import type { Knex } from 'knex';
import type { LedgerAccount } from '../../provisioning/repositories/ledger-repository.js';
import type { UserChanges } from '../../provisioning/repositories/user-repository.js';
import { chunks } from '../../util/chunks.js';
import { type ChangeTable, notConcerned } from '../database/changes.js';
import type { Session } from '../database/session.js';
import { mailboxesOf, noteChanged, noteFilesChanged, noteRemoved, noteRenamed } from './outbox-notes.js';

/** Notes in the outbox for a mail server that does not ask, for each kind of change. */
export function outboxTable(session: Session): ChangeTable {
  const write = (note: (db: Knex) => Promise<void>) => session.untold('written by a listener', note);
  const noteUsers = (contextId: number, ids: readonly number[]) => () =>
    write(async (db) => noteChanged(db, 'account', await mailboxesOf(db, contextId, ids)));
  const noteHost = (contextId: number, account: LedgerAccount | null) => async () => {
    if (account?.kind !== 'storage') return;
    const { userId } = account;
    await write(async (db) => noteFilesChanged(db, contextId, await hostOf(db, contextId, userId)));
  };
  return {
    ...notConcerned(
      'moduleAccessChanged',
      'contextCreated',
      'contextModuleAccessSet',
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
    ),
    userCreated:
      ({ user: { contextId } }) =>
      (id) =>
        noteUsers(contextId, [id])(),
    async userChanged({ contextId, id, changes }) {
      if (!toldFields.some((field) => changes[field] !== undefined)) return null;
      const before = await session.read((db) => standing(db, contextId, [id]));
      return () => write((db) => noteUserChanged(db, contextId, id, before));
    },
    async usersDeleted({ contextId, ids }) {
      const { mailboxes, hosts } = await session.read((db) => standing(db, contextId, ids));
      return () =>
        write(async (db) => {
          await noteGone(db, mailboxes);
          for (const host of hosts) await noteFilesChanged(db, contextId, host);
        });
    },
    contextChanged({ id, changes }) {
      const isTenantTold =
        changes.attributeChanges?.some(({ namespace }) => namespace === 'stalwart') ?? false;
      if (changes.enabled === undefined && !isTenantTold) return null;
      return () =>
        write(async (db) => {
          await noteChanged(db, 'account', await mailboxesOf(db, id, 'all'));
          if (isTenantTold) await noteChanged(db, 'tenant', [String(id)]);
        });
    },
    async contextDeleted({ id }) {
      const mailboxes = await session.read((db) => mailboxesOf(db, id, 'all'));
      return (isDeleted) =>
        write(async (db) => {
          await noteGone(db, mailboxes);
          if (isDeleted) await noteRemoved(db, 'tenant', [String(id)]);
        });
    },
    contextsEnabled:
      ({ ownerIds }) =>
      () =>
        write((db) => noteContextsOf(db, ownerIds)),
    async unifiedFlagsInherited({ contextIds, isEnabled }) {
      const mailboxes = await session.read((db) => mailboxesWithOneLimit(db, contextIds, isEnabled));
      return () => write((db) => noteChanged(db, 'account', mailboxes));
    },
    unifiedFlagSet: ({ contextId, userId }) => noteUsers(contextId, [userId]),
    mailboxPermissionsChanged: ({ contextId, userId }) => noteUsers(contextId, [userId]),
    fileUsagePassedOn:
      ({ contextId, heirId }) =>
      () =>
        write((db) => noteFilesChanged(db, contextId, heirId)),
    fileUsageReplaced:
      ({ holder: { contextId, userId } }) =>
      async (isReplaced) => {
        if (isReplaced && userId > 0) await write((db) => noteFilesChanged(db, contextId, userId));
      },
    filesReserved: ({ contextId, account }) => noteHost(contextId, account),
    filesMoved: ({ contextId, account }) => noteHost(contextId, account),
    usageSet: ({ place: { contextId }, account }) => noteHost(contextId, account),
    async reservationsSwept({ nowMs }) {
      const expiring = await session.read((db) => ownReservationsUntil(db, nowMs));
      return () =>
        write(async (db) => {
          for (const { context_id: contextId, counter } of expiring)
            await noteFilesChanged(db, contextId, Number(counter.slice('own:'.length)));
        });
    },
  };
}

/** Changes of anything else are no business of a mail server. */
const toldFields: readonly (keyof UserChanges)[] = [
  'primaryEmail',
  'aliases',
  'passwordHash',
  'enabled',
  'maxQuotaMb',
  'mailQuotaMb',
  'filestoreId',
  'filestoreOwnerId',
  'attributeChanges',
];

interface Standing {
  readonly mailboxes: readonly string[];
  readonly hosts: readonly number[];
}

async function noteUserChanged(db: Knex, contextId: number, id: number, before: Standing): Promise<void> {
  const after = await standing(db, contextId, [id]);
  const [from] = before.mailboxes;
  const [to] = after.mailboxes;
  if (to !== undefined && from !== undefined && from !== to) await noteRenamed(db, from, to);
  else await noteChanged(db, 'account', after.mailboxes);
  // Files that moved make room where they were, and take it where they are.
  for (const host of new Set([...before.hosts, ...after.hosts])) await noteFilesChanged(db, contextId, host);
}

async function noteContextsOf(db: Knex, ownerIds: readonly number[] | null): Promise<void> {
  const contexts = db('contexts').orderBy('id');
  if (ownerIds !== null) void contexts.whereIn('owner_id', [...ownerIds]);
  const ids: number[] = await contexts.pluck('id');
  for (const id of ids) await noteChanged(db, 'account', await mailboxesOf(db, id, 'all'));
}

/** Mailboxes whose limit an inherited flag may change; a user with an own value is told once too often. */
async function mailboxesWithOneLimit(
  db: Knex,
  contextIds: readonly number[],
  isEnabled: boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const page of chunks(contextIds)) {
    const users = db('users')
      .whereIn('context_id', page)
      .where({ unified_enabled: isEnabled ? 0 : 1 });
    void users.where('max_quota_mb', db.ref('mail_quota_mb')).where('mailbox', '<>', '');
    const names: (string | null)[] = await users.pluck('mailbox');
    found.push(...names.filter((name) => name !== null));
  }
  return found;
}

/** A mailbox that somebody else has, too, stays (addresses can be unique per context only). */
async function noteGone(db: Knex, mailboxes: readonly string[]): Promise<void> {
  for (const page of chunks(mailboxes)) {
    const kept: (string | null)[] = await db('users').whereIn('mailbox', page).pluck('mailbox');
    const [changed, gone] = [true, false].map((isKept) =>
      page.filter((mailbox) => kept.includes(mailbox) === isKept),
    );
    await noteChanged(db, 'account', changed ?? []);
    await noteRemoved(db, 'account', gone ?? []);
  }
}

/** The mailboxes of users, and the users in whose storages their files are. */
async function standing(db: Knex, contextId: number, ids: readonly number[]): Promise<Standing> {
  const mailboxes = await mailboxesOf(db, contextId, ids);
  const hosts = new Set<number>();
  for (const page of chunks(ids)) {
    const users = db('users').where({ context_id: contextId }).whereIn('id', page);
    for (const host of await users.where('filestore_owner_id', '>', 0).pluck('filestore_owner_id'))
      hosts.add(host);
  }
  return { mailboxes, hosts: [...hosts].sort((a, b) => a - b) };
}

function ownReservationsUntil(db: Knex, nowMs: number): Promise<{ context_id: number; counter: string }[]> {
  return db('quota_reservations')
    .where({ state: 'open' })
    .where('expires_at_ms', '<=', nowMs)
    .where('counter', 'like', 'own:%')
    .distinct('context_id', 'counter')
    .orderBy(['context_id', 'counter']);
}

/** In whose storage a user's files are. */
async function hostOf(db: Knex, contextId: number, userId: number): Promise<number> {
  const row = await db('users').where({ context_id: contextId, id: userId }).first('filestore_owner_id');
  return row === undefined || row.filestore_owner_id === 0 ? userId : row.filestore_owner_id;
}
