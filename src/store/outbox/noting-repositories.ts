import type { Knex } from 'knex';
import type { ContextChanges } from '../../provisioning/repositories/context-repository.js';
import type { MailboxPermissions } from '../../provisioning/repositories/mailbox-repository.js';
import type { Repositories } from '../../provisioning/repositories/store.js';
import type { NewUser, UserChanges } from '../../provisioning/repositories/user-repository.js';
import { chunks } from '../../util/chunks.js';
import { KnexContextRepository } from '../contexts/knex-context-repository.js';
import { KnexUnifiedFlagRepository } from '../contexts/knex-unified-flag-repository.js';
import type { Session } from '../database/session.js';
import { KnexMailboxPermissionRepository } from '../oxaas/knex-mail-account-repository.js';
import { KnexFileUsageRepository } from '../quota/knex-file-usage-repository.js';
import { KnexUserRepository } from '../users/knex-user-repository.js';
import { NotingLedgerRepository, NotingUsageRepository } from './noting-ledger-repository.js';
import { mailboxesOf, noteChanged, noteFilesChanged, noteRemoved, noteRenamed } from './outbox-notes.js';

/** The repositories whose writes a mail server that does not ask must be told of. Each write leaves its note in the same transaction. */
export function notingRepositories(session: Session): Partial<Repositories> {
  return {
    users: new NotingUserRepository(session),
    contexts: new NotingContextRepository(session),
    unifiedFlags: new NotingUnifiedFlagRepository(session),
    mailboxPermissions: new NotingMailboxPermissionRepository(session),
    fileUsage: new NotingFileUsageRepository(session),
    ledger: new NotingLedgerRepository(session),
    usage: new NotingUsageRepository(session),
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

class NotingUserRepository extends KnexUserRepository {
  constructor(private readonly noted: Session) {
    super(noted);
  }

  override async create(user: NewUser): Promise<number> {
    const id = await super.create(user);
    await this.note(user.user.contextId, [id]);
    return id;
  }

  override async update(contextId: number, id: number, changes: UserChanges): Promise<void> {
    const before = await this.noted.write((db) => standing(db, contextId, [id]));
    await super.update(contextId, id, changes);
    if (!toldFields.some((field) => changes[field] !== undefined)) return;
    await this.noted.write(async (db) => {
      const after = await standing(db, contextId, [id]);
      const [from] = before.mailboxes;
      const [to] = after.mailboxes;
      if (to !== undefined && from !== undefined && from !== to) await noteRenamed(db, from, to);
      else await noteChanged(db, 'account', after.mailboxes);
      // Files that moved make room where they were, and take it where they are.
      for (const host of new Set([...before.hosts, ...after.hosts]))
        await noteFilesChanged(db, contextId, host);
    });
  }

  override async delete(contextId: number, ids: readonly number[]): Promise<void> {
    const { mailboxes, hosts } = await this.noted.write((db) => standing(db, contextId, ids));
    await super.delete(contextId, ids);
    await this.noted.write(async (db) => {
      await noteGone(db, mailboxes);
      for (const host of hosts) await noteFilesChanged(db, contextId, host);
    });
  }

  private async note(contextId: number, ids: readonly number[]): Promise<void> {
    await this.noted.write(async (db) => noteChanged(db, 'account', await mailboxesOf(db, contextId, ids)));
  }
}

class NotingContextRepository extends KnexContextRepository {
  constructor(private readonly noted: Session) {
    super(noted);
  }

  override async update(id: number, changes: ContextChanges): Promise<void> {
    await super.update(id, changes);
    const isTenantTold = changes.attributeChanges?.some(({ namespace }) => namespace === 'stalwart') ?? false;
    if (changes.enabled === undefined && !isTenantTold) return;
    await this.noted.write(async (db) => {
      await noteChanged(db, 'account', await mailboxesOf(db, id, 'all'));
      if (isTenantTold) await noteChanged(db, 'tenant', [String(id)]);
    });
  }

  override async delete(id: number): Promise<boolean> {
    const mailboxes = await this.noted.write((db) => mailboxesOf(db, id, 'all'));
    const isDeleted = await super.delete(id);
    await this.noted.write(async (db) => {
      await noteGone(db, mailboxes);
      if (isDeleted) await noteRemoved(db, 'tenant', [String(id)]);
    });
    return isDeleted;
  }

  override async setAllEnabled(ownerIds: readonly number[] | null, enabled: boolean): Promise<void> {
    await super.setAllEnabled(ownerIds, enabled);
    await this.noted.write(async (db) => {
      const contexts = db('contexts').orderBy('id');
      if (ownerIds !== null) void contexts.whereIn('owner_id', [...ownerIds]);
      const ids: number[] = await contexts.pluck('id');
      for (const id of ids) await noteChanged(db, 'account', await mailboxesOf(db, id, 'all'));
    });
  }
}

class NotingUnifiedFlagRepository extends KnexUnifiedFlagRepository {
  constructor(private readonly noted: Session) {
    super(noted);
  }

  override async inherit(contextIds: readonly number[], isEnabled: boolean): Promise<void> {
    // A superset of those for whom it makes a difference: who sets the property for itself is told once too often.
    const mailboxes = await this.noted.write(async (db) => {
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
    });
    await super.inherit(contextIds, isEnabled);
    await this.noted.write((db) => noteChanged(db, 'account', mailboxes));
  }

  override async set(contextId: number, userId: number, isEnabled: boolean): Promise<void> {
    await super.set(contextId, userId, isEnabled);
    await this.noted.write(async (db) =>
      noteChanged(db, 'account', await mailboxesOf(db, contextId, [userId])),
    );
  }
}

class NotingMailboxPermissionRepository extends KnexMailboxPermissionRepository {
  constructor(private readonly noted: Session) {
    super(noted);
  }

  override async update(
    contextId: number,
    userId: number,
    changes: Partial<MailboxPermissions>,
  ): Promise<void> {
    await super.update(contextId, userId, changes);
    await this.noted.write(async (db) =>
      noteChanged(db, 'account', await mailboxesOf(db, contextId, [userId])),
    );
  }
}

class NotingFileUsageRepository extends KnexFileUsageRepository {
  constructor(private readonly noted: Session) {
    super(noted);
  }

  override async passOn(contextId: number, userIds: readonly number[], heirId: number): Promise<void> {
    await super.passOn(contextId, userIds, heirId);
    await this.noted.write((db) => noteFilesChanged(db, contextId, heirId));
  }
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
async function standing(
  db: Knex,
  contextId: number,
  ids: readonly number[],
): Promise<{ readonly mailboxes: string[]; readonly hosts: number[] }> {
  const mailboxes = await mailboxesOf(db, contextId, ids);
  const hosts = new Set<number>();
  for (const page of chunks(ids)) {
    const users = db('users').where({ context_id: contextId }).whereIn('id', page);
    for (const host of await users.where('filestore_owner_id', '>', 0).pluck('filestore_owner_id'))
      hosts.add(host);
  }
  return { mailboxes, hosts: [...hosts].sort((a, b) => a - b) };
}
