import { expectDone, expectFault, returnedOne } from '../../support/wire/raw-soap.js';
import { World } from '../fixtures.js';

describe('wire: MASTER_ACCOUNT_OVERRIDE=false (docs/contract/authentication.md#2)', function () {
  this.timeout(60_000);
  let world: World;
  const parent = { login: 'parent', password: 'parent-secret' };
  const child = { login: 'child', password: 'child-secret' };
  const admin = { login: 'childadmin', password: 'admin-secret' };
  let ctx: { id: number };
  before(async () => {
    world = await World.start({ MASTER_ACCOUNT_OVERRIDE: 'false' });
    const restrictions = [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }];
    await world.newReseller(parent, { restrictions });
    await world.newReseller(child, {}, parent);
    ctx = { id: await world.newContext('child_x', { as: child, adminLogin: admin }) };
  });
  after(() => world?.stop());

  it('nobody but the context admin acts on users', async () => {
    for (const caller of [world.master, parent, child]) {
      const answer = await world.users('getData', { ctx, user: { id: 2 } }, caller);
      expectFault(answer, 'InvalidCredentialsException', 'Authentication failed');
    }
    returnedOne(await world.users('getData', { ctx, user: { id: 2 } }, admin));
  });

  it('a reseller acts on its own contexts, but not on those of its children', async () => {
    expectDone(await world.contexts('change', { ctx: { ...ctx, maxQuota: 7 } }, child));
    expectDone(await world.contexts('change', { ctx: { ...ctx, maxQuota: 8 } }, world.master));
    for (const operation of ['change', 'getData', 'exists', 'delete']) {
      const answer = await world.contexts(operation, { ctx }, parent);
      expectFault(answer, 'InvalidCredentialsException', 'Authentication failed');
    }
  });
});
