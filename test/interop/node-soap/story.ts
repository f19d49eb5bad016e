// Walks the story of test/support/interop-story.ts with node-soap, as a client that knows nothing of this project.
//
// Usage: node --import=tsx story.ts PACKAGE URL MASTER_LOGIN MASTER_PASSWORD
// where PACKAGE is soap (1.13) or soap-0.31

import type * as NodeSoap from 'soap';

type Client = NodeSoap.Client;
type Members = Readonly<Record<string, unknown>>;

const UNIFIED = 'com.openexchange.unifiedquota.enabled';
const [packageName = '', url = '', masterLogin = '', masterPassword = ''] = process.argv.slice(2);
const { createClientAsync } = (await import(packageName)) as typeof NodeSoap;

function say(step: string, value: unknown): void {
  console.log(JSON.stringify({ step, value }));
}

/** Calls an operation; null for the empty Body of a void one, which node-soap hands over as an envelope or as nothing. */
async function call(client: Client, operation: string, request: Members): Promise<Members | null> {
  const method: unknown = client[`${operation}Async`];
  if (typeof method !== 'function') throw new Error(`the WSDL has no ${operation}`);
  const [answer] = (await method.call(client, request)) as [Members | null];
  return answer && !('Body' in answer) ? answer : null;
}

/** The `return` of an operation with a result. */
async function ask(client: Client, operation: string, request: Members): Promise<Members> {
  return (await call(client, operation, request))?.['return'] as Members;
}

async function sayFault(step: string, answer: Promise<unknown>): Promise<void> {
  const fault = await answer.then(() => undefined, faultOf);
  if (!fault) throw new Error(`${step}: no fault came`);
  say(step, { fault: Object.keys(fault.detail ?? {}).join(), text: fault.faultstring });
}

interface SoapError extends Error {
  readonly root?: { Envelope: { Body: { Fault: { faultstring: string; detail?: object } } } };
}

function faultOf(error: SoapError) {
  if (!error.root) throw error;
  return error.root.Envelope.Body.Fault;
}

function pick(from: Members | null, names: string): Members {
  return Object.fromEntries(names.split(' ').map((name) => [name, from?.[name] ?? null]));
}

/** node-soap gives one element or an array of them. */
function listOf(found: unknown): Members[] {
  return found === undefined || found === null ? [] : ([found].flat() as Members[]);
}

function entriesOf(map: unknown): Members[] {
  return listOf((map as Members | undefined)?.['entries']);
}

