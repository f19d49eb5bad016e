import type { StoredUserData } from '../../provisioning/model/model.js';
import type { UserDataRepository } from '../../provisioning/repositories/user-repository.js';
import { chunks } from '../../util/chunks.js';
import { byIds, type MixedRow } from '../database/mixed-rows.js';
import type { Select } from '../database/statement.js';
import { bounded } from '../quota/bounded.js';
import { toUsage } from '../quota/users-with-usage.js';
import { storageColumns, storageOf, type StorageCells } from '../registry/knex-filestore-repository.js';
import { toUsers, usersSql, type UserCells } from './user-rows.js';

type Row = UserCells &
  StorageCells & {
    readonly mailBytes: number | null;
    readonly mailMessages: number | null;
    readonly fileBytes: number | null;
  };

const withUsage = {
  columns: [
    `${bounded('m.bytes')} AS mailBytes`,
    `${bounded('m.messages')} AS mailMessages`,
    `${bounded('f.bytes')} AS fileBytes`,
    ...storageColumns,
  ],
  joins: `LEFT JOIN mail_usage m ON m.username = u.mailbox
    LEFT JOIN file_usage f ON f.context_id = u.context_id AND f.user_id = u.id
    LEFT JOIN filestores s ON s.id = u.filestore_id`,
};

/** Users as they are shown; toUserData reads the rows. */
export const usersWithUsage = byIds(usersSql(withUsage));
export type UserDataRow = MixedRow<Row>;

/** @see UserDataRepository */
export class SqlUserDataRepository implements UserDataRepository {
  constructor(private readonly select: Select) {}

  async find(contextId: number, id: number): Promise<StoredUserData | null> {
    const [found] = await this.findMany(contextId, [id]);
    return found ?? null;
  }

  async findMany(contextId: number, ids: readonly number[]): Promise<StoredUserData[]> {
    const found: StoredUserData[] = [];
    for (const chunk of chunks([...new Set(ids)]))
      found.push(...toUserData(await this.select<UserDataRow>(usersWithUsage(contextId, chunk))));
    return found;
  }
}

/** Users of the rows of `usersWithUsage`. */
export function toUserData(rows: readonly UserDataRow[]): StoredUserData[] {
  return toUsers(rows).map(({ user, row }) => {
    const usage = toUsage({ ...row, storage: row.filestore_id, owner: row.filestore_owner_id });
    return { user, filestore: storageOf(row, row.filestore_id), usage };
  });
}
