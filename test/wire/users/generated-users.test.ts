import { expect } from 'chai';
import { createConnection } from 'mysql2/promise';
import { adminAddress, adminDisplayName } from '../../../bench/generated-tables.js';
import {
  adminLogin,
  contextName,
  generatedPassword,
  generatedQuotaMb,
  generatedUser,
  resellerName,
  unifiedQuotaProperty,
  type GeneratedUser,
  type Population,
} from '../../../bench/generated-users.js';
import { loadUsers, masterPassword, prepareDatabase } from '../../../bench/load-users.js';
import { verifyPassword } from '../../../src/provisioning/access/password-hashing.js';
import { mariadbServer } from '../../support/database/databases.js';
import { startTestApp } from '../../support/processes/app.js';
import { requirePart } from '../../support/processes/require-part.js';
import { RawSoap, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { idOf } from '../fixtures.js';

const population: Population = {
  resellers: 2,
  contexts: 2,
  usersPerContext: 3,
  bigContextUsers: 0,
  isUsed: false,
};
/** What differs between two databases that were made by the same calls. */
const varying: Record<string, readonly string[]> = {
  settings: ['masterPasswordHash'],
  knex_migrations: ['migration_time'],
  contexts: ['made_ms'],
  resellers: ['named_ms'],
};
const passwordMech = 'SHA-512';

type Row = Record<string, unknown>;

describe('wire: the users that the bench generates', function () {
  this.timeout(60_000);
  let generated: ReadonlyMap<string, Row[]>;
  let created: ReadonlyMap<string, Row[]>;
  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const [generatedUrl, createdUrl] = [await mariadbServer.url(), await mariadbServer.url()];
    await loadUsers(generatedUrl, population);
    await prepareDatabase(createdUrl);
    await createAll(createdUrl);
    [generated, created] = [await readAll(generatedUrl), await readAll(createdUrl)];
  });

  it('stand in the same tables as those that SOAP calls create, column by column', () => {
    expect([...generated.keys()]).to.deep.equal([...created.keys()]);
    for (const [table, rows] of created) expect(generated.get(table), table).to.deep.equal(rows);
    expect(created.get('users'), 'both databases have users').to.have.length(2 * (3 + 1));
  });

  it('have passwords that fit', async () => {
    const rows = generated.get('users') ?? [];
    for (const { contextId, id, password } of users()) {
      const row = rows.find((one) => one['context_id'] === contextId && one['id'] === id);
      expect(await verifyPassword(password, hashes.get(row ?? {}) ?? ''), `${contextId}/${id}`).to.equal(
        true,
      );
    }
  });
});

/** The hashes that were taken out of rows to compare these. */
const hashes = new WeakMap<Row, string>();

function* users(): Generator<GeneratedUser> {
  for (let contextId = 1; contextId <= population.contexts; contextId += 1)
    for (let index = 0; index < population.usersPerContext; index += 1) yield generatedUser(contextId, index);
}

/** The population once more, through the front door. What is written down about calls and over time is not generated. */
async function createAll(databaseUrl: string): Promise<void> {
  const untold = { AUDIT_RETENTION: '0', USAGE_SAMPLE_INTERVAL: '0' };
  const app = await startTestApp({ databaseUrl, env: { MASTER_PASSWORD: masterPassword, ...untold } });
  try {
    const soap = new RawSoap(app.url);
    const master = { login: app.masterLogin, password: masterPassword };
    for (let id = 1; id <= population.resellers; id += 1) {
      const name = resellerName(id);
      const adm = { name, displayname: `The ${name}`, password: generatedPassword, passwordMech };
      const answer = await soap.call('OXResellerService', 'create', { adm }, master);
      expect(idOf(returnedOne(answer))).to.equal(id);
    }
    for (let id = 1; id <= population.contexts; id += 1) {
      const owner = { login: resellerName(id), password: generatedPassword };
      const params = {
        ctx: { name: contextName(id), maxQuota: generatedQuotaMb },
        admin_user: adminData(id),
      };
      const answer = await soap.call('OXResellerContextService', 'create', params, owner);
      expect(idOf(returnedOne(answer))).to.equal(id);
    }
    for (const user of users()) {
      const params = { ctx: { id: user.contextId }, usrdata: userData(user) };
      const owner = { login: resellerName(user.contextId), password: generatedPassword };
      const answer = await soap.call('OXResellerUserService', 'create', params, owner);
      expect(idOf(returnedOne(answer))).to.equal(user.id);
    }
  } finally {
    await app.stop();
  }
}

function adminData(contextId: number): SoapParams {
  return {
    name: adminLogin,
    display_name: adminDisplayName(contextId),
    password: generatedPassword,
    passwordMech,
    given_name: 'Context',
    sur_name: 'Admin',
    primaryEmail: adminAddress(contextId),
    email1: adminAddress(contextId),
  };
}

function userData({ aliases, hasUnifiedQuota, ...user }: GeneratedUser): SoapParams {
  return {
    name: user.login,
    display_name: user.displayName,
    password: user.password,
    passwordMech,
    given_name: user.givenName,
    sur_name: user.surName,
    primaryEmail: user.address,
    email1: user.address,
    aliases,
    maxQuota: generatedQuotaMb,
    ...(hasUnifiedQuota ? { userAttributes: { config: { [unifiedQuotaProperty]: 'true' } } } : {}),
  };
}

/** Every row of every table but for what varies, ordered; salted hashes are put aside. */
async function readAll(url: string): Promise<ReadonlyMap<string, Row[]>> {
  const connection = await createConnection({ uri: url });
  try {
    const [tables] = await connection.query(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1",
    );
    const all = new Map<string, Row[]>();
    for (const { name } of tables as { name: string }[]) {
      const [rows] = await connection.query(`SELECT * FROM ${name}`);
      all.set(name, comparable(name, rows as Row[]));
    }
    return all;
  } finally {
    await connection.end();
  }
}

function comparable(table: string, rows: readonly Row[]): Row[] {
  const ignored = varying[table] ?? [];
  const kept = rows.filter((row) => !ignored.includes(String(row['name'])));
  const order = new Map(kept.map((row) => [row, JSON.stringify(row)]));
  kept.sort((a, b) => ((order.get(a) ?? '') < (order.get(b) ?? '') ? -1 : 1));
  return kept.map((row) => {
    const plain = Object.entries(row).filter(([name]) => !ignored.includes(name) && name !== 'password_hash');
    const one: Row = Object.fromEntries(plain);
    if (typeof row['password_hash'] === 'string') hashes.set(one, row['password_hash']);
    return one;
  });
}
