import type { Knex } from 'knex';
import type { QuotaUsage } from '../provisioning/model/model.js';
import { chunks } from '../util/chunks.js';
import { bounded } from './bounded.js';
import { usersWithUsage } from './users-with-usage.js';

/** What users hold, for those of the ids that exist; one query for 500 of them. */
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
