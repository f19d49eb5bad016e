import { sqliteFile } from '../support/database/databases.js';
import { dumpDatabase, type DatabaseDump } from '../support/database/dump-database.js';
import { expectDone, returnedOne, type SoapParams } from '../support/wire/raw-soap.js';
import { idOf, userData, World, type Login } from '../wire/fixtures.js';

interface Thing {
  readonly id: number;
  readonly name: string;
}

/** One thing of every kind that a request can name: all of them there, or none. */
export interface Things {
  readonly context: Thing;
  readonly user: Thing;
  readonly group: Thing;
  readonly resource: Thing;
  readonly reseller: Thing;
  readonly filestore: Thing;
  readonly database: Thing;
  readonly server: Thing;
  readonly reason: Thing;
  readonly announcement: Thing;
  /** Its name is the id of the reservation. */
  readonly reservation: Thing;
  /** A domain that a catch-all and a user of the context have. */
  readonly domain: Thing;
  /** The address of a secondary account, and of a forward. */
  readonly address: Thing;
}
export type Kind = keyof Things;

/** Stands in the names of everything that strangers must not hear of. */
export const marker = /zq/i;

const login = (name: string): Login => ({ login: name, password: `pw-${name}` });

/** Everybody has a right password. */
export const people = {
  /** The reseller that owns the furnished context. */
  owner: login('zqrival1'),
  /** A child of the owner, with a context of its own. */
  child: login('zqchild1'),
  contextAdmin: login('zqadmin1'),
  /** Users of the furnished context; requests are about the second. */
  user: login('zqasker1'),
  otherUserThere: login('zquser1'),
  otherReseller: { login: 'reseller1', password: 'secret' },
  otherContextAdmin: login('farmadmin'),
  userElsewhere: login('farmer'),
} as const;

/** A platform with a furnished context, another below it, and strangers. */
export interface IsolationWorld {
  readonly world: World;
  readonly existing: Things;
  /** The context of the owner's child, furnished in the same way. */
  readonly existingBelow: Things;
  /** Names as long as those of `existing`, so that lengths tell nothing. */
  readonly absent: Things;
  /** Everything that is stored, save the count of failed logins, which is meant to change. */
  dump(): DatabaseDump;
}

const fast = { passwordMech: 'SHA-512' };
const token = 'isolation-file-service-token';

