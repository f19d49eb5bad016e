import type {
  Announcement,
  AnnouncementRepository,
} from '../../provisioning/repositories/mailbox-repository.js';
import { takeIds } from '../database/sequences.js';
import type { Session } from '../database/session.js';
import { fitting } from '../schema/text-lengths.js';
import { flag, type Flag } from '../schema/rows.js';
import './knex-mail-domain-repository.js';

/** @see AnnouncementRepository */
export class KnexAnnouncementRepository implements AnnouncementRepository {
  constructor(private readonly session: Session) {}

  takeNextId(): Promise<number> {
    return this.session.untold('takes a number', (db) => takeIds(db, 'announcement', 1));
  }

  insert(announcement: Announcement): Promise<void> {
    const { id, ownerId, enabled, content } = announcement;
    return this.session.changing('announcementCreated', { announcement }, async (db) => {
      const text = fitting('announcement', JSON.stringify(content));
      await db('announcements').insert({ id, owner_id: ownerId, enabled: flag(enabled), content: text });
    });
  }

  find(id: number): Promise<Announcement | null> {
    return this.session.read(async (db) => {
      const row = await db('announcements').where({ id }).first();
      return row === undefined ? null : toAnnouncement(row);
    });
  }

  lock(id: number): Promise<Announcement | null> {
    return this.session.lock(async (db) => {
      const row = await db('announcements').where({ id }).forUpdate().first();
      return row === undefined ? null : toAnnouncement(row);
    });
  }

  setEnabled(id: number, enabled: boolean): Promise<void> {
    return this.session.changing('announcementSwitched', { id, enabled }, async (db) => {
      await db('announcements')
        .where({ id })
        .update({ enabled: flag(enabled) });
    });
  }

  delete(id: number): Promise<void> {
    return this.session.changing('announcementDeleted', { id }, async (db) => {
      await db('announcements').where({ id }).delete();
    });
  }

  size(ownerId: number | null): Promise<{ count: number; bytes: number }> {
    return this.session.read(async (db) => {
      const sums = db.raw('COUNT(*) AS count, COALESCE(SUM(OCTET_LENGTH(content)), 0) AS bytes');
      const row: { count: number | string; bytes: number | string } | undefined = await db('announcements')
        .where({ owner_id: ownerId })
        .first(sums);
      return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) };
    });
  }

  list(ownerId?: number): Promise<Announcement[]> {
    return this.session.read(async (db) => {
      const query = db('announcements').orderBy('id');
      if (ownerId !== undefined) query.where({ owner_id: ownerId });
      return (await query).map(toAnnouncement);
    });
  }
}

function toAnnouncement(row: { id: number; owner_id: number | null; enabled: Flag; content: string }) {
  return {
    id: row.id,
    ownerId: row.owner_id,
    enabled: row.enabled === 1,
    content: JSON.parse(row.content) as Announcement['content'],
  };
}
