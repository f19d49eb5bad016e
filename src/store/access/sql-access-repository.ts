import type { ClaimHolder } from '../../provisioning/model/claims.js';
import type {
  AccessFacts,
  AccessQuery,
  AccessRepository,
  TakenNames,
  WantedNames,
} from '../../provisioning/repositories/access-repository.js';
import type { MailDomainState } from '../../provisioning/repositories/mailbox-repository.js';
import { toContext } from '../contexts/context-rows.js';
import {
  cellsOf,
  inOrder,
  isMain,
  mixedRows,
  type Cell,
  type CellRow,
  type MixedRow,
  type RowKind,
} from '../database/mixed-rows.js';
import {
  cachedByShape,
  placeholders,
  type Select,
  type SelectBoth,
  type Statement,
} from '../database/statement.js';
import { storageColumns, storageOf, type StorageCells } from '../registry/knex-filestore-repository.js';
import { toReseller } from '../resellers/knex-reseller-repository.js';
import { attributesOf } from '../schema/attributes.js';
import type { ContextRow, ResellerRow } from '../schema/rows.js';
import { toUserAndGroup, userAndGroup, type UserAndGroupRow } from '../users/sql-user-data-repository.js';

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

type MainRow = Readonly<Record<string, Cell>> & StorageCells;

const mappingKind = 1;
const attributeKind = 2;
const resellerKind = 3;
const userKind = 4;
const nameKind = 5;
const mailUsageKind = 6;
const domainKind = 7;

/** @see AccessRepository */
export class SqlAccessRepository implements AccessRepository {
  constructor(private readonly run: { readonly select: Select; readonly selectBoth: SelectBoth }) {}

  async find(query: AccessQuery): Promise<AccessFacts> {
    const { contextId, login, names, shownUserId } = query;
    const [rows, shown] =
      shownUserId === undefined
        ? [await this.run.select<MixedRow<MainRow>>(statement(query)), []]
        : await this.run.selectBoth<MixedRow<MainRow>, UserAndGroupRow>(
            statement(query),
            userAndGroup(contextId, [shownUserId]),
          );
    const main = rows.find(isMain);
    return {
      ...(main === undefined ? noContext : contextFacts(main, rows)),
      resellerId: resellerId(cellsOf(rows, resellerKind), login),
      user: userOf(cellsOf(rows, userKind), login.canonical),
      taken: names === undefined ? null : takenOf(rows, names),
      shownUser: () => toUserAndGroup(contextId, shown),
    };
  }
}

/** Every table is entered by a whole key, so this stays one look-up each however much there is. */
function statement({ contextId, login, names }: AccessQuery): Statement {
  const users = [...new Set([login.canonical, ...(names === undefined ? [] : [names.login])])];
  const { displayName, mail } = names?.claims ?? { displayName: null, mail: [] };
  const domains = names?.domains ?? [];
  const scopes = [...new Set(mail.map(({ scopeContextId }) => scopeContextId))];
  const addresses = scopes.map((scope) => mail.filter(({ scopeContextId }) => scopeContextId === scope));
  return {
    sql: sqlOf({
      users: users.length,
      hasNames: names !== undefined,
      hasDisplayName: displayName !== null,
      addresses: addresses[0]?.length ?? 0,
      moreAddresses: addresses[1]?.length ?? 0,
      domains: domains.length,
    }),
    bindings: [
      contextId,
      contextId,
      contextId,
      login.asSent.toLowerCase(),
      contextId,
      ...users,
      ...(displayName === null ? [] : [contextId, displayName]),
      ...addresses.flatMap((ofScope, index) => [
        scopes[index] ?? 0,
        ...ofScope.map(({ address }) => address),
      ]),
      ...(names === undefined ? [] : [names.mailbox]),
      ...(domains.length === 0 ? [] : [contextId, ...domains]),
    ],
  };
}

/** Counts of a query's values, which alone decide its text. */
interface Shape {
  readonly users: number;
  readonly hasNames: boolean;
  readonly hasDisplayName: boolean;
  /** In one scope, and in the other. */
  readonly addresses: number;
  readonly moreAddresses: number;
  readonly domains: number;
}

const sqlOf = cachedByShape(({ users, hasNames, ...claims }: Shape): string =>
  mixedRows(hasNames ? ofContextAndStorage : ofContext, [
    { cells: ['position', 'mapping'], from: 'FROM login_mappings WHERE context_id = ?' },
    { cells: ['namespace', 'name', 'value'], from: 'FROM context_attributes WHERE context_id = ?' },
    { cells: ['id', 'name'], from: 'FROM resellers WHERE name_lower = ?' },
    {
      cells: ['id', 'login', 'is_context_admin', 'password_hash'],
      from: `FROM users WHERE context_id = ? AND login IN (${placeholders(users)})`,
    },
    ...(hasNames ? namesKinds(claims) : []),
  ]),
);

function columnsOf(columns: readonly string[], prefix: string): string[] {
  return columns.map((column) => `${prefix}.${column} AS ${prefix}_${column}`);
}

/** The context with its owner and the owner's parent. */
const ofContext = {
  columns: [
    ...columnsOf(contextColumns, 'c'),
    ...columnsOf(resellerColumns, 'o'),
    ...columnsOf(resellerColumns, 'p'),
  ],
  from: `FROM contexts c
    LEFT JOIN resellers o ON o.id = c.owner_id
    LEFT JOIN resellers p ON p.id = o.parent_id
    WHERE c.id = ?`,
};

