// Walks the story of test/support/interop/interop-story.ts with a JavaScript client, as one that knows nothing of this project.
//
// Usage: node --import=tsx story.ts CLIENT URL MASTER_LOGIN MASTER_PASSWORD

import { listOf, SoapFault, type Call, type Connect, type Members } from './client.js';
import { nodeSoap } from './node-soap.js';
import { connectWithOwnXml } from './own-xml.js';
import { connectWithStrongSoap } from './strong-soap.js';

const connectOf: Readonly<Record<string, Connect>> = {
  'node-soap-1.13': nodeSoap('soap'),
  'node-soap-0.31': nodeSoap('soap-0.31'),
  'strong-soap': connectWithStrongSoap,
  'own-xml': connectWithOwnXml,
};

const UNIFIED = 'com.openexchange.unifiedquota.enabled';
const [clientName = '', url = '', masterLogin = '', masterPassword = ''] = process.argv.slice(2);

function connect(service: string): Promise<Call> {
  const connectWith = connectOf[clientName];
  if (!connectWith) throw new Error(`no client ${clientName}`);
  return connectWith(url, service);
}

function say(step: string, value: unknown): void {
  console.log(JSON.stringify({ step, value }));
}

async function sayVoid(step: string, answer: Promise<readonly unknown[]>): Promise<void> {
  const returned = await answer;
  say(step, returned.length === 0 ? null : returned);
}

async function sayFault(step: string, answer: Promise<unknown>): Promise<void> {
  const fault = await answer.then(
    () => new Error(`${step}: no fault came`),
    (error: Error) => error,
  );
  if (!(fault instanceof SoapFault)) throw fault;
  say(step, { fault: fault.detail, text: fault.text });
}

/** The one value that an operation returns. */
async function ask(call: Call, operation: string, request: Members): Promise<Members> {
  const [value] = await call(operation, request);
  return value as Members;
}

async function askAll(call: Call, operation: string, request: Members): Promise<readonly Members[]> {
  return (await call(operation, request)) as readonly Members[];
}

