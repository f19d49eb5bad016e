import { expect } from 'chai';
import { expectDone, expectFault, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { texts } from '../../support/wire/xml-tree.js';
import { idOf, userData, World } from '../fixtures.js';

const pair = (address: string) => ({ primaryEmail: address, email1: address });

describe('wire: mail addresses are unique over the platform (issue 2)', function () {
  this.timeout(60_000);
  let world: World;
  let elsewhere: number;
  before(async () => {
    world = await World.start();
    await world.shareDomain();
    await world.newReseller({ login: 'rival', password: 'rival-secret' });
    elsewhere = await world.newContext('rival_x', { as: { login: 'rival', password: 'rival-secret' } });
    await world.newUser('owner', { aliases: ['Owner.Alias@example.org'] });
  });
  after(() => world.stop());

  const rival = { login: 'rival', password: 'rival-secret' };
  const createThere = (name: string, more: SoapParams) =>
    world.users('create', { ctx: { id: elsewhere }, usrdata: userData(name, more) }, rival);
  const createHere = (name: string, more: SoapParams) =>
    world.users('create', { ctx: world.ctx, usrdata: userData(name, more) });

  const taken: [string, SoapParams][] = [
    ['a primary address', pair('owner@example.org')],
    ['a primary address in other letters', pair('OWNER@Example.Org')],
    ["somebody's alias as primary", pair('owner.alias@example.org')],
    ["somebody's alias as alias", { aliases: ['owner.alias@EXAMPLE.org'] }],
    ["somebody's primary as alias", { aliases: ['Owner@example.org'] }],
    ["somebody's primary as sender", { defaultSenderAddress: 'owner@example.org' }],
  ];
  for (const [title, fields] of taken) {
    it(`${title} is refused in the same and in another reseller's context`, async () => {
      const address = new RegExp('owner(\\.alias)?@example\\.org.* already exists', 'i');
      expectFault(await createHere('second', fields), 'InvalidDataException', address);
      expectFault(await createThere('second', fields), 'InvalidDataException', address);
      expect(await world.exists({ name: 'second' }), 'nothing is left behind').to.equal('false');
    });
  }

  it('change is held to it as well', async () => {
    const id = await world.newUser('changer');
    const aliases = ['changer@example.org', 'owner.alias@example.org'];
    const refused = await world.change(id, { aliases });
    expectFault(refused, 'InvalidDataException', /owner\.alias@example\.org/i);
    expect(texts(await world.getUser(id), 'aliases')).to.deep.equal(['changer@example.org']);
    await world.changed(id, { aliases: ['Changer@Example.org', 'changer@example.org'] });
  });

  it('an address is free once it is given up, by change or delete', async () => {
    const giver = await world.newUser('giver', { aliases: ['given@example.org'] });
    expect((await createThere('taker', pair('given@example.org'))).fault?.exception).to.equal(
      'InvalidDataException',
    );
    await world.changed(giver, { aliases: ['giver@example.org'] });
    const taker = idOf(returnedOne(await createThere('taker', pair('given@example.org'))));
    const where = { ctx: { id: elsewhere } };
    expectDone(await world.users('delete', { ...where, user: { id: taker }, reassign: 0 }, rival));
    await world.changed(giver, { aliases: ['giver@example.org', 'given@example.org'] });
    expectDone(await world.users('delete', { ctx: world.ctx, user: { id: giver }, reassign: 0 }));
    returnedOne(await createThere('giver', { aliases: ['given@example.org'] }));
  });

  it('deleting a context frees its addresses', async () => {
    const contextId = await world.newContext('reseller1_gone');
    await world.newUser('mayfly', {}, contextId);
    expect((await createThere('mayfly', {})).fault?.exception).to.equal('InvalidDataException');
    expectDone(await world.contexts('delete', { ctx: { id: contextId } }));
    returnedOne(await createThere('mayfly', {}));
  });

  it('context admins have no mailbox and are exempt', async () => {
    const admin_user = userData('exempt', pair('owner@example.org'));
    const params = { ctx: { name: 'reseller1_exempt', maxQuota: 1 }, admin_user };
    returnedOne(await world.contexts('create', params));
    await world.changed(2, pair('boss.of.all@example.org'));
    returnedOne(await createThere('bossy', pair('boss.of.all@example.org')));
  });

  it('logins stay unique per context', async () => {
    returnedOne(await createThere('owner', pair('another.owner@example.org')));
  });
});

describe('wire: MAIL_ADDRESS_SCOPE=context, the rule of the original (docs/contract/users.md#1-3)', function () {
  this.timeout(60_000);
  let world: World;
  let ownerId: number;
  before(async () => {
    world = await World.start({ MAIL_ADDRESS_SCOPE: 'context' });
    ownerId = await world.newUser('owner', { aliases: ['shared@example.org'] });
  });
  after(() => world.stop());

  it('a primary address is taken only inside the context, letter case ignored', async () => {
    const usrdata = userData('second', pair('OWNER@example.org'));
    const refused = await world.users('create', { ctx: world.ctx, usrdata });
    const text = `Primary mail address "OWNER@example.org" already exists in context ${world.contextId} (Already assigned to user ${ownerId}).`;
    expectFault(refused, 'InvalidDataException', text);
    const other = await world.newContext('reseller1_other');
    await world.newUser('owner', {}, other);
  });
  it('mail rules only run when an address of the mailbox is sent (2.3)', async () => {
    const id = await world.newUser('second.address');
    await world.changed(id, { email2: 'no address' });
    const refused = await world.change(id, { email2: 'no address', email1: 'second.address@example.org' });
    expectFault(refused, 'InvalidDataException', 'Invalid email address: no address');
  });

  it('aliases are not compared with anything', async () => {
    await world.newUser('sharer', { aliases: ['shared@example.org', 'owner@example.org'] });
    await world.newUser('primary', pair('shared@example.org'));
  });
});
