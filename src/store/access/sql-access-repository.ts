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
  inOrder,
  isMain,
  mixedRows,
  numberCell,
  rowKind,
  rowsOf,
  textCell,
  type Cell,
  type KindFrom,
  type MixedRow,
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
import { toUserData, usersWithUsage, type UserDataRow } from '../users/sql-user-data-repository.js';

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

const mappingKind = rowKind(1, { position: numberCell('position'), mapping: textCell('mapping') });
const attributeKind = rowKind(2, {
  namespace: textCell('namespace'),
  name: textCell('name'),
  value: textCell('value'),
});
const resellerKind = rowKind(3, { id: numberCell('id'), name: textCell('name') });
const userKind = rowKind(4, {
  id: numberCell('id'),
  login: textCell('login'),
  isContextAdmin: numberCell('is_context_admin'),
  passwordHash: textCell('password_hash'),
});
const nameKind = rowKind(5, {
  /** For an address `user` or `forward`. */
  holderKind: textCell<'display' | 'user' | 'forward'>(`CASE kind WHEN 'mail' THEN holder ELSE kind END`),
  value: textCell('value'),
  contextId: numberCell('context_id'),
  userId: numberCell('user_id'),
});
const mailUsageKind = rowKind(6, { mailbox: textCell('username') });
const domainKind = rowKind(7, {
  domain: textCell('d.domain'),
  state: textCell<MailDomainState>('d.state'),
});

/** @see AccessRepository */
export class SqlAccessRepository implements AccessRepository {
  constructor(private readonly run: { readonly select: Select; readonly selectBoth: SelectBoth }) {}

  async find(query: AccessQuery): Promise<AccessFacts> {
    const { contextId, login, names, shownUserId } = query;
    const [rows, shown] =
      shownUserId === undefined
        ? [await this.run.select<MixedRow<MainRow>>(statement(query)), []]
        : await this.run.selectBoth<MixedRow<MainRow>, UserDataRow>(
            statement(query),
            usersWithUsage(contextId, [shownUserId]),
          );
    const main = rows.find(isMain);
    return {
      ...(main === undefined ? noContext : contextFacts(main, rows)),
      resellerId: resellerId(rows, login),
      user: userOf(rows, login.canonical),
      taken: names === undefined ? null : takenOf(rows, names),
      shownUser: () => toUserData(shown)[0] ?? null,
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
    [mappingKind, 'FROM login_mappings WHERE context_id = ?'],
    [attributeKind, 'FROM context_attributes WHERE context_id = ?'],
    [resellerKind, 'FROM resellers WHERE name_lower = ?'],
    [userKind, `FROM users WHERE context_id = ? AND login IN (${placeholders(users)})`],
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
function namesKinds(shape: Omit<Shape, 'users' | 'hasNames'>): KindFrom[] {
  const { hasDisplayName, addresses, moreAddresses, domains } = shape;
  const conditions = [
    ...(hasDisplayName ? [`kind = 'display' AND scope_context_id = ? AND value = ?`] : []),
    ...[addresses, moreAddresses]
      .filter((count) => count > 0)
      .map((count) => `kind = 'mail' AND scope_context_id = ? AND value IN (${placeholders(count)})`),
  ];
  const any = conditions.length === 0 ? '1 = 0' : conditions.join(' OR ');
  return [
    [nameKind, `FROM unique_names WHERE ${any}`],
    [mailUsageKind, 'FROM mail_usage WHERE username = ?'],
    ...(domains > 0 ? [domainsFrom(domains)] : []),
  ];
}

function domainsFrom(count: number): KindFrom {
  const from = `FROM domain_contexts m JOIN domains d ON d.domain = m.domain
      WHERE m.context_id = ? AND m.domain IN (${placeholders(count)})`;
  return [domainKind, from];
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
  const mappings = inOrder(rowsOf(rows, mappingKind)).map(({ mapping }) => mapping);
  const attributes = attributesOf(rowsOf(rows, attributeKind));
  const owners = ['o', 'p'].flatMap((prefix) =>
    row[`${prefix}_id`] === null ? [] : [toReseller(cells<ResellerRow>(row, prefix))],
  );
  return {
    context: toContext(cells<ContextRow>(row, 'c'), mappings, attributes),
    cascadeVersion: Number(row['c_cascade_version']),
    owners,
    filestore: 'storage_url' in row ? storageOf(row, row['c_filestore_id'] as number) : null,
    adminModuleAccess: Number(row['admin_module_access'] ?? 0),
  };
}

/** Reseller of exactly this name, else the first that has it in other letters. */
function resellerId(rows: readonly MixedRow<MainRow>[], { asSent }: AccessQuery['login']): number | null {
  const found = rowsOf(rows, resellerKind).toSorted((a, b) => a.id - b.id);
  return (found.find(({ name }) => name === asSent) ?? found[0])?.id ?? null;
}

function userOf(rows: readonly MixedRow<MainRow>[], login: string): AccessFacts['user'] {
  const user = rowsOf(rows, userKind).find((each) => each.login === login);
  if (user === undefined) return null;
  return { id: user.id, isContextAdmin: user.isContextAdmin === 1, passwordHash: user.passwordHash };
}

function takenOf(rows: readonly MixedRow<MainRow>[], { login, claims }: WantedNames): TakenNames {
  const users = new Map<string, ClaimHolder>();
  const forwards = new Map<string, ClaimHolder>();
  let displayNameHolder: ClaimHolder | null = null;
  for (const { holderKind, value, contextId, userId } of rowsOf(rows, nameKind)) {
    const kind = holderKind === 'forward' ? holderKind : 'user';
    const holder = { contextId, userId, kind } as const;
    if (holderKind !== 'display') (kind === 'user' ? users : forwards).set(value, holder);
    else if (value === claims.displayName) displayNameHolder = holder;
  }
  const states = rowsOf(rows, domainKind).map(({ domain, state }) => [domain, state] as const);
  // With claims per context, only forwards claim for the whole platform.
  const isPerContext = claims.mail.some(({ scopeContextId }) => scopeContextId !== 0);
  return {
    isLoginTaken: rowsOf(rows, userKind).some((user) => user.login === login),
    displayNameHolder,
    mailHolder: ({ scopeContextId, address }) =>
      (scopeContextId === 0 ? forwards.get(address) : undefined) ??
      (scopeContextId === 0 && isPerContext ? undefined : users.get(address)) ??
      null,
    domainStates: new Map(states),
    hasMailUsage: rowsOf(rows, mailUsageKind).length > 0,
  };
}

/** The columns of one table out of a row with all of them. */
function cells<T>(row: MainRow, prefix: string): T {
  const columns = prefix === 'c' ? contextColumns : resellerColumns;
  return Object.fromEntries(columns.map((column) => [column, row[`${prefix}_${column}`]])) as T;
}