/** Text, a number or a boolean: some clients leave every value as text, some only xs:long. */
function number(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function boolean(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

function texts(from: Members, names: string): Members {
  return Object.fromEntries(names.split(' ').map((name) => [name, from[name] ?? null]));
}

function idAndName(from: Members): Members {
  return { id: number(from['id']), name: from['name'] };
}

function ids(found: readonly Members[]): unknown[] {
  return found.map(({ id }) => number(id));
}

function entriesOf(map: unknown): Members[] {
  return listOf((map as Members | undefined)?.['entries']) as Members[];
}

function summary(user: Members): Members {
  const pairs = entriesOf(user['userAttributes']).flatMap((namespace) => entriesOf(namespace['value']));
  return {
    ...idAndName(user),
    ...texts(user, 'display_name given_name sur_name primaryEmail email1 language timezone password'),
    mailenabled: boolean(user['mailenabled']),
    maxQuota: number(user['maxQuota']),
    usedQuota: number(user['usedQuota']),
    filestoreId: number(user['filestoreId']),
    aliases: listOf(user['aliases']),
    config: Object.fromEntries(pairs.map((entry) => [entry['key'], entry['value']])),
  };
}

function summaryOfContext(context: Members): Members {
  const { maxQuota, enabled } = context;
  return { ...idAndName(context), maxQuota: number(maxQuota), enabled: boolean(enabled) };
}

function summaryOfGroup(group: Members): Members {
  const { displayname, members } = group;
  return { ...idAndName(group), displayname, members: listOf(members).map(number) };
}

function config(values: Members): Members {
  const entries = Object.entries(values).map(([key, value]) => ({ key, value }));
  return { entries: [{ key: 'config', value: { entries } }] };
}

async function restQuota(contextId: unknown, userId: unknown): Promise<unknown> {
  const authorization = `Basic ${btoa('reseller1:reseller-secret')}`;
  const address = `${url}/quota/v1/contexts/${String(contextId)}/users/${String(userId)}`;
  const response = await fetch(address, { headers: { authorization } });
  if (!response.ok) throw new Error(`quota: ${response.status}`);
  return response.json();
}

// The master admin makes a reseller.
const resellers = await connect('OXResellerService');
const master = { login: masterLogin, password: masterPassword };
const adm = { name: 'reseller1', displayname: 'Reseller One', password: 'reseller-secret' };
say('create-reseller', idAndName(await ask(resellers, 'create', { adm, creds: master })));

// The reseller makes a context.
const contexts = await connect('OXResellerContextService');
const auth = { login: 'reseller1', password: 'reseller-secret' };
const context = await ask(contexts, 'create', {
  ctx: { name: 'reseller1_acme', maxQuota: 1000 },
  admin_user: {
    name: 'oxadmin',
    password: 'admin-secret',
    display_name: 'Context Admin',
    sur_name: 'Admin',
    given_name: 'Context',
    primaryEmail: 'oxadmin@acme.example',
    email1: 'oxadmin@acme.example',
  },
  auth,
});
say('create-context', idAndName(context));
const contextId = context['id'];
const ctx = { id: contextId };
say('list-contexts', ids(await askAll(contexts, 'list', { search_pattern: 'reseller1_acme', auth })));
const wholeContext = await ask(contexts, 'getData', { ctx, auth });
say('get-context', summaryOfContext(wholeContext));
await sayVoid('change-whole-context', contexts('change', { ctx: wholeContext, auth }));
say('get-whole-context', summaryOfContext(await ask(contexts, 'getData', { ctx, auth })));
say('context-exists', boolean(await ask(contexts, 'exists', { ctx, auth })));

// A user with one quota over mail and files.
const users = await connect('OXResellerUserService');
const oxaas = await connect('OXaaSService');
const usrdata = {
  name: 'anna',
  password: 'anna-secret',
  display_name: 'Jürgen Ærø 漢字 & <b>',
  given_name: 'Jürgen',
  sur_name: 'Ærø 漢字 & <b>',
  primaryEmail: 'anna@acme.example',
  email1: 'anna@acme.example',
  aliases: ['a.berg@acme.example'],
  language: 'de_DE',
  timezone: 'Europe/Berlin',
  maxQuota: 1024,
  userAttributes: config({ [UNIFIED]: 'true', 'com.example.flag': 'yes' }),
};
const anna = await ask(users, 'create', { ctx, usrdata, auth });
say('create-user', { ...idAndName(anna), ...texts(anna, 'password') });
const user = { id: anna['id'] };
const mailbox = { ctxid: contextId, usrid: anna['id'] };
await sayVoid('set-mail-quota', oxaas('setMailQuota', { ...mailbox, quota: 1024, creds: auth }));
say('get-user', summary(await ask(users, 'getData', { ctx, user, auth })));
say('get-mail-quota', number(await ask(oxaas, 'getMailQuota', { ...mailbox, creds: auth })));
const usage = await ask(oxaas, 'getQuotaUsagePerUser', { ...mailbox, creds: auth });
say('get-quota-usage', number(usage['storage']));
say('rest-quota', await restQuota(contextId, anna['id']));

// A second user by the name of a module access combination, and the ways to read users.
const bertaData = {
  name: 'berta',
  password: 'berta-secret',
  display_name: 'Berta',
  given_name: 'Berta',
  sur_name: 'Berg',
  primaryEmail: 'berta@acme.example',
  email1: 'berta@acme.example',
};
const bertaRequest = { ctx, usrdata: bertaData, access_combination_name: 'pim', auth };
const berta = await ask(users, 'createByModuleAccessName', bertaRequest);
say('create-second-user', idAndName(berta));
say('list-users', ids(await askAll(users, 'list', { ctx, search_pattern: '*', auth })));
const secondUser = { id: berta['id'] };
const several = await askAll(users, 'getMultipleData', { ctx, users: [secondUser, user], auth });
say('get-multiple', several.map(idAndName));
say('user-exists', boolean(await ask(users, 'exists', { ctx, user: { name: 'anna' }, auth })));
say('nobody-exists', boolean(await ask(users, 'exists', { ctx, user: { name: 'nobody' }, auth })));
const onBerta = { ctx, user: secondUser, auth };
const access = await ask(users, 'getModuleAccess', onBerta);
const modules = 'webmail calendar tasks globalAddressBookDisabled infostore deniedPortal'.split(' ');
say('get-module-access', Object.fromEntries(modules.map((name) => [name, boolean(access[name])])));
say('get-access-combination-name', await ask(users, 'getAccessCombinationName', onBerta));

// Refusals.
const again = { ...bertaData, name: 'anna', display_name: 'Another' };
await sayFault('duplicate-user', users('create', { ctx, usrdata: again, auth }));
await sayFault('unknown-user', users('getData', { ctx, user: { id: 4711 }, auth }));
const wrong = { login: 'reseller1', password: 'wrong' };
await sayFault('wrong-password', users('listAll', { ctx, auth: wrong }));
await sayFault('delete-while-unified', users('delete', { ctx, user, auth, reassign: 0 }));

// A group.
const groups = await connect('OXResellerGroupService');
const sales = { name: 'sales', displayname: 'Vertrieb Ærø & 漢字' };
const createdGroup = await ask(groups, 'create', { ctx, grp: sales, auth });
say('create-group', idAndName(createdGroup));
const onGroup = { ctx, grp: { id: createdGroup['id'] }, auth };
await sayVoid('add-members', groups('addMember', { ...onGroup, members: [user, secondUser] }));
say('get-members', ids(await askAll(groups, 'getMembers', onGroup)));
say('get-group', summaryOfGroup(await ask(groups, 'getData', onGroup)));
say('list-groups', ids(await askAll(groups, 'list', { ctx, pattern: 'sales', auth })));
say('groups-of-user', ids(await askAll(groups, 'listGroupsForUser', { ctx, usr: user, auth })));
await sayVoid('remove-member', groups('removeMember', { ...onGroup, members: [secondUser] }));
const wholeGroup = await ask(groups, 'getData', onGroup);
await sayVoid('change-whole-group', groups('change', { ctx, grp: wholeGroup, auth }));
say('get-whole-group', summaryOfGroup(await ask(groups, 'getData', onGroup)));
await sayFault('unknown-group', groups('getData', { ctx, grp: { id: 4711 }, auth }));
await sayVoid('delete-group', groups('delete', onGroup));
say('groups-left', ids(await askAll(groups, 'list', { ctx, pattern: 'sales', auth })));

// Object quotas, by the service that can set them.
const plain = await connect('OXContextService');
const changeQuota = (module: string, quotaValue: string) =>
  plain('changeQuota', { ctx, module, quotaValue, auth: master });
const listQuota = async (service: Call) =>
  (await askAll(service, 'listQuota', { ctx, auth: master })).map(({ module, limit }) => ({
    module,
    limit: number(limit),
  }));
await sayVoid('change-object-quotas', changeQuota('calendar,task', '300'));
say('list-object-quotas', await listQuota(plain));
await sayVoid('drop-object-quota', changeQuota('task', '-1'));
say('list-object-quotas-left', await listQuota(plain));
await sayFault('unknown-module', changeQuota('nonsense', '1'));
say('list-object-quotas-as-reseller-service', await listQuota(contexts));

// Unified off, one attribute removed by nil; then the whole object goes back as it came.
const off = { ...user, userAttributes: config({ [UNIFIED]: 'false', 'com.example.flag': null }) };
await sayVoid('switch-unified-off', users('change', { ctx, usrdata: off, auth }));
const wholeUser = await ask(users, 'getData', { ctx, user, auth });
say('get-switched-off', summary(wholeUser));
say('rest-quota-off', await restQuota(contextId, anna['id']));
await sayVoid('change-whole-user', users('change', { ctx, usrdata: wholeUser, auth }));
say('get-whole-user', summary(await ask(users, 'getData', { ctx, user, auth })));

// The end.
await sayVoid('delete-user', users('delete', { ctx, user, auth, reassign: 0 }));
await sayFault('get-deleted', users('getData', { ctx, user, auth }));
await sayVoid('delete-context', contexts('delete', { ctx, auth }));
say('context-gone', boolean(await ask(contexts, 'exists', { ctx, auth })));
await sayVoid('delete-reseller', resellers('delete', { adm: { name: 'reseller1' }, creds: master }));
const left = await askAll(resellers, 'list', { search_pattern: 'reseller1', creds: master });
say(
  'resellers-left',
  left.map(({ name }) => name),
);
