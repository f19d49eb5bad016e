import { expect } from 'chai';
import Database from 'libsql';
import { createConnection, type Connection } from 'mysql2/promise';
import {
  adminLogin,
  contextName,
  generatedPassword,
  generatedUser,
  ownerOf,
  resellerName,
  type Population,
} from '../../../bench/generated-users.js';
import { loadUsers, masterPassword } from '../../../bench/load-users.js';
import { AuditClient } from '../../support/audit.js';
import { mariadbServer, sqliteFile } from '../../support/database/databases.js';
import { recordMysql, recordSqlite, type Recorder } from '../../support/database/sent-statements.js';
import { startTestApp, type TestApp } from '../../support/processes/app.js';
import { requirePart } from '../../support/processes/require-part.js';
import { RawSoap, type Credentials, type SoapParams } from '../../support/wire/raw-soap.js';
import { userData, World } from '../../wire/fixtures.js';

/** Grow with users or with contexts, so no hot path may read all of them. */
const growing = new Set([
  'contexts',
  'context_attributes',
  'context_usage',
  'login_mappings',
  'users',
  'user_aliases',
  'user_attributes',
  'user_groups',
  'group_members',
  'unique_names',
  'domains',
  'domain_contexts',
  'file_usage',
  'hosted_file_usage',
  'mail_usage',
  'usage_samples',
  'quota_reservations',
  'quota_deletions',
  'resource_permissions',
  'audit_entries',
]);

const population: Population = {
  resellers: 3,
  contexts: 600,
  usersPerContext: 8,
  bigContextUsers: 2_000,
  isUsed: true,
};

/** Without many rows MariaDB would read all of them. */
const trailLength = 20_000;
const manyEntries = `INSERT INTO audit_entries SELECT LOWER(CONCAT(LPAD(HEX(ROUND(UNIX_TIMESTAMP() * 1000) - seq * 1000), 12, '0'), '0000aaaaaaaaaa')),
  CONCAT('request', seq), 'service', IF(seq % 200 = 0, 'create', 'change'), 'reseller', CONCAT('login', seq % 400), '', 'change', 'user',
  1 + seq % 3, 1 + seq % 601, seq % 8, '', NULL, '{}' FROM seq_1_to_${trailLength}`;

/** Whom the operations are about. */
interface Target {
  readonly contextId: number;
  readonly contextName: string;
  readonly userId: number;
  readonly login: string;
  readonly displayName: string;
  readonly otherIds: readonly number[];
  readonly owner: Credentials;
  readonly admin: Credentials;
  readonly user: Credentials;
  readonly master: Credentials;
}

interface Operation {
  readonly name: string;
  /** Done before, for what is only counted now and then. */
  readonly warmUp?: (soap: RawSoap, target: Target) => Promise<unknown>;
  readonly call: (soap: RawSoap, target: Target) => Promise<unknown>;
  /** The most rows of one table that a statement may look at by the optimizer's guess, out of the 2,000 of the context. */
  readonly most?: number;
  /** Tables of which the answer shows as much as the context has. */
  readonly shownWhole?: readonly string[];
}

const fewRows = 50;

/** The group in the answer has everybody as a member. */
const shownWhole = ['group_members'];

function ofUsers(operation: string, params: (target: Target) => SoapParams, as: keyof Target = 'owner') {
  return (soap: RawSoap, target: Target) => {
    const all = { ctx: { id: target.contextId }, ...params(target) };
    return soap.call('OXResellerUserService', operation, all, target[as] as Credentials);
  };
}

function ofContexts(operation: string, params: (target: Target) => SoapParams, as: keyof Target = 'owner') {
  return (soap: RawSoap, target: Target) =>
    soap.call('OXResellerContextService', operation, params(target), target[as] as Credentials);
}

function ofTrail(query: (target: Target) => string, as: 'owner' | 'master' = 'owner') {
  return (soap: RawSoap, target: Target) =>
    new AuditClient(soap.baseUrl).entries(`${query(target)}&limit=10`, target[as]);
}

function ofMailboxes(operation: string, more: SoapParams = {}) {
  return (soap: RawSoap, { contextId, userId, owner }: Target) =>
    soap.call('OXaaSService', operation, { ctxid: contextId, usrid: userId, ...more }, owner);
}

const byId = ({ userId }: Target) => ({ user: { id: userId } });

