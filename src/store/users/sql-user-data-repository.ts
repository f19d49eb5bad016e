import type { Group, StoredUserAndGroup, StoredUserData } from '../../provisioning/model/model.js';
import type { UserDataRepository } from '../../provisioning/repositories/user-repository.js';
import { chunks } from '../../util/chunks.js';
import {
  byIds,
  cellRows,
  numberCell,
  optionalText,
  rowKind,
  rowsOf,
  textCell,
  type CellRow,
  type KindFrom,
  type MixedRow,
} from '../database/mixed-rows.js';
import type { Select } from '../database/statement.js';
import { bounded } from '../quota/bounded.js';
import { toUsage } from '../quota/users-with-usage.js';
import { storageColumns, storageOf, type StorageCells } from '../registry/knex-filestore-repository.js';
import { chosenUsers, furtherKind, toUsers, usersSql, type UserCells } from './user-rows.js';

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

interface GroupCells {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  /** All members as one text, since a group may have all users; needs no temporary table on disk. */
  readonly memberIds: string | null;
}

const groupCells = {
  id: numberCell('g.id'),
  name: textCell('g.name'),
  displayName: textCell('g.display_name'),
  memberIds: optionalText(
    '(SELECT GROUP_CONCAT(e.user_id) FROM group_members e WHERE e.context_id = g.context_id AND e.group_id = g.id)',
  ),
};
const groupKind = rowKind<GroupCells>(1, groupCells);
const defaultGroupKind = rowKind<GroupCells>(furtherKind, groupCells);
const defaultGroup: KindFrom = [
  defaultGroupKind,
  `FROM users u JOIN user_groups g ON g.context_id = u.context_id AND g.id = u.default_group_id
    WHERE ${chosenUsers}`,
];

const usersWithUsage = byIds(usersSql({ ...withUsage, kinds: [] }));
/** A user with its default group; toUserAndGroup reads the rows. */
export const userAndGroup = byIds(usersSql({ ...withUsage, kinds: [defaultGroup] }));
export type UserAndGroupRow = MixedRow<Row>;

const groupsByIds = byIds(
  cellRows([[groupKind, 'FROM user_groups g WHERE g.context_id = ? AND g.id IN ({ids})']]),
);

/** @see UserDataRepository */
export class SqlUserDataRepository implements UserDataRepository {
  constructor(private readonly select: Select) {}

  async find(contextId: number, id: number): Promise<StoredUserAndGroup | null> {
    return toUserAndGroup(contextId, await this.select<UserAndGroupRow>(userAndGroup(contextId, [id])));
  }

  async findMany(contextId: number, ids: readonly number[]): Promise<StoredUserData[]> {
    const found: StoredUserData[] = [];
    for (const chunk of chunks([...new Set(ids)]))
      found.push(...toUserData(await this.select<MixedRow<Row>>(usersWithUsage(contextId, chunk))));
    return found;
  }

  async findGroups(contextId: number, ids: readonly number[]): Promise<Group[]> {
    const found: Group[] = [];
    for (const chunk of chunks([...new Set(ids)])) {
      const rows = await this.select<CellRow>(groupsByIds(contextId, chunk));
      found.push(...rowsOf(rows, groupKind).map((cells) => toGroup(contextId, cells)));
    }
    return found;
  }
}

/** @returns null: there are none */
export function toUserAndGroup(
  contextId: number,
  rows: readonly UserAndGroupRow[],
): StoredUserAndGroup | null {
  const [data] = toUserData(rows);
  if (data === undefined) return null;
  const [group] = rowsOf(rows, defaultGroupKind).map((cells) => toGroup(contextId, cells));
  return { ...data, defaultGroup: group ?? null };
}

function toUserData(rows: readonly MixedRow<Row>[]): StoredUserData[] {
  return toUsers(rows).map(({ user, row }) => {
    const usage = toUsage({ ...row, storage: row.filestore_id, owner: row.filestore_owner_id });
    return { user, filestore: storageOf(row, row.filestore_id), usage };
  });
}

function toGroup(contextId: number, { memberIds: joined, ...group }: GroupCells): Group {
  const memberIds = joined === null ? [] : joined.split(',').map(Number);
  memberIds.sort((a, b) => a - b);
  return { contextId, ...group, memberIds };
}