/** With what else a new user depends on. */
const ofContextAndStorage = {
  columns: [...ofContext.columns, ...storageColumns, 'a.module_access AS admin_module_access'],
  from: ofContext.from.replace(
    'WHERE',
    `LEFT JOIN filestores s ON s.id = c.filestore_id
    LEFT JOIN users a ON a.context_id = c.id AND a.id = c.admin_id
    WHERE`,
  ),
};

/** Row kinds for holders of the wanted names. */
function namesKinds(shape: Omit<Shape, 'users' | 'hasNames'>): RowKind[] {
  const { hasDisplayName, addresses, moreAddresses, domains } = shape;
  const conditions = [
    ...(hasDisplayName ? [`kind = 'display' AND scope_context_id = ? AND value = ?`] : []),
    ...[addresses, moreAddresses]
      .filter((count) => count > 0)
      .map((count) => `kind = 'mail' AND scope_context_id = ? AND value IN (${placeholders(count)})`),
  ];
  const any = conditions.length === 0 ? '1 = 0' : conditions.join(' OR ');
  return [
    { cells: [holderKind, 'value', 'context_id', 'user_id'], from: `FROM unique_names WHERE ${any}` },
    { cells: ['username'], from: 'FROM mail_usage WHERE username = ?' },
    ...(domains > 0 ? [domainsKind(domains)] : []),
  ];
}

/** Kind of a name's holder: `display`, or `user` or `forward` for an address. */
const holderKind = `CASE kind WHEN 'mail' THEN holder ELSE kind END`;

function domainsKind(count: number): RowKind {
  return {
    cells: ['d.domain', 'd.state'],
    from: `FROM domain_contexts m JOIN domains d ON d.domain = m.domain
      WHERE m.context_id = ? AND m.domain IN (${placeholders(count)})`,
  };
}

type ContextFacts = Omit<AccessFacts, 'resellerId' | 'user' | 'taken' | 'shownUser'>;

const noContext: ContextFacts = {
  context: null,
  cascadeVersion: 0,
  owners: [],
  filestore: null,
  adminModuleAccess: 0,
};

function contextFacts(row: MainRow, rows: readonly MixedRow<MainRow>[]): ContextFacts {
  const mappings = cellsOf(rows, mappingKind).map(({ cell1, cell2 }) => [cell1, cell2] as const);
  const attributes = cellsOf(rows, attributeKind).map(
    ({ cell1, cell2, cell3 }) => [cell1, cell2, cell3] as const,
  );
  const owners = ['o', 'p'].flatMap((prefix) =>
    row[`${prefix}_id`] === null ? [] : [toReseller(cells<ResellerRow>(row, prefix))],
  );
  return {
    context: toContext(cells<ContextRow>(row, 'c'), inOrder(mappings), attributesOf(attributes)),
    cascadeVersion: Number(row['c_cascade_version']),
    owners,
    filestore: 'storage_url' in row ? storageOf(row, row['c_filestore_id'] as number) : null,
    adminModuleAccess: Number(row['admin_module_access'] ?? 0),
  };
}

/** The reseller of exactly this name comes before those in other letters. */
function resellerId(found: readonly CellRow[], { asSent }: AccessQuery['login']): number | null {
  const [first] = found.toSorted((a, b) => Number(a.cell1) - Number(b.cell1));
  const reseller = found.find(({ cell2 }) => cell2 === asSent) ?? first;
  return reseller === undefined ? null : Number(reseller.cell1);
}

function userOf(found: readonly CellRow[], login: string): AccessFacts['user'] {
  const user = found.find(({ cell2 }) => cell2 === login);
  if (user === undefined) return null;
  return {
    id: Number(user.cell1),
    isContextAdmin: Number(user.cell3) === 1,
    passwordHash: String(user.cell4),
  };
}

function takenOf(rows: readonly MixedRow<MainRow>[], { login, claims }: WantedNames): TakenNames {
  const users = new Map<string, ClaimHolder>();
  const forwards = new Map<string, ClaimHolder>();
  let displayNameHolder: ClaimHolder | null = null;
  for (const { cell1, cell2, cell3: contextId, cell4: userId } of cellsOf(rows, nameKind)) {
    const value = String(cell2);
    const kind = cell1 === 'forward' ? cell1 : 'user';
    const holder = { contextId: Number(contextId), userId: Number(userId), kind } as const;
    if (cell1 !== 'display') (kind === 'user' ? users : forwards).set(value, holder);
    else if (value === claims.displayName) displayNameHolder = holder;
  }
  const states = cellsOf(rows, domainKind).map(
    ({ cell1, cell2 }) => [String(cell1), cell2 as MailDomainState] as const,
  );
  // With claims per context, only forwards claim for the whole platform.
  const isPerContext = claims.mail.some(({ scopeContextId }) => scopeContextId !== 0);
  return {
    isLoginTaken: cellsOf(rows, userKind).some(({ cell2 }) => cell2 === login),
    displayNameHolder,
    mailHolder: ({ scopeContextId, address }) =>
      (scopeContextId === 0 ? forwards.get(address) : undefined) ??
      (scopeContextId === 0 && isPerContext ? undefined : users.get(address)) ??
      null,
    domainStates: new Map(states),
    hasMailUsage: cellsOf(rows, mailUsageKind).length > 0,
  };
}

/** The columns of one table out of a row with all of them. */
function cells<T>(row: MainRow, prefix: string): T {
  const columns = prefix === 'c' ? contextColumns : resellerColumns;
  return Object.fromEntries(columns.map((column) => [column, row[`${prefix}_${column}`]])) as T;
}
