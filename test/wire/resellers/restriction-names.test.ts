import { expect } from 'chai';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { child, scalars, texts } from '../../support/wire/xml-tree.js';
import { idOf, World, type Login } from '../fixtures.js';

describe('wire: which restrictions there are (docs/contract/resellers.md#2-2, docs/contract/authentication.md#3)', function () {
  this.timeout(60_000);
  let world: World;
  const limited: Login = { login: 'limited', password: 'secret' };
  before(async () => {
    world = await World.start();
    const restrictions = [
      { name: 'Subadmin.CanCreateSubadmin', value: 'true' },
      { name: 'Subadmin.MaxOverallUserByModuleaccess_pim', value: '3' },
    ];
    await world.newReseller(limited, { restrictions });
  });
  after(() => world.stop());

  describe('getRestrictionsFromContext', () => {
    const ask = (ctx: SoapParams | undefined, as: Login) =>
      world.resellers('getRestrictionsFromContext', { ctx }, as);
    it('refuses what the caller does not own', async () => {
      const text = `ContextID ${world.contextId} does not belong to ${limited.login}`;
      expectFault(await ask(world.ctx, limited), 'OXResellerException', text);
      const unknown = `ContextID 99999 does not belong to ${limited.login}`;
      expectFault(await ask({ id: 99999 }, limited), 'OXResellerException', unknown);
      expectFault(
        await ask({ id: 99999 }, world.master),
        'InvalidCredentialsException',
        'Authentication failed',
      );
      expectFault(await ask(undefined, limited), 'InvalidDataException', 'Invalid data sent!');
      const wrong = await ask(world.ctx, { ...limited, password: 'wrong' });
      expectFault(wrong, 'InvalidCredentialsException', 'authentication failed');
    });
    it('a context without any; by name; a parent for its child', async () => {
      expect(returned(await ask({ name: 'reseller1_acme' }, world.reseller))).to.deep.equal([]);
      const kid = { login: 'kid', password: 'k' };
      await world.newReseller(kid, {}, limited);
      const id = await world.newContext('kid_x', { as: kid });
      expect(returned(await ask({ id }, limited))).to.deep.equal([]);
    });
  });

  describe('the names', () => {
    it('getAvailableRestrictions: all of them, per access combination, each with its own id', async () => {
      const found = returned(await world.resellers('getAvailableRestrictions', {}, world.reseller));
      const names = found.map((node) => scalars(node)['name']);
      expect(names).to.include.members([
        'Subadmin.MaxContext',
        'Subadmin.MaxOverallContextQuota',
        'Subadmin.MaxOverallUser',
        'Subadmin.CanCreateSubadmin',
        'Subadmin.MaxSubadmin',
        'Context.MaxUser',
        'Subadmin.MaxOverallUserByModuleaccess_groupware_standard',
        'Subadmin.MaxOverallUserByModuleaccess_webmail',
        'Context.MaxUserByModuleaccess_groupware_standard',
        'Context.MaxUserByModuleaccess_pim',
      ]);
      expect(new Set(names).size).to.equal(names.length);
      expect(new Set(found.map(idOf)).size).to.equal(names.length);
      expect(found.every((node) => scalars(node)['value'] === null)).to.equal(true);
      const wrong = await world.resellers('getAvailableRestrictions', {}, { login: 'x', password: 'y' });
      expectFault(wrong, 'InvalidCredentialsException', 'authentication failed');
    });
    it('an id is the same wherever the restriction is shown', async () => {
      const name = 'Subadmin.MaxOverallUserByModuleaccess_pim';
      const found = returned(await world.resellers('getAvailableRestrictions', {}, world.master));
      const record = returnedOne(await world.resellers('getData', { adm: { name: 'limited' } }));
      const restriction = record.children.find((node) => child(node, 'name')?.text === name);
      const listed = found.find((node) => scalars(node)['name'] === name);
      expect(restriction && idOf(restriction)).to.equal(listed && idOf(listed));
    });
    it('are built in: the database operations do nothing, for the master admin only', async () => {
      const operations = ['updateDatabaseRestrictions', 'updateDatabaseModuleAccessRestrictions'];
      for (const operation of operations) {
        expectDone(await world.resellers(operation, {}));
        expectDone(await world.resellers(operation, {}));
      }
      for (const operation of [...operations, 'initDatabaseRestrictions', 'removeDatabaseRestrictions']) {
        const refused = await world.resellers(operation, {}, world.reseller);
        expectFault(refused, 'InvalidCredentialsException', 'Authentication failed');
        const stranger = await world.resellers(operation, {}, { login: 'nobody', password: 'x' });
        expectFault(stranger, 'InvalidCredentialsException', 'authentication failed');
      }
    });
    it('are made once, and not removed while somebody is restricted', async () => {
      const refused = await world.resellers('removeDatabaseRestrictions', {});
      expectFault(refused, 'OXResellerException', 'Unable to remove restrictions, still in use');
      const fresh = await World.start();
      try {
        expectDone(await fresh.resellers('initDatabaseRestrictions', {}));
        const again = await fresh.resellers('initDatabaseRestrictions', {});
        expectFault(again, 'OXResellerException', 'Database already contains restrictions.');
        expectDone(await fresh.resellers('removeDatabaseRestrictions', {}));
        expectDone(await fresh.resellers('initDatabaseRestrictions', {}));
      } finally {
        await fresh.stop();
      }
    });
    it('one name has one value', async () => {
      const adm = { name: 'twice', displayname: 'T', password: 't' };
      const name = 'Subadmin.MaxContext';
      const of = (...values: number[]) => ({
        adm: { ...adm, restrictions: values.map((value) => ({ name, value })) },
      });
      const refused = await world.resellers('create', of(1, 2));
      expectFault(refused, 'OXResellerException', `The element ${name} is already contained`);
      const same = returnedOne(await world.resellers('create', of(3, 3)));
      expect(texts(same, 'restrictions')).to.have.length(1);
    });
  });
});
