import type { Group } from '../provisioning/model.js';
import type { StoredUserData, UserDataRepository } from '../provisioning/user-data-repository.js';
import { chunks, groupBy } from './chunks.js';
import { storageColumns, storageOf, type StorageCells } from './filestore-repository.js';
import { cellsOf, isMain, mixedRows, withIds, type MixedRow } from './mixed-rows.js';
import type { Select } from './statement.js';
import { toUsers, usersSql, type UserCells } from './user-rows.js';
import { toUsage } from './user-usage.js';

type Row = UserCells &
  StorageCells & {
    readonly mailBytes: number | null;
    readonly mailMessages: number | null;
    readonly fileBytes: number | null;
  };

interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly display_name: string;
}

const usersWithUsageSql = usersSql(
  ['m.bytes AS mailBytes', 'm.messages AS mailMessages', 'f.bytes AS fileBytes', ...storageColumns],
  `LEFT JOIN mail_usage m ON m.username = u.mailbox
    LEFT JOIN file_usage f ON f.context_id = u.context_id AND f.user_id = u.id
    LEFT JOIN filestores s ON s.id = u.filestore_id`,
);

const groupsSql = mixedRows(
  {
    columns: ['id', 'name', 'display_name'],
    from: 'FROM user_groups WHERE context_id = ? AND id IN ({ids})',
  },
  [
    {
      cells: ['group_id', 'user_id'],
      from: 'FROM group_members WHERE context_id = ? AND group_id IN ({ids})',
    },
  ],
);
const memberKind = 1;

/** @see UserDataRepository */
export class SqlUserDataRepository implements UserDataRepository {
  constructor(private readonly select: Select) {}

  async findMany(contextId: number, ids: readonly number[]): Promise<StoredUserData[]> {
    const found: StoredUserData[] = [];
    for (const chunk of chunks([...new Set(ids)])) {
      const rows = await this.select<MixedRow<Row>>(withIds(usersWithUsageSql, contextId, chunk));
      for (const { user, row } of toUsers(rows)) {
        const usage = toUsage({ ...row, storage: row.filestore_id, owner: row.filestore_owner_id });
        found.push({ user, filestore: storageOf(row, row.filestore_id), usage });
      }
    }
    return found;
  }

  async findGroups(contextId: number, ids: readonly number[]): Promise<Group[]> {
    const found: Group[] = [];
    for (const chunk of chunks([...new Set(ids)])) {
      const rows = await this.select<MixedRow<GroupRow>>(withIds(groupsSql, contextId, chunk));
      const members = groupBy(cellsOf(rows, memberKind), ({ cell1 }) => Number(cell1));
      for (const { id, name, display_name: displayName } of rows.filter(isMain)) {
        const memberIds = (members.get(id) ?? []).map(({ cell2 }) => Number(cell2)).sort((a, b) => a - b);
        found.push({ contextId, id, name, displayName, memberIds });
      }
    }
    return found;
  }
}
