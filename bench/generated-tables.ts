import {
  adminLogin,
  contextName,
  domainName,
  generatedContexts,
  generatedHash,
  generatedPassword,
  generatedQuotaMb,
  generatedUser,
  mix,
  ownerOf,
  resellerName,
  unifiedQuotaProperty,
  type Cell,
  type GeneratedUser,
  type Population,
} from './generated-users.js';

/** The rows of one table, in the order of its key. */
export interface GeneratedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: () => Iterable<readonly Cell[]>;
}

type Row = Readonly<Record<string, Cell>>;

const bytesPerMb = 1024 * 1024;
const adminId = 2;
const defaultGroupId = 1;
const moduleAccess = 33_554_464;
/** Every table that creating resellers, contexts and users fills; with use, what they hold by then, too. */
export function generatedTables(population: Population): GeneratedTable[] {
  const ofContexts = (rows: (context: { id: number; users: number }) => Iterable<Row>) =>
    flatMap(() => generatedContexts(population), rows);
  const ofUsers = (rows: (user: GeneratedUser) => Iterable<Row>) =>
    flatMap(() => generatedUsers(population), rows);
  return [
    table('resellers', () => resellers(population)),
    table(
      'contexts',
      ofContexts(({ id, users }) => [contextRow(id, users, population)]),
    ),
    table(
      'login_mappings',
      ofContexts(({ id }) => loginMappings(id)),
    ),
    table(
      'context_usage',
      ofContexts(({ id }) => [{ context_id: id, bytes: 0, files: 0, generation: 0, reserved_bytes: 0 }]),
    ),
    table(
      'user_groups',
      ofContexts(({ id }) => [groupRow(id)]),
    ),
    table(
      'users',
      ofContexts(({ id, users }) => usersOf(id, users)),
    ),
    table(
      'user_aliases',
      ofContexts(({ id, users }) => aliasesOf(id, users)),
    ),
    table(
      'user_attributes',
      ofUsers((user) => attributesOf(user)),
    ),
    table(
      'group_members',
      ofContexts(({ id, users }) => membersOf(id, users)),
    ),
    table('unique_names', () => uniqueNames(population)),
    table(
      'domains',
      ofContexts(({ id }) => [domainRow(id)]),
    ),
    table(
      'domain_contexts',
      ofContexts(({ id }) => [{ domain: domainName(id), context_id: id }]),
    ),
    ...(population.isUsed ? usedTables(ofUsers) : []),
  ];
}

/** What is only written when something is stored. */
function usedTables(
  ofUsers: (rows: (user: GeneratedUser) => Iterable<Row>) => () => Iterable<Row>,
): GeneratedTable[] {
  return [
    table(
      'file_usage',
      ofUsers((user) => [fileUsage(user)]),
    ),
    table(
      'mail_usage',
      ofUsers((user) => [mailUsage(user)]),
    ),
  ];
}

function table(name: string, rows: () => Iterable<Row>): GeneratedTable {
  const [first = {}] = rows();
  const columns = Object.keys(first);
  return {
    name,
    columns,
    rows: function* () {
      for (const row of rows()) yield columns.map((column) => row[column] ?? null);
    },
  };
}

function flatMap<T>(all: () => Iterable<T>, rows: (one: T) => Iterable<Row>): () => Iterable<Row> {
  return function* () {
    for (const one of all()) yield* rows(one);
  };
}

/** All users but the admins, ascending by context and id. */
export function* generatedUsers(population: Population): Generator<GeneratedUser> {
  for (const { id, users } of generatedContexts(population))
    for (let index = 0; index < users; index += 1) yield generatedUser(id, index);
}

function* resellers(population: Population): Generator<Row> {
  for (let id = 1; id <= population.resellers; id += 1)
    yield {
      id,
      name: resellerName(id),
      name_lower: resellerName(id),
      display_name: `The ${resellerName(id)}`,
      parent_id: null,
      password_hash: generatedHash(generatedPassword),
      password_mech: '{SHA-512}',
      restrictions: '[]',
      capabilities: '[]',
      taxonomies: '[]',
      configuration: '[]',
    };
}

function contextRow(id: number, users: number, population: Population): Row {
  return {
    id,
    name: contextName(id),
    name_lower: contextName(id),
    owner_id: ownerOf(id, population),
    enabled: 1,
    max_quota_mb: generatedQuotaMb,
    filestore_id: 1,
    average_size_mb: 200,
    gab_mode: null,
    custom_id: null,
    admin_id: adminId,
    next_principal_id: users + 3,
    restrictions: '[]',
    database_id: 1,
    // Written once with the admin.
    cascade_version: 1,
  };
}

function loginMappings(id: number): Row[] {
  const row = (mapping: string, position: number) => {
    return { mapping, mapping_lower: mapping, context_id: id, position };
  };
  return [row(String(id), 0), row(contextName(id), 1)];
}