const operations: readonly Operation[] = [
  {
    name: 'create',
    // How full file storages are is counted every few seconds.
    warmUp: ofUsers('create', () => ({ usrdata: userData('counted', { maxQuota: 10 }) })),
    call: ofUsers('create', () => ({ usrdata: userData('planned', { maxQuota: 10 }) })),
  },
  {
    name: 'change',
    call: ofUsers('change', ({ userId }) => {
      return {
        usrdata: { id: userId, maxQuota: 77, display_name: 'Changed', aliases: ['changed@example.com'] },
      };
    }),
  },
  { name: 'setMailQuota', call: ofMailboxes('setMailQuota', { quota: 123 }) },
  { name: 'getMailQuota', call: ofMailboxes('getMailQuota') },
  { name: 'getQuotaUsagePerUser', call: ofMailboxes('getQuotaUsagePerUser') },
  { name: 'getData by id', call: ofUsers('getData', byId), shownWhole },
  {
    name: 'getData by name',
    call: ofUsers('getData', ({ login }) => ({ user: { name: login } })),
    shownWhole,
  },
  { name: 'getData, master admin', call: ofUsers('getData', byId, 'master'), shownWhole },
  { name: 'getData, context admin', call: ofUsers('getData', byId, 'admin'), shownWhole },
  { name: 'getData, the user himself', call: ofUsers('getData', byId, 'user'), shownWhole },
  { name: 'exists by id', call: ofUsers('exists', byId) },
  { name: 'exists by name', call: ofUsers('exists', ({ login }) => ({ user: { name: login } })) },
  {
    name: 'exists by display name',
    call: ofUsers('exists', ({ displayName }) => ({ user: { display_name: displayName } })),
  },
  { name: 'list of everybody', call: ofUsers('list', () => ({ search_pattern: '*' })), most: 4_000 },
  { name: 'list by a beginning', call: ofUsers('list', () => ({ search_pattern: 'an*' })), most: 500 },
  {
    name: 'getMultipleData by ids and names',
    call: ofUsers('getMultipleData', ({ otherIds, login }) => {
      return { users: [...otherIds.map((id) => ({ id })), { name: login }] };
    }),
    most: 100,
    shownWhole,
  },
  {
    name: 'contexts: list by name',
    call: ofContexts('list', (target) => ({ search_pattern: target.contextName })),
  },
  {
    name: 'contexts: list by a beginning, master admin',
    call: ofContexts('list', (target) => ({ search_pattern: `${target.contextName}*` }), 'master'),
  },
  {
    name: 'contexts: list by id, master admin',
    call: ofContexts('list', ({ contextId }) => ({ search_pattern: String(contextId) }), 'master'),
  },
  {
    name: 'contexts: exists',
    call: ofContexts('exists', (target) => ({ ctx: { name: target.contextName } })),
  },
  {
    name: 'contexts: getData',
    call: ofContexts('getData', ({ contextId }) => ({ ctx: { id: contextId } }), 'admin'),
  },
  { name: 'delete', call: ofUsers('delete', byId) },
  { name: 'trail: of a context', call: ofTrail(({ contextId }) => `context=${contextId}`) },
  {
    name: 'trail: of a user',
    call: ofTrail(({ contextId, userId }) => `context=${contextId}&object=${userId}`, 'master'),
  },
  { name: 'trail: by login', call: ofTrail(({ admin }) => `login=${admin.login}`, 'master') },
  { name: 'trail: by operation', call: ofTrail(() => 'operation=create', 'master'), most: 500 },
  { name: 'trail: by request', call: ofTrail(() => 'requestId=x', 'master') },
  { name: 'trail: since a time', call: ofTrail(() => 'since=2024-01-01', 'master'), most: trailLength },
];

/** One table that a statement reads, in the words of the database. */
interface Access {
  readonly table: string;
  /** MariaDB: ALL or index is everything there is; SQLite: SCAN. */
  readonly isWhole: boolean;
  /** 0: not said. */
  readonly rows: number;
  readonly text: string;
}

type Explain = (sql: string) => Promise<Access[]>;

async function expectPlans(explain: Explain, statements: readonly string[], operation: Operation) {
  const { most = fewRows, shownWhole = [] } = operation;
  const explainable = statements.filter((sql) => /^\s*(select|insert|update|delete)\b/i.test(sql));
  expect(explainable, 'it asked the database').to.not.have.length(0);
  for (const sql of explainable)
    for (const access of await explain(sql)) {
      if (!growing.has(access.table)) continue;
      const told = `${operation.name}: ${access.text}\n${sql}`;
      expect(access.isWhole, told).to.equal(false);
      if (!shownWhole.includes(access.table)) expect(access.rows, told).to.be.at.most(most);
    }
}

/** Who hides behind the names that EXPLAIN uses. */
function tableOf(sql: string, name: string): string {
  const found = new RegExp(
    `\\b(?:from|join|update|into)\\s+\`?(\\w+)\`?\\s+(?:as\\s+)?\`?${name}\`?(?!\\w)`,
    'i',
  ).exec(sql);
  return found?.[1] ?? name;
}

