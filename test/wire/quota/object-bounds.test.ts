import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  expectDone,
  expectFault,
  returnedOne,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { idOf, World, type Login } from '../fixtures.js';

const small = {
  // Where an ordinary user may change his attributes at all.
  SELF_CHANGE: 'original',
  MAX_ATTRIBUTES: '3',
  MAX_ATTRIBUTE_BYTES: '200',
  MAX_ALIASES: '3',
  MAX_PROFILE_BYTES: '2000',
  MAX_LOGIN_MAPPINGS: '3',
  MAX_GROUP_MEMBERS: '2',
  MAX_RESOURCE_PERMISSIONS: '2',
  MAX_CAPABILITIES: '2',
  MAX_FORWARDS: '2',
  MAX_FORWARD_TARGETS: '2',
  MAX_CATCHALLS: '2',
  MAX_SECONDARY_ACCOUNTS: '2',
  MAX_ANNOUNCEMENTS: '2',
  MAX_ANNOUNCEMENT_BYTES: '100',
};
const fast = { passwordMech: 'SHA-512' };
const ofConfig = (entries: SoapParams): SoapParams => ({ userAttributes: { config: entries } });
const expectRefused = (answer: SoapAnswer, text: RegExp): void =>
  expectFault(answer, 'InvalidDataException', text);