function groupRow(id: number): Row {
  return {
    context_id: id,
    id: defaultGroupId,
    name: 'users',
    display_name: 'Standard group',
    name_lower: 'users',
    display_name_lower: 'standard group',
  };
}

function* usersOf(contextId: number, users: number): Generator<Row> {
  yield adminRow(contextId);
  for (let index = 0; index < users; index += 1) yield userRow(generatedUser(contextId, index));
}

function userRow(user: GeneratedUser): Row {
  return {
    ...commonColumns(user.contextId, user.id, user.login, user.displayName, user.address),
    is_context_admin: 0,
    password_hash: generatedHash(user.password),
    given_name: user.givenName,
    sur_name: user.surName,
    mailbox: user.address,
    max_quota_mb: generatedQuotaMb,
    filestore_id: 1,
    unified_enabled: user.hasUnifiedQuota ? 1 : 0,
  };
}

function adminRow(contextId: number): Row {
  return {
    ...commonColumns(contextId, adminId, adminLogin, adminDisplayName(contextId), adminAddress(contextId)),
    is_context_admin: 1,
    password_hash: generatedHash(generatedPassword),
    given_name: 'Context',
    sur_name: 'Admin',
    mailbox: null,
    max_quota_mb: -1,
    filestore_id: 0,
    unified_enabled: 0,
  };
}

function commonColumns(
  contextId: number,
  id: number,
  login: string,
  displayName: string,
  address: string,
): Row {
  return {
    context_id: contextId,
    id,
    login,
    login_lower: login,
    password_mech: '{SHA-512}',
    password_expired: 0,
    enabled: 1,
    display_name: displayName,
    display_name_lower: displayName.toLowerCase(),
    primary_email: address,
    email1: address,
    email2: null,
    email3: null,
    default_sender_address: address,
    language: 'en_US',
    timezone: 'Europe/Berlin',
    default_group_id: defaultGroupId,
    module_access: moduleAccess,
    filestore_owner_id: 0,
    mail_quota_mb: null,
    imap_schema: 'imap://',
    imap_host: 'localhost',
    imap_port: 143,
    smtp_schema: 'smtp://',
    smtp_host: 'localhost',
    smtp_port: 25,
    profile: '{}',
  };
}

export function adminDisplayName(contextId: number): string {
  return `Admin of ${contextName(contextId)}`;
}

export function adminAddress(contextId: number): string {
  return `${adminLogin}@${contextName(contextId)}.example.net`;
}

function* aliasesOf(contextId: number, users: number): Generator<Row> {
  yield { context_id: contextId, user_id: adminId, position: 0, address: adminAddress(contextId) };
  for (let index = 0; index < users; index += 1) {
    const { id, aliases } = generatedUser(contextId, index);
    for (const [position, address] of aliases.entries())
      yield { context_id: contextId, user_id: id, position, address };
  }
}

function attributesOf({ contextId, id, hasUnifiedQuota }: GeneratedUser): Row[] {
  const key = { context_id: contextId, user_id: id, namespace: 'config', name: unifiedQuotaProperty };
  return hasUnifiedQuota ? [{ ...key, value: 'true' }] : [];
}

function* membersOf(contextId: number, users: number): Generator<Row> {
  for (let id = adminId; id <= adminId + users; id += 1)
    yield { context_id: contextId, group_id: defaultGroupId, user_id: id };
}

function fileUsage({ contextId, id }: GeneratedUser): Row {
  const files = mix(contextId, id) % 500;
  const bytes = files * bytesPerMb;
  return { context_id: contextId, user_id: id, bytes, files, reserved_bytes: 0, generation: files };
}

function mailUsage({ contextId, id, address }: GeneratedUser): Row {
  const messages = mix(id, contextId) % 5_000;
  return { username: address, bytes: messages * 50_000, messages };
}

/** Display names first, as the key has it, then addresses. */
function domainRow(contextId: number): Row {
  const owner = { owner_context_id: contextId, owner_reseller_id: null };
  return {
    ...owner,
    domain: domainName(contextId),
    is_shared: 0,
    is_approved: 1,
    state: 'active',
    version: 2,
  };
}

function* uniqueNames(population: Population): Generator<Row> {
  for (const { id: contextId, users } of generatedContexts(population)) {
    const row = { kind: 'display', scope_context_id: contextId, context_id: contextId };
    yield { ...row, value: adminDisplayName(contextId), user_id: adminId };
    for (let index = 0; index < users; index += 1) {
      const { id, displayName } = generatedUser(contextId, index);
      yield { ...row, value: displayName, user_id: id };
    }
  }
  for (const { contextId, id, aliases } of generatedUsers(population))
    for (const value of aliases)
      yield { kind: 'mail', scope_context_id: 0, value, context_id: contextId, user_id: id };
}
