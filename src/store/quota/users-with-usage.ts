import type { Knex } from 'knex';
import type { QuotaInput, QuotaUsage } from '../../provisioning/model/model.js';
import { chunks } from '../../util/chunks.js';
import { bounded } from './bounded.js';

/** Row of `quotaColumns`. */
export interface QuotaRow {
  readonly max_quota_mb: number;
  readonly filestore_id: number;
  readonly filestore_owner_id: number;
  readonly mail_quota_mb: number | null;
  readonly unified_enabled: number;
  readonly mail_bytes: number | null;
  readonly file_bytes: number | null;
}

/** Of `usersWithUsage`: what a user's quota state follows from. */
export const quotaColumns = (db: Knex) => ({
  max_quota_mb: 'u.max_quota_mb',
  filestore_id: 'u.filestore_id',
  filestore_owner_id: 'u.filestore_owner_id',
  mail_quota_mb: 'u.mail_quota_mb',
  unified_enabled: 'u.unified_enabled',
  mail_bytes: db.raw(bounded('m.bytes')),
  file_bytes: db.raw(bounded('f.bytes')),
});

/** Of `users`, `u`: mail and files share one budget. The same condition as in quotaState (src/quota) and in the view mail_accounts. */
export const isUnified = `(u.unified_enabled = 1 AND u.filestore_id <> 0 AND u.filestore_owner_id = 0
  AND u.max_quota_mb > 0 AND u.mail_quota_mb = u.max_quota_mb)`;

/** Users `u` with usage of mail `m` and files `f`; those columns are null without a count. */
export function usersWithUsage(db: Knex): Knex.QueryBuilder {
  return db
    .from('users as u')
    .leftJoin('mail_usage as m', 'm.username', 'u.mailbox')
    .leftJoin('file_usage as f', (on) => on.on('f.context_id', 'u.context_id').andOn('f.user_id', 'u.id'));
}

/** A row as quotaState takes it. */
export function toQuotaInput(row: QuotaRow): QuotaInput {
  return {
    maxQuotaMb: row.max_quota_mb,
    ownsFilestore: row.filestore_id > 0 && row.filestore_owner_id === 0,
    mailQuotaMb: row.mail_quota_mb,
    unifiedEnabled: row.unified_enabled === 1,
    mailBytes: row.mail_bytes ?? 0,
    fileBytes: row.file_bytes ?? 0,
  };
}

/** Usage of existing users; one query for 500 of them. */
export async function loadUsage(
  db: Knex,
  contextId: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, QuotaUsage>> {
  const usage = new Map<number, QuotaUsage>();
  for (const chunk of chunks(ids)) {
    const rows: UsageRow[] = await usersWithUsage(db)
      .where('u.context_id', contextId)
      .whereIn('u.id', chunk)
      .select({
        id: 'u.id',
        mailBytes: db.raw(bounded('m.bytes')),
        mailMessages: db.raw(bounded('m.messages')),
        fileBytes: db.raw(bounded('f.bytes')),
        storage: 'u.filestore_id',
        owner: 'u.filestore_owner_id',
      });
    for (const row of rows) usage.set(row.id, toUsage(row));
  }
  return usage;
}

export function toUsage({
  mailBytes,
  mailMessages,
  fileBytes,
  storage,
  owner,
}: Omit<UsageRow, 'id'>): QuotaUsage {
  return {
    mailBytes: mailBytes ?? 0,
    mailMessages: mailMessages ?? 0,
    // The row comes with the first file.
    fileBytes: fileBytes ?? (storage > 0 && owner === 0 ? 0 : null),
  };
}

interface UsageRow {
  readonly id: number;
  readonly mailBytes: number | null;
  readonly mailMessages: number | null;
  readonly fileBytes: number | null;
  readonly storage: number;
  readonly owner: number;
}
