import type {
  AccessFacts,
  AccessQuery,
  AccessRepository,
  TakenNames,
  WantedNames,
} from '../provisioning/access-repository.js';
import type { ClaimHolder } from '../provisioning/store.js';
import { toContext } from './context-rows.js';
import { storageColumns, storageOf, type StorageCells } from './filestore-repository.js';
import { attributesOf, inOrder, parsedRows, type JsonRows } from './json-rows.js';
import { toReseller } from './reseller-repository.js';
import type { ContextRow, Flag, ResellerRow, UniqueNameRow } from './rows.js';
import type { SqlDialect } from './sql-dialect.js';
import { placeholders, type Binding, type Select, type Statement } from './statement.js';

const contextColumns = [
  'id',
  'name',
  'owner_id',
  'enabled',
  'max_quota_mb',
  'filestore_id',
  'average_size_mb',
  'gab_mode',
  'custom_id',
  'admin_id',
  'restrictions',
  'cascade_version',
] as const;
const resellerColumns = [
  'id',
  'name',
  'display_name',
  'parent_id',
  'password_hash',
  'password_mech',
  'restrictions',
  'capabilities',
  'taxonomies',
  'configuration',
] as const;

type Cell = string | number | null;
type Row = Readonly<Record<string, Cell>> &
  StorageCells & {
    readonly mappings: JsonRows<[position: number, mapping: string]>;
    readonly attributes: JsonRows<[namespace: string, name: string, value: string]>;
    readonly names?: JsonRows<[kind: string, value: string, contextId: number, userId: number]>;
  };

/** @see AccessRepository */
export class SqlAccessRepository implements AccessRepository {
  private readonly facts: string;

  constructor(
    private readonly select: Select,
    private readonly dialect: SqlDialect,
  ) {
    this.facts = factsSql(dialect);
  }

  async find(query: AccessQuery): Promise<AccessFacts> {
    const [row] = await this.select<Row>(this.statement(query));
    if (row === undefined) throw new Error('one row was expected');
    const owners = ['o', 'p'].flatMap((prefix) =>
      row[`${prefix}_id`] === null ? [] : [toReseller(cells<ResellerRow>(row, prefix))],
    );
    return {
      context: contextOf(row),
      cascadeVersion: Number(row['c_cascade_version'] ?? 0),
      owners,
      filestore: storageOf(row, row['c_filestore_id'] as number),
      adminModuleAccess: Number(row['admin_module_access'] ?? 0),
      resellerId: row['reseller_id'] as number | null,
      user: userOf(row),
      taken: query.names === null ? null : takenOf(row, query.names),
    };
  }

  private statement({ contextId, login, names }: AccessQuery): Statement {
    const { asSent, canonical } = login;
    const asked = names === null ? null : namesSql(this.dialect, contextId, names);
    return {
      sql: this.facts.replace('{names}', asked === null ? '' : asked.sql),
      bindings: [...(asked?.bindings ?? []), asSent, canonical, asSent, contextId, canonical],
    };
  }
}

/** Every table is entered by a whole key, so this stays one look-up each however much there is. */
function factsSql({ jsonArray: array, jsonRows }: SqlDialect): string {
  const list = (columns: readonly string[], prefix: string) =>
    columns.map((column) => `${prefix}.${column} AS ${prefix}_${column}`).join(', ');
  return `SELECT ${list(contextColumns, 'c')}, ${list(resellerColumns, 'o')}, ${list(resellerColumns, 'p')},
    ${storageColumns}, a.module_access AS admin_module_access,
    u.id AS user_id, u.is_context_admin AS user_is_admin, u.password_hash AS user_password_hash,
    (SELECT ${jsonRows}(${array}(m.position, m.mapping)) FROM login_mappings m WHERE m.context_id = c.id) AS mappings,
    (SELECT ${jsonRows}(${array}(t.namespace, t.name, t.value)) FROM context_attributes t WHERE t.context_id = c.id)
      AS attributes,
    {names}
    (SELECT r.id FROM resellers r WHERE r.name IN (?, ?) ORDER BY r.name = ? DESC LIMIT 1) AS reseller_id
    FROM (SELECT 1 AS one) x
    LEFT JOIN contexts c ON c.id = ?
    LEFT JOIN resellers o ON o.id = c.owner_id
    LEFT JOIN resellers p ON p.id = o.parent_id
    LEFT JOIN filestores s ON s.id = c.filestore_id
    LEFT JOIN users a ON a.context_id = c.id AND a.id = c.admin_id
    LEFT JOIN users u ON u.context_id = c.id AND u.login = ?`;
}

function namesSql(
  { jsonArray: array, jsonRows }: SqlDialect,
  contextId: number,
  { login, claims, mailbox }: WantedNames,
): { readonly sql: string; readonly bindings: Binding[] } {
  const conditions: string[] = [];
  const values: Binding[] = [];
  if (claims.displayName !== null) {
    conditions.push(`n.kind = 'display' AND n.scope_context_id = ? AND n.value = ?`);
    values.push(contextId, claims.displayName);
  }
  const [first] = claims.mail;
  if (first !== undefined) {
    const addresses = claims.mail.map(({ address }) => address);
    conditions.push(
      `n.kind = 'mail' AND n.scope_context_id = ? AND n.value IN (${placeholders(addresses.length)})`,
    );
    values.push(first.scopeContextId, ...addresses);
  }
  const any = conditions.length === 0 ? '1 = 0' : conditions.join(' OR ');
  return {
    sql: `(SELECT ${jsonRows}(${array}(n.kind, n.value, n.context_id, n.user_id)) FROM unique_names n WHERE ${any}) AS names,
    (SELECT l.id FROM users l WHERE l.context_id = ? AND l.login = ?) AS login_holder,
    (SELECT 1 FROM mail_usage g WHERE g.username = ?) AS has_mail_usage,`,
    bindings: [...values, contextId, login, mailbox],
  };
}

function contextOf(row: Row): AccessFacts['context'] {
  if (row['c_id'] === null) return null;
  return toContext(cells<ContextRow>(row, 'c'), inOrder(row.mappings), attributesOf(row.attributes));
}

function userOf(row: Row): AccessFacts['user'] {
  if (row['user_id'] === null) return null;
  return {
    id: row['user_id'] as number,
    isContextAdmin: (row['user_is_admin'] as Flag) === 1,
    passwordHash: row['user_password_hash'] as string,
  };
}

function takenOf(row: Row, { claims }: WantedNames): TakenNames {
  const mail = new Map<string, ClaimHolder>();
  let displayNameHolder: ClaimHolder | null = null;
  for (const [kind, value, contextId, userId] of parsedRows(row.names ?? null)) {
    if ((kind as UniqueNameRow['kind']) === 'mail') mail.set(value, { contextId, userId });
    else if (value === claims.displayName) displayNameHolder = { contextId, userId };
  }
  return {
    isLoginTaken: row['login_holder'] !== null,
    displayNameHolder,
    mailHolder: ({ address }) => mail.get(address) ?? null,
    hasMailUsage: row['has_mail_usage'] !== null,
  };
}

/** The columns of one table out of a row with all of them. */
function cells<T>(row: Row, prefix: string): T {
  const columns = prefix === 'c' ? contextColumns : resellerColumns;
  return Object.fromEntries(columns.map((column) => [column, row[`${prefix}_${column}`]])) as T;
}