function summary(user: Members): Members {
  const pairs = entriesOf(user['userAttributes']).flatMap((namespace) => entriesOf(namespace['value']));
  return {
    ...pick(user, 'id name display_name given_name sur_name primaryEmail email1 language timezone'),
    ...pick(user, 'mailenabled filestoreId password'),
    maxQuota: Number(user['maxQuota']), // 0.31 leaves xs:long as text
    usedQuota: Number(user['usedQuota']),
    aliases: listOf(user['aliases']),
    config: Object.fromEntries(pairs.map((entry) => [entry['key'], entry['value']])),
  };
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

async function connect(service: string): Promise<Client> {
  const client = await createClientAsync(`${url}/webservices/${service}?wsdl`);
  if (packageName === 'soap-0.31') {
    // It gives repeated members that a type inherits (loginMappings) a prefix ns1 that it declares nowhere.
    client.wsdl.xmlnsInEnvelope += ' xmlns:ns1="http://dataobjects.soap.admin.openexchange.com/xsd"';
  }
  return client;
}

function summaryOfContext(context: Members): Members {
  return { ...pick(context, 'id name enabled'), maxQuota: Number(context['maxQuota']) };
}

// The master admin makes a reseller.
const resellers = await connect('OXResellerService');
const master = { login: masterLogin, password: masterPassword };
const adm = { name: 'reseller1', displayname: 'Reseller One', password: 'reseller-secret' };
say('create-reseller', pick(await ask(resellers, 'create', { adm, creds: master }), 'id name'));

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
say('create-context', pick(context, 'id name'));
const contextId = context['id'];
const ctx = { id: contextId };
const found = await ask(contexts, 'list', { search_pattern: 'reseller1_acme', auth });
say(
  'list-contexts',
  listOf(found).map(({ id }) => id),
);
const wholeContext = await ask(contexts, 'getData', { ctx, auth });
say('get-context', summaryOfContext(wholeContext));
say('change-whole-context', await call(contexts, 'change', { ctx: wholeContext, auth }));
say('get-whole-context', summaryOfContext(await ask(contexts, 'getData', { ctx, auth })));
say('context-exists', await ask(contexts, 'exists', { ctx, auth }));

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
say('create-user', pick(anna, 'id name password'));
const user = { id: anna['id'] };
const mailbox = { ctxid: contextId, usrid: anna['id'] };
say('set-mail-quota', await call(oxaas, 'setMailQuota', { ...mailbox, quota: 1024, creds: auth }));
say('get-user', summary(await ask(users, 'getData', { ctx, user, auth })));
say('get-mail-quota', Number(await ask(oxaas, 'getMailQuota', { ...mailbox, creds: auth })));
say(
  'get-quota-usage',
  Number((await ask(oxaas, 'getQuotaUsagePerUser', { ...mailbox, creds: auth }))['storage']),
);
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
say('create-second-user', pick(berta, 'id name'));
const listed = await ask(users, 'list', { ctx, search_pattern: '*', auth });
say(
  'list-users',
  listOf(listed).map(({ id }) => id),
);
const several = await ask(users, 'getMultipleData', { ctx, users: [{ id: berta['id'] }, user], auth });
say(
  'get-multiple',
  listOf(several).map((one) => pick(one, 'id name')),
);
say('user-exists', await ask(users, 'exists', { ctx, user: { name: 'anna' }, auth }));
say('nobody-exists', await ask(users, 'exists', { ctx, user: { name: 'nobody' }, auth }));
const onBerta = { ctx, user: { id: berta['id'] }, auth };
const modules = 'webmail calendar tasks globalAddressBookDisabled infostore deniedPortal';
say('get-module-access', pick(await ask(users, 'getModuleAccess', onBerta), modules));
say('get-access-combination-name', await ask(users, 'getAccessCombinationName', onBerta));

// Refusals.
const again = { ...bertaData, name: 'anna', display_name: 'Another' };
await sayFault('duplicate-user', call(users, 'create', { ctx, usrdata: again, auth }));
await sayFault('unknown-user', call(users, 'getData', { ctx, user: { id: 4711 }, auth }));
const wrong = { login: 'reseller1', password: 'wrong' };
await sayFault('wrong-password', call(users, 'listAll', { ctx, auth: wrong }));
await sayFault('delete-while-unified', call(users, 'delete', { ctx, user, auth, reassign: 0 }));

// A group.
const groups = await connect('OXResellerGroupService');
const idsOf = (found: Members | null) => listOf(found?.['return']).map(({ id }) => id);
const groupOf = (found: Members) => ({
  ...pick(found, 'id name displayname'),
  members: listOf(found['members']),
});
const sales = { name: 'sales', displayname: 'Vertrieb Ærø & 漢字' };
const createdGroup = await ask(groups, 'create', { ctx, grp: sales, auth });
say('create-group', pick(createdGroup, 'id name'));
const onGroup = { ctx, grp: { id: createdGroup['id'] }, auth };
const secondUser = { id: berta['id'] };
say('add-members', await call(groups, 'addMember', { ...onGroup, members: [user, secondUser] }));
say('get-members', idsOf(await call(groups, 'getMembers', onGroup)));
say('get-group', groupOf(await ask(groups, 'getData', onGroup)));
say('list-groups', idsOf(await call(groups, 'list', { ctx, pattern: 'sales', auth })));
say('groups-of-user', idsOf(await call(groups, 'listGroupsForUser', { ctx, usr: user, auth })));
say('remove-member', await call(groups, 'removeMember', { ...onGroup, members: [secondUser] }));
const wholeGroup = await ask(groups, 'getData', onGroup);
say('change-whole-group', await call(groups, 'change', { ctx, grp: wholeGroup, auth }));
say('get-whole-group', groupOf(await ask(groups, 'getData', onGroup)));
await sayFault('unknown-group', call(groups, 'getData', { ctx, grp: { id: 4711 }, auth }));
say('delete-group', await call(groups, 'delete', onGroup));
say('groups-left', idsOf(await call(groups, 'list', { ctx, pattern: 'sales', auth })));

// Object quotas, by the service that can set them.
const plain = await connect('OXContextService');
const onContext = { ctx, auth: master };
const changeQuota = (module: string, quotaValue: string) =>
  call(plain, 'changeQuota', { ctx, module, quotaValue, auth: master });
const listQuota = async (client: Client) =>
  listOf((await call(client, 'listQuota', onContext))?.['return']).map((quota) => ({
    module: quota['module'],
    limit: Number(quota['limit']),
  }));
say('change-object-quotas', await changeQuota('calendar,task', '300'));
say('list-object-quotas', await listQuota(plain));
say('drop-object-quota', await changeQuota('task', '-1'));
say('list-object-quotas-left', await listQuota(plain));
await sayFault('unknown-module', changeQuota('nonsense', '1'));
say('list-object-quotas-as-reseller-service', await listQuota(contexts));

// Unified off, one attribute removed by nil; then the whole object goes back as it came.
const off = { ...user, userAttributes: config({ [UNIFIED]: 'false', 'com.example.flag': null }) };
say('switch-unified-off', await call(users, 'change', { ctx, usrdata: off, auth }));
const wholeUser = await ask(users, 'getData', { ctx, user, auth });
say('get-switched-off', summary(wholeUser));
say('rest-quota-off', await restQuota(contextId, anna['id']));
say('change-whole-user', await call(users, 'change', { ctx, usrdata: wholeUser, auth }));
say('get-whole-user', summary(await ask(users, 'getData', { ctx, user, auth })));

// The end.
say('delete-user', await call(users, 'delete', { ctx, user, auth, reassign: 0 }));
await sayFault('get-deleted', call(users, 'getData', { ctx, user, auth }));
say('delete-context', await call(contexts, 'delete', { ctx, auth }));
say('context-gone', await ask(contexts, 'exists', { ctx, auth }));
say('delete-reseller', await call(resellers, 'delete', { adm: { name: 'reseller1' }, creds: master }));
const left = await call(resellers, 'list', { search_pattern: 'reseller1', creds: master });
say(
  'resellers-left',
  listOf(left?.['return']).map(({ name }) => name),
);
