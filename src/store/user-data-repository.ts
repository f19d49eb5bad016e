import type { Group } from '../provisioning/model.js';
import type { StoredUserData, UserDataRepository } from '../provisioning/user-data-repository.js';
import { chunks } from './chunks.js';
import { storageColumns, storageOf, type StorageCells } from './filestore-repository.js';
import { parsedRows, type JsonRows } from './json-rows.js';
import type { SqlDialect } from './sql-dialect.js';
import { placeholders, type Select } from './statement.js';
import { belongingsSql, toUser, type WholeUserRow } from './user-rows.js';
import { toUsage } from './user-usage.js';

type Row = WholeUserRow &
  StorageCells & {
    readonly mailBytes: number | null;
    readonly mailMessages: number | null;
    readonly fileBytes: number | null;
  };

interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly display_name: string;
  readonly members: JsonRows<number>;
}

/** @see UserDataRepository */
export class SqlUserDataRepository implements UserDataRepository {
  private readonly users: string;
  private readonly groups: string;

  constructor(
    private readonly select: Select,
    dialect: SqlDialect,
  ) {
    this.users = usersSql(dialect);
    this.groups = groupsSql(dialect);
  }

  async findMany(contextId: number, ids: readonly number[]): Promise<StoredUserData[]> {
    const found: StoredUserData[] = [];
    for (const chunk of chunks([...new Set(ids)])) {
      const rows = await this.select<Row>(forIds(this.users, contextId, chunk));
      found.push(...rows.map(toUserData));
    }
    return found;
  }

  async findGroups(contextId: number, ids: readonly number[]): Promise<Group[]> {
    const found: Group[] = [];
    for (const chunk of chunks([...new Set(ids)])) {
      const rows = await this.select<GroupRow>(forIds(this.groups, contextId, chunk));
      for (const { id, name, display_name: displayName, members } of rows) {
        const memberIds = parsedRows(members).sort((a, b) => a - b);
        found.push({ contextId, id, name, displayName, memberIds });
      }
    }
    return found;
  }
}

function usersSql(dialect: SqlDialect): string {
  return `SELECT u.*, m.bytes AS mailBytes, m.messages AS mailMessages, f.bytes AS fileBytes,
    ${storageColumns},
    ${belongingsSql(dialect, 'u')}
    FROM users u
    LEFT JOIN mail_usage m ON m.username = u.mailbox
    LEFT JOIN file_usage f ON f.context_id = u.context_id AND f.user_id = u.id
    LEFT JOIN filestores s ON s.id = u.filestore_id
    WHERE u.context_id = ? AND u.id IN ({ids})`;
}

function groupsSql({ jsonRows }: SqlDialect): string {
  return `SELECT g.id, g.name, g.display_name,
    (SELECT ${jsonRows}(e.user_id) FROM group_members e WHERE e.context_id = g.context_id AND e.group_id = g.id) AS members
    FROM user_groups g WHERE g.context_id = ? AND g.id IN ({ids})`;
}

function forIds(sql: string, contextId: number, ids: readonly number[]) {
  return { sql: sql.replace('{ids}', placeholders(ids.length)), bindings: [contextId, ...ids] };
}

function toUserData(row: Row): StoredUserData {
  return {
    user: toUser(row),
    filestore: storageOf(row, row.filestore_id),
    usage: toUsage({ ...row, storage: row.filestore_id, owner: row.filestore_owner_id }),
  };
}
