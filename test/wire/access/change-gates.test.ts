import { expect } from 'chai';
import { expectDone, expectFault, returnedOne } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { idOf, World } from '../fixtures.js';

describe('wire: the gates of change user', function () {
  this.timeout(60_000);
  let world: World;
  before(async () => {
    world = await World.start({
      USERNAME_CHANGEABLE: 'false',
      PRIMARY_MAIL_UNCHANGEABLE: 'true',
      ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET: 'false',
      ENFORCE_UNIQUE_DISPLAY_NAME: 'false',
      AUTO_TO_LOWERCASE_UID: 'true',
      DEFAULT_TIMEZONE: 'Europe/Madrid',
      CHECK_USER_UID_REGEXP: '[a-z0-9]',
      MASTER_LOGIN: 'OxAdmin',
    });
  });
  after(() => world.stop());

  it('USERNAME_CHANGEABLE=false: no rename, the characters are not even looked at (2.2)', async () => {
    const id = await world.newUser('rigid');
    for (const name of ['other', 'not allowed!']) {
      expectFault(await world.change(id, { name }), 'InvalidDataException', 'Changing username is disabled!');
    }
    await world.changed(id, { name: 'rigid', note: 'same name is no rename' });
  });

  it('PRIMARY_MAIL_UNCHANGEABLE=true: gate before the mail rules, letter case ignored (2.3)', async () => {
    const id = await world.newUser('mailgate');
    const moved = await world.change(id, { primaryEmail: 'elsewhere@example.org', email1: 'nope' });
    expectFault(moved, 'InvalidDataException', 'primary mail must not be changed');
    const same = 'MAILGATE@example.org';
    await world.changed(id, { primaryEmail: same, email1: same });
    const admin = await world.change(2, { primaryEmail: 'elsewhere@example.org' });
    expectFault(admin, 'InvalidDataException', 'primary mail must not be changed');
  });

  it('PRIMARY_MAIL_UNCHANGEABLE=true: gate after the time zone and before the password (2.1)', async () => {
    const id = await world.newUser('gateorder');
    const fields = { primaryEmail: 'elsewhere@example.org', passwordMech: 'ROT13' };
    const zone = await world.change(id, { ...fields, timezone: 'Nowhere/City' });
    expectFault(zone, 'InvalidDataException', 'The given timezone is invalid');
    const gate = await world.change(id, fields);
    expectFault(gate, 'InvalidDataException', 'primary mail must not be changed');
  });

  it('ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET=false: refused on change, not on create (1.6, 2.5)', async () => {
    const without = await world.newUser('nostore');
    const text =
      `Quota cannot be changed for user ${without} in context ${world.contextId} since that user has no ` +
      'file storage set. See "ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET".';
    expectFault(await world.change(without, { maxQuota: 5 }), 'StorageException', text);
    await world.changed(without, { maxQuota: -1 });
    const own = await world.newUser('hasstore', { maxQuota: 1 });
    await world.changed(own, { maxQuota: 5 });
    expect(scalars(await world.getUser(own))).to.include({ maxQuota: '5', usedQuota: '0' });
  });

  it('ENFORCE_UNIQUE_DISPLAY_NAME=false: display names may repeat (1.3)', async () => {
    await world.newUser('twin1', { display_name: 'Twin' });
    const second = await world.newUser('twin2', { display_name: 'Twin' });
    await world.changed(second, { display_name: 'Twin' });
  });

  it('AUTO_TO_LOWERCASE_UID=true: stored logins and the login in auth are lower-cased (1.5)', async () => {
    const id = await world.newUser('loweruid');
    const upper = await world.newUser('x1', { name: 'uppercase' });
    expect(scalars(await world.getUser(upper))['name']).to.equal('uppercase');
    const me = { login: 'LowerUid', password: 'pw-loweruid' };
    returnedOne(await world.users('getData', { ctx: world.ctx, user: { id } }, me));
    const named = await world.users('getData', { ctx: world.ctx, user: { name: 'LowerUid' } });
    expect(idOf(returnedOne(named))).to.equal(id);
    expect(await world.exists({ name: 'LowerUid' })).to.equal('true');
    expectDone(await world.users('change', { ctx: world.ctx, usrdata: { name: 'LowerUid', note: 'x' } }));
  });

  it('AUTO_TO_LOWERCASE_UID=true: master admin and resellers with capitals are let in, in any letter case', async () => {
    const brand = { login: 'Brand.Env', password: 'brand-secret' };
    await world.newReseller(brand);
    const plain = { login: 'RESELLER1', password: world.reseller.password };
    const masters = ['OxAdmin', 'oxadmin'].map((login) => ({ ...world.master, login }));
    for (const caller of [brand, plain, ...masters])
      expect((await world.contexts('listAll', {}, caller)).fault, caller.login).to.equal(undefined);
    const id = await world.newContext('Brand.Env_x', { as: brand });
    returnedOne(await world.users('getData', { ctx: { id }, user: { id: 2 } }, brand));
    returnedOne(await world.contexts('getData', { ctx: { id } }, brand));
  });

  it('CHECK_USER_UID_REGEXP and DEFAULT_TIMEZONE are obeyed (1.4, 1.5)', async () => {
    const text = 'Illegal chars: "-_"';
    const usrdata = { name: 'a-b_c', password: 'x', display_name: 'x', given_name: 'x', sur_name: 'x' };
    const mail = { primaryEmail: 'abc@example.org', email1: 'abc@example.org' };
    const refused = await world.users('create', { ctx: world.ctx, usrdata: { ...usrdata, ...mail } });
    expectFault(refused, 'InvalidDataException', text);
    const id = await world.newUser('zone');
    expect(scalars(await world.getUser(id))['timezone']).to.equal('Europe/Madrid');
  });
});