interface Explained {
  readonly select_type: string;
  readonly table: string | null;
  readonly type: string | null;
  readonly rows: number | null;
}

describe('store on MariaDB: the plans of hot queries', function () {
  this.timeout(120_000);
  let app: TestApp | null = null;
  let connection: Connection;
  let recorder: Recorder;
  let target: Target;
  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const url = await mariadbServer.url();
    await loadUsers(url, population);
    connection = await createConnection({ uri: url });
    await connection.query(manyEntries);
    await connection.query('ANALYZE TABLE audit_entries');
    app = await startTestApp({ databaseUrl: url, env: { MASTER_PASSWORD: masterPassword } });
    target = generatedTarget(app);
    recorder = recordMysql();
  });
  after(async () => {
    recorder?.stop();
    await app?.stop();
    await connection?.end();
  });

  const explain: Explain = async (sql) => {
    const [rows] = await connection.query(`EXPLAIN ${sql}`);
    return (rows as Explained[]).map((row) => ({
      table: tableOf(sql, row.table ?? ''),
      // Of INSERT … VALUES it says ALL, too.
      isWhole: row.select_type !== 'INSERT' && (row.type === 'ALL' || row.type === 'index'),
      rows: Number(row.rows ?? 0),
      text: JSON.stringify(row),
    }));
  };

  for (const operation of operations)
    it(operation.name, async () => {
      const soap = new RawSoap(app?.url ?? '');
      await operation.warmUp?.(soap, target);
      recorder.take();
      await operation.call(soap, target);
      await expectPlans(explain, recorder.take(), operation);
    });

  for (const [index, name] of [
    ['users_display_name_lower ON users', 'exists by display name'],
    ['contexts_name_lower ON contexts', 'contexts: list by a beginning, master admin'],
  ])
    it(`would show that ${index} is missing`, async () => {
      const operation = operations.find((one) => one.name === name);
      if (operation === undefined) throw new Error(`no operation ${name}`);
      await connection.query(`DROP INDEX ${index}`);
      recorder.take();
      await operation.call(new RawSoap(app?.url ?? ''), target);
      const refused = await expectPlans(explain, recorder.take(), operation).catch((error: unknown) => error);
      expect(String(refused)).to.match(/AssertionError/);
    });
});

describe('store on SQLite: the plans of hot queries', function () {
  this.timeout(60_000);
  let world: World | null = null;
  let database: InstanceType<typeof Database>;
  let recorder: Recorder;
  let target: Target;
  before(async () => {
    const url = await sqliteFile.url();
    world = await World.start({}, url);
    target = await createdTarget(world);
    database = new Database(url.slice('sqlite:'.length));
    recorder = recordSqlite();
  });
  after(async () => {
    recorder?.stop();
    database?.close();
    await world?.stop();
  });

  const explain: Explain = (sql) => {
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
    const accesses = rows.flatMap(({ detail }) => {
      const [, verb, name = ''] = /^(SCAN|SEARCH) (\w+)/.exec(detail) ?? [];
      return verb === undefined
        ? []
        : [{ table: tableOf(sql, name), isWhole: verb === 'SCAN', rows: 0, text: detail }];
    });
    return Promise.resolve(accesses);
  };

  for (const operation of operations)
    it(operation.name, async () => {
      const soap = new RawSoap(world?.url ?? '');
      await operation.warmUp?.(soap, target);
      recorder.take();
      await operation.call(soap, target);
      await expectPlans(explain, recorder.take(), operation);
    });
});

/** In the context with the many users. */
function generatedTarget(app: TestApp): Target {
  const contextId = population.contexts + 1;
  const { id: userId, login, password, displayName } = generatedUser(contextId, 100);
  return {
    contextId,
    contextName: contextName(contextId),
    userId,
    login,
    displayName,
    otherIds: [7, 8, 9],
    owner: { login: resellerName(ownerOf(contextId, population)), password: generatedPassword },
    admin: { login: adminLogin, password: generatedPassword },
    user: { login, password },
    master: { login: app.masterLogin, password: masterPassword },
  };
}

async function createdTarget(world: World): Promise<Target> {
  const login = 'planner';
  const otherIds = [await world.newUser('another')];
  const userId = await world.newUser(login, { maxQuota: 10 });
  return {
    contextId: world.contextId,
    contextName: 'reseller1_acme',
    userId,
    login,
    displayName: `Display ${login}`,
    otherIds,
    owner: world.reseller,
    admin: world.contextAdmin,
    user: { login, password: `pw-${login}` },
    master: world.master,
  };
}
