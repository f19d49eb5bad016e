import { expect } from 'chai';
import { expectDone, expectFault, returned, returnedOne } from '../../support/wire/raw-soap.js';
import { child, scalars } from '../../support/wire/xml-tree.js';
import { idOf, userData, World } from '../fixtures.js';

const DENIED = 'Authentication failed';

describe('wire: resellers and their contexts stay apart (docs/contract/authentication.md#3, docs/contract/authentication.md#2, docs/contract/contexts.md#4)', function () {
  this.timeout(60_000);
  let world: World;
  const rival = { login: 'rival', password: 'rival-secret' };
  const parent = { login: 'parent', password: 'parent-secret' };
  const sub = { login: 'subadmin', password: 'sub-secret' };
  let rivals: number;
  let subs: number;
  let parents: number;
  before(async () => {
    world = await World.start();
    await world.newReseller(rival);
    await world.newReseller(parent, {
      restrictions: [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }],
    });
    await world.newReseller(sub, {}, parent);
    rivals = await world.newContext('rival_x', { as: rival });
    parents = await world.newContext('parent_x', { as: parent });
    subs = await world.newContext('subadmin_x', { as: sub });
  });
  after(() => world.stop());

  for (const operation of ['change', 'delete', 'getData', 'enable', 'disable', 'exists']) {
    it(`${operation} on another reseller's context is refused`, async () => {
      const ctx = { id: rivals, ...(operation === 'change' ? { maxQuota: 1 } : {}) };
      expectFault(await world.contexts(operation, { ctx }), 'InvalidCredentialsException', DENIED);
    });
  }
  for (const operation of [
    'list',
    'listAll',
    'exists',
    'getContextAdmin',
    'getData',
    'create',
    'change',
    'delete',
  ]) {
    it(`the user service's ${operation} there, too`, async () => {
      const params = {
        list: { search_pattern: '*' },
        listAll: {},
        exists: { user: { id: 2 } },
        getContextAdmin: {},
        getData: { user: { id: 2 } },
        create: { usrdata: userData('intruder') },
        change: { usrdata: { id: 2, note: 'x' } },
        delete: { user: { id: 2 }, reassign: 0 },
      }[operation];
      const answer = await world.users(operation, { ctx: { id: rivals }, ...params });
      expectFault(answer, 'InvalidCredentialsException', DENIED);
    });
  }
  it('nor the mail quota', async () => {
    const params = { ctxid: rivals, usrid: 2, quota: 5 };
    const answer = await world.oxaas('setMailQuota', params);
    expect(answer.fault?.text).to.match(/^Authentication failed/i);
  });

  const listed = async (as: typeof rival) => returned(await world.contexts('listAll', {}, as)).map(idOf);
  it('each lists its own contexts and its direct children’s', async () => {
    expect(await listed(world.reseller)).to.deep.equal([world.contextId]);
    expect(await listed(rival)).to.deep.equal([rivals]);
    expect(await listed(parent)).to.have.members([parents, subs]);
    expect(await listed(sub)).to.deep.equal([subs]);
    expect(await listed(world.master)).to.have.members([world.contextId, rivals, parents, subs]);
    const named = await world.contexts('list', { search_pattern: 'rival_x' });
    expect(returned(named)).to.have.length(0);
  });

  it('a parent may work in its child’s contexts, not the other way round', async () => {
    const ctx = { id: subs };
    returnedOne(await world.contexts('getData', { ctx }, parent));
    expectDone(await world.contexts('change', { ctx: { id: subs, maxQuota: 3 } }, parent));
    returnedOne(await world.users('create', { ctx, usrdata: userData('by-parent') }, parent));
    const upwards = await world.contexts('getData', { ctx: { id: parents } }, sub);
    expectFault(upwards, 'InvalidCredentialsException', DENIED);
    const users = await world.users('list', { ctx: { id: parents }, search_pattern: '*' }, sub);
    expectFault(users, 'InvalidCredentialsException', DENIED);
  });

  it('the owner stands in the context, without secrets', async () => {
    const context = returnedOne(await world.contexts('getData', { ctx: { id: rivals } }, rival));
    expect(scalars(child(context, 'owner'))).to.include({ name: 'rival', password: null });
  });

  it('a context admin reads his own context and does nothing else there', async () => {
    const as = world.contextAdmin;
    returnedOne(await world.contexts('getData', { ctx: world.ctx }, as));
    const other = await world.contexts('getData', { ctx: { id: rivals } }, { ...as, password: 'no' });
    expectFault(other, 'InvalidCredentialsException', DENIED);
    for (const operation of ['change', 'delete', 'disable', 'enable']) {
      const answer = await world.contexts(operation, { ctx: world.ctx }, as);
      expectFault(answer, 'InvalidCredentialsException', DENIED);
    }
    expectFault(
      await world.contexts('listAll', {}, as),
      'InvalidCredentialsException',
      'authentication failed',
    );
    const admin = { ctx: { name: 'ctxadmin_x', maxQuota: 1 }, admin_user: userData('x') };
    const created = await world.contexts('create', admin, as);
    expectFault(created, 'InvalidCredentialsException', 'authentication failed');
  });

  it('a context of the master belongs to no reseller', async () => {
    const id = await world.newContext('masters', { as: world.master });
    const answer = await world.contexts('getData', { ctx: { id } });
    expectFault(answer, 'InvalidCredentialsException', DENIED);
    const ofAdmin = await world.contexts('getData', { ctx: { id } }, world.contextAdmin);
    const prefix = 'com.openexchange.admin.rmi.exceptions.StorageException: ';
    expectFault(ofAdmin, 'StorageException', `${prefix}unable to determine owner of Context ${id}`);
  });
});