describe('wire: how much one object may hold', function () {
  this.timeout(120_000);
  let directory: string;
  let databaseUrl: string;
  let world: World;
  let anna: number;
  let bert: number;
  let carl: number;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oxbow-bounds-'));
    databaseUrl = `sqlite:${join(directory, 'oxbow.db')}`;
    world = await World.start(small, databaseUrl);
    anna = await world.newUser('anna', fast);
    bert = await world.newUser('bert', fast);
    carl = await world.newUser('carl', fast);
  });
  after(async () => {
    await world?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const rest = async (method: string, path: string, body?: unknown, as: Login = world.reseller) => {
    const authorization = `Basic ${Buffer.from(`${as.login}:${as.password}`).toString('base64')}`;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${world.url}${path}`, { method, headers: { authorization }, ...sent });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  };
  const expectRestRefused = (answer: { status: number; body: unknown }, text: RegExp): void => {
    expect(answer.status, JSON.stringify(answer.body)).to.equal(400);
    expect((answer.body as { detail: string }).detail).to.match(text);
  };

  it('attributes of a user: number and bytes, over any number of calls, over SOAP and REST, by the user himself', async () => {
    const self = { login: 'anna', password: 'pw-anna' };
    for (const name of ['a', 'b', 'c']) await world.changed(anna, ofConfig({ [name]: 'x' }), self);
    expectRefused(await world.change(anna, ofConfig({ d: 'x' }), self), /^userAttributes: .* 3 /);
    const path = `/provisioning/v1/contexts/${world.contextId}/users/${anna}`;
    expectRestRefused(
      await rest('PATCH', path, { attributes: { config: { d: 'x' } } }),
      /^userAttributes: no more than 3 are allowed$/,
    );
    const long = 'ü'.repeat(100);
    expectRefused(await world.change(anna, ofConfig({ a: long }), self), /userAttributes: .* 200 bytes/);
    await world.changed(anna, ofConfig({ a: 'y', b: null, d: 'x' }), self);
    const { body } = await rest('GET', path);
    expect((body as { attributes: unknown }).attributes).to.deep.equal({
      config: { a: 'y', c: 'x', d: 'x' },
    });
  });

  it('of a new user, with its aliases and personal data', async () => {
    const create = (name: string, more: SoapParams) =>
      world
        .newUser(name, { ...fast, ...more })
        .then(() => null)
        .catch((error: unknown) => String(error));
    const four = Array.from({ length: 4 }, (_, index) => `dora${index}@example.org`);
    expect(await create('dora', { aliases: four })).to.match(/aliases: no more than 3 are allowed/);
    expect(await create('dora', { aliases: four.slice(0, 3) }), 'with the primary one').to.match(/aliases: /);
    expect(await create('dora', ofConfig({ a: '', b: '', c: '', d: '' }))).to.match(/userAttributes: /);
    expect(await create('dora', { note: 'n'.repeat(2_000) })).to.match(/personal data: .* 2000 bytes/);
    expect(await create('dora', { aliases: four.slice(0, 2), note: 'n'.repeat(500) })).to.equal(null);
  });

  it('aliases and personal data of a user', async () => {
    const aliases = ['bert@example.org', 'b1@example.org', 'b2@example.org'];
    await world.changed(bert, { aliases });
    expectRefused(await world.change(bert, { aliases: [...aliases, 'b3@example.org'] }), /^aliases: .* 3 /);
    await world.changed(bert, { aliases });
    await world.changed(bert, { note: 'n'.repeat(1_000) });
    expectRefused(await world.change(bert, { street_home: 's'.repeat(1_000) }), /personal data/);
    await world.changed(bert, { note: 'short', street_home: 's'.repeat(1_000) });
  });

  it('attributes and login mappings of a context', async () => {
    const change = (more: SoapParams) => world.contexts('change', { ctx: { ...world.ctx, ...more } });
    expectDone(await change(ofConfig({ a: '1', b: '2', c: '3' })));
    expectRefused(await change(ofConfig({ d: '4' })), /^userAttributes: /);
    expectDone(await change({ loginMappings: ['m1'] }));
    expectRefused(await change({ loginMappings: ['m1', 'm2'] }), /^loginMappings: .* 3 /);
    const params = {
      ctx: { name: 'reseller1_big', maxQuota: 1, loginMappings: ['n1', 'n2'] },
      admin_user: { name: 'x', password: 'x', display_name: 'x', given_name: 'x', sur_name: 'x' },
    };
    const mail = { primaryEmail: 'x@big.example', email1: 'x@big.example' };
    const whole = { ...params, admin_user: { ...params.admin_user, ...mail } };
    expectRefused(await world.contexts('create', whole), /loginMappings: /);
  });

  it('what is set for a reseller', async () => {
    const id = await world.newReseller({ login: 'reseller2', password: 'secret' });
    const change = (more: SoapParams) => world.resellers('change', { adm: { id, ...more } });
    expectDone(await change({ taxonomiesToAdd: ['a', 'b'], capabilitiesToAdd: ['a', 'b', 'c'] }));
    expectRefused(await change({ taxonomiesToAdd: ['c', 'd'] }), /^taxonomies: .* 3 /);
    expectRefused(await change({ capabilitiesToAdd: ['d'] }), /^capabilities: /);
    expectDone(await change({ capabilitiesToAdd: ['d'], capabilitiesToDrop: ['a'] }));
  });

  it('members of a group, permissions of a resource, capabilities', async () => {
    const groups = (operation: string, params: SoapParams) =>
      world.soap.call('OXResellerGroupService', operation, { ctx: world.ctx, ...params }, world.reseller);
    const made = returnedOne(
      await groups('create', { grp: { name: 'g', displayname: 'G', members: [anna, bert] } }),
    );
    const grp = { id: idOf(made) };
    expectRefused(await groups('addMember', { grp, members: [{ id: carl }] }), /^members: .* 2 /);
    expectRefused(await groups('change', { grp: { ...grp, members: [anna, bert, carl] } }), /^members: /);
    expectDone(await groups('removeMember', { grp, members: [{ id: bert }] }));
    expectDone(await groups('addMember', { grp, members: [{ id: carl }] }));
    const capabilities = (capsToAdd: string) =>
      world.soap.call(
        'OXUserService',
        'changeCapabilities',
        { ctx: world.ctx, user: { id: anna }, capsToAdd },
        world.contextAdmin,
      );
    expectDone(await capabilities('one,two'));
    expectRefused(await capabilities('three'), /^capabilities: .* 2 /);
    const resources = (permissions: SoapParams[]) =>
      world.soap.call(
        'OXResellerResourceService',
        'create',
        { ctx: world.ctx, res: { name: 'r', displayname: 'R', email: 'r@example.org', permissions } },
        world.reseller,
      );
    const permissions = [anna, bert, carl].map((entity) => ({ entity, group: false, privilege: 'delegate' }));
    expectRefused(await resources(permissions), /^permissions: .* 2 /);
    expectDone(await resources(permissions.slice(0, 2)));
  });

  it('forwards, catch-alls, secondary accounts, announcements', async () => {
    const forward = (name: string, targets: string[]) =>
      rest('POST', `/oxaas/v1/admin/forwards/${world.contextId}/${name}@example.org`, targets);
    expect((await forward('f1', ['a@far.example', 'b@far.example'])).status).to.equal(201);
    expectRestRefused(await forward('f2', ['a@far.example', 'b@far.example', 'c@far.example']), /1 to 2 /);
    expect((await forward('f2', ['a@far.example'])).status).to.equal(201);
    expectRestRefused(await forward('f3', ['a@far.example']), /^forwards: no more than 2 /);
    expect((await forward('f1', ['b@far.example'])).status, 'one in place of another').to.equal(201);

    const catchall = (user: string, domain = 'example.org') =>
      world.oxaas('createDomainCatchall', { ctxid: world.contextId, domain, user });
    for (const user of ['anna', 'bert', 'anna']) expectDone(await catchall(user));
    expectRefused(await catchall('carl'), /^catch-alls: .* 2 /);

    const account = (address: string) =>
      world.soap.call(
        'OXSecondaryAccountService',
        'create',
        {
          context: world.ctx,
          accountDataOnCreate: { primaryAddress: address, login: 'x', mailServer: 'imap.far.example' },
          users: [{ id: anna }],
        },
        world.reseller,
      );
    for (const name of ['a', 'b']) expectDone(await account(`${name}@far.example`));
    expectRefused(await account('c@far.example'), /^secondary accounts of user \d+: .* 2 /);

    const announce = (text: string, as?: Login) =>
      rest('POST', '/oxaas/v1/admin/announcements', { text }, as);
    expectRestRefused(await announce('x'.repeat(120)), /^announcements: .* 100 bytes/);
    for (const text of ['one', 'two']) expect((await announce(text)).status).to.equal(200);
    expectRestRefused(await announce('three'), /^announcements: no more than 2 /);
    expect((await announce('the master has his own', world.master)).status).to.equal(200);
  });

  it('calls at once come no further than calls one after the other', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
    const answers = await Promise.all(names.map((name) => world.change(carl, ofConfig({ [name]: 'x' }))));
    expect(answers.filter(({ fault }) => fault === undefined)).to.have.length(3);
  });

  it('what is above a bound from another time may be sent back whole and become less, and does not grow', async () => {
    await world.stop();
    world = await World.resume(world, { ...small, MAX_ALIASES: '1', MAX_ATTRIBUTES: '1' }, databaseUrl);
    const aliases = ['bert@example.org', 'b1@example.org', 'b2@example.org'];
    await world.changed(bert, { aliases });
    expectRefused(await world.change(bert, { aliases: [...aliases, 'b9@example.org'] }), /^aliases: .* 1 /);
    await world.changed(bert, { aliases: aliases.slice(0, 2) });
    expectRefused(await world.change(bert, { aliases }), /^aliases: /);
    await world.changed(anna, ofConfig({ a: 'z', c: 'x', d: 'x' }));
    expectRefused(await world.change(anna, ofConfig({ e: 'x' })), /^userAttributes: /);
    await world.changed(anna, ofConfig({ c: null, e: 'x' }));
    await world.changed(anna, ofConfig({ a: null }));
    expectRefused(await world.change(anna, ofConfig({ a: 'x' })), /^userAttributes: /);
  });
});