/** @param givenUrl of an empty database; one of SQLite by default, and only that can be dumped */
export async function startIsolationWorld(
  givenUrl?: string,
  furtherEnv: Readonly<Record<string, string>> = {},
): Promise<IsolationWorld> {
  const databaseUrl = givenUrl ?? (await sqliteFile.url());
  const env = {
    QUOTA_SCAN_INTERVAL: '0',
    USAGE_SAMPLE_INTERVAL: '0',
    LOG_LEVEL: 'error',
    FILE_SERVICE_TOKEN: token,
    ...furtherEnv,
  };
  const world = await World.start(env, databaseUrl);
  try {
    await world.newReseller(people.owner, {
      ...fast,
      restrictions: [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }],
    });
    const childId = await world.newReseller(people.child, fast, people.owner);
    await furnishStranger(world);
    const platform = { ...(await furnishPlatform(world)), reseller: { id: childId, name: 'zqchild1' } };
    const above = await furnishContext(world, 710_001, 'zqrival1_one', people.owner, '1');
    const below = await furnishContext(world, 720_001, 'zqchild1_two', people.child, '2');
    return {
      world,
      existing: { ...platform, ...above },
      existingBelow: { ...platform, ...below },
      absent: absentThings(),
      dump: () => dumpDatabase(databaseUrl, ['login_attempts']),
    };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

/** Another reseller with a context; its people have rights there and nowhere else. */
async function furnishStranger(world: World): Promise<void> {
  const { login: name, password } = people.otherContextAdmin;
  const admin_user = { ...userData(name, { password, ...fast }) };
  const ctx = { name: 'reseller1_farm', maxQuota: 1 };
  const id = idOf(returnedOne(await world.contexts('create', { ctx, admin_user }, people.otherReseller)));
  await world.newUser(people.userElsewhere.login, { password: people.userElsewhere.password, ...fast }, id);
}

type PlatformKind = 'filestore' | 'database' | 'server' | 'reason';

/** What only the master admin registers. */
async function furnishPlatform(world: World): Promise<Pick<Things, PlatformKind>> {
  const register = async (operation: string, params: SoapParams, name: string): Promise<Thing> => {
    const answer = await world.soap.call('OXUtilService', operation, params, world.master);
    return { id: idOf(returnedOne(answer)), name };
  };
  const reason = await world.soap.call(
    'OXUtilService',
    'createMaintenanceReason',
    { reason: { text: 'zqreason1' } },
    world.master,
  );
  const fstore = { url: 's3://zqstore1', size: 100_000 };
  const db = { name: 'zqdata1', url: 'jdbc:mysql://zq', password: 'x', master: true, maxUnits: 5 };
  return {
    filestore: await register('registerFilestore', { fstore }, 's3://zqstore1'),
    database: await register('registerDatabase', { db }, 'zqdata1'),
    server: await register('registerServer', { srv: { name: 'zqserver1' } }, 'zqserver1'),
    reason: { id: Number(returnedOne(reason).text) || idOf(returnedOne(reason)), name: 'zqreason1' },
  };
}

/** A context with one thing of every kind. `mark` tells addresses of two such contexts apart. */
async function furnishContext(
  world: World,
  id: number,
  name: string,
  owner: Login,
  mark: string,
): Promise<Omit<Things, PlatformKind | 'reseller'>> {
  const ctx = { id };
  const address = { id: 0, name: `acc${mark}@zq${mark}.example` };
  const domain = { id: 0, name: `zq${mark}.example` };
  const person = ({ login: user, password }: Login) =>
    userData(user, {
      password,
      primaryEmail: `${user}@${domain.name}`,
      email1: `${user}@${domain.name}`,
      ...fast,
    });
  const create = { ctx: { id, name, maxQuota: 1_000 }, admin_user: person(people.contextAdmin) };
  returnedOne(await world.contexts('create', create, owner));
  const made = async (service: string, operation: string, params: SoapParams): Promise<number> =>
    idOf(returnedOne(await world.soap.call(service, operation, { ctx, ...params }, owner)));
  await made('OXResellerUserService', 'create', { usrdata: person(people.user) });
  const userId = await made('OXResellerUserService', 'create', { usrdata: person(people.otherUserThere) });
  const grp = { name: 'zqgroup1', displayname: 'zqgroup1' };
  const res = { name: 'zqres1', displayname: 'zqres1', email: `res@${domain.name}` };
  const things = {
    context: { id, name },
    user: { id: userId, name: people.otherUserThere.login },
    group: { id: await made('OXResellerGroupService', 'create', { grp }), name: 'zqgroup1' },
    resource: { id: await made('OXResellerResourceService', 'create', { res }), name: 'zqres1' },
  };
  const catchall = { ctxid: id, domain: domain.name, user: things.user.name };
  expectDone(await world.oxaas('createDomainCatchall', catchall, owner));
  const account = { primaryAddress: address.name, name: 'zq', login: 'zq', mailServer: 'zq.example' };
  const holders = { context: ctx, users: [{ id: userId }], groups: [] };
  const secondary = { accountDataOnCreate: account, ...holders };
  expectDone(await world.soap.call('OXSecondaryAccountService', 'create', secondary, owner));
  await rest(world, owner, `/oxaas/v1/admin/forwards/${id}/${address.name}`, ['else@far.example']);
  const shown = await rest(world, owner, '/oxaas/v1/admin/announcements', { text: 'zq' });
  const reserved = await rest(world, null, `/quota/v1/contexts/${id}/users/${userId}/reservations`, {
    bytes: 5,
    key: 'zq',
  });
  return {
    ...things,
    domain,
    address,
    announcement: { id: Number(shown.id), name: '' },
    reservation: { id: 0, name: String(reserved.id) },
  };
}

async function rest(world: World, as: Login | null, path: string, body: unknown): Promise<{ id?: unknown }> {
  const basic = as && Buffer.from(`${as.login}:${as.password}`).toString('base64');
  const authorization = basic === null ? `Bearer ${token}` : `Basic ${basic}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${world.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { id?: unknown };
}

function absentThings(): Things {
  return {
    context: { id: 710_009, name: 'zqrival1_off' },
    user: { id: 9, name: 'zquser9' },
    group: { id: 9, name: 'zqgroup9' },
    resource: { id: 9, name: 'zqres9' },
    reseller: { id: 9, name: 'zqchild9' },
    filestore: { id: 9, name: 's3://zqstore9' },
    database: { id: 9, name: 'zqdata9' },
    server: { id: 9, name: 'zqserver9' },
    reason: { id: 9, name: 'zqreason9' },
    announcement: { id: 9, name: '' },
    reservation: { id: 0, name: '00000000-0000-4000-8000-000000000000' },
    domain: { id: 0, name: 'zq9.example' },
    address: { id: 0, name: 'acc9@zq9.example' },
  };
}
