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

const MAY_CREATE = { restrictions: [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }] };

describe('wire: OXResellerService (docs/contract/resellers.md#1)', function () {
  this.timeout(60_000);
  let world: World;
  const parent = { login: 'parent', password: 'parent-secret' };
  const kid = { login: 'kid', password: 'kid-secret' };
  let parentId: number;
  let kidId: number;
  before(async () => {
    world = await World.start();
    parentId = await world.newReseller(parent, MAY_CREATE);
    kidId = await world.newReseller(kid, {}, parent);
  });
  after(() => world.stop());
  const run = (operation: string, adm: SoapParams | undefined, as: Login = world.master) =>
    world.resellers(operation, { adm }, as);
  const read = async (adm: SoapParams, as: Login = world.master) =>
    returnedOne(await run('getData', adm, as));

  describe('create', () => {
    it('answers the record without its password', async () => {
      const adm = { name: 'fresh', displayname: 'Fresh', password: 'fresh-secret-word' };
      const answer = await run('create', adm);
      const made = returnedOne(answer);
      expect(scalars(made)).to.include({ name: 'fresh', displayname: 'Fresh', password: null });
      expect(idOf(made)).to.be.greaterThan(0);
      expect(answer.xml).not.to.match(/fresh-secret-word|\$2/);
      expect(scalars(await read({ id: idOf(made) }))).to.include({ name: 'fresh', parentId: '0' });
      expect((await run('getData', { name: 'fresh' })).xml).not.to.match(/fresh-secret-word|\$2/);
    });
    it('when several things are wrong the first one wins', async () => {
      let adm: SoapParams = {
        name: 'parent',
        passwordMech: 'ROT13',
        restrictions: [{ name: 'Context.MaxUser', value: '1' }],
      };
      const steps: [SoapParams, string, string | RegExp][] = [
        [{}, 'OXResellerException', 'Reseller admin already exists: parent'],
        [{ name: 'stepwise' }, 'InvalidDataException', /^Invalid PasswordMech: ROT13/],
        [{ passwordMech: undefined, password: '' }, 'InvalidDataException', 'Empty password is not allowed'],
        [{ password: 'x' }, 'InvalidDataException', 'Mandatory fields not set: [displayname]'],
        [
          { displayname: 'D' },
          'InvalidDataException',
          'Restriction Context.MaxUser cannot be applied to subadmin',
        ],
        [
          { restrictions: [{ name: 'Subadmin.CanCreateSubadmin', value: 'perhaps' }] },
          'InvalidDataException',
          'perhaps is not a valid value for Subadmin.CanCreateSubadmin',
        ],
      ];
      for (const [fix, exception, text] of steps) {
        adm = { ...adm, ...fix };
        expectFault(await run('create', adm), exception, text);
      }
      returnedOne(await run('create', { ...adm, restrictions: undefined }));
    });
    it('name, password and displayname are mandatory', async () => {
      const noName = await run('create', { password: 'x' });
      expectFault(noName, 'StorageException', 'either ID or name must be specified');
      const noPassword = await run('create', { name: 'short' });
      expectFault(noPassword, 'InvalidDataException', 'Empty password is not allowed');
      const rest = await run('create', { name: '', password: 'x' });
      expectFault(rest, 'InvalidDataException', 'Mandatory fields not set: [displayname, name]');
    });
    it('by the master admin makes a reseller of the first level, whatever parentId says', async () => {
      for (const parentId of [kidId, 999_999]) {
        const adm = { name: `first-${parentId}`, displayname: 'D', password: 'x', parentId };
        expect(scalars(returnedOne(await run('create', adm)))['parentId']).to.equal('0');
      }
    });
    it('refuses a name that is taken in any letter case, by the master admin, too', async () => {
      for (const name of ['KID', world.master.login.toUpperCase()]) {
        const taken = await run('create', { name, displayname: 'D', password: 'x' });
        expectFault(taken, 'OXResellerException', `Reseller admin already exists: ${name}`);
      }
    });
    it('answers what was sent; capabilities and so on count by their members ToAdd alone', async () => {
      const adm = {
        name: 'sets',
        displayname: 'D',
        password: 'x',
        capabilities: ['sent'],
        capabilitiesToAdd: ['added'],
      };
      const made = returnedOne(await run('create', adm));
      expect(texts(made, 'capabilities')).to.deep.equal(['sent']);
      expect(texts(made, 'capabilitiesToAdd')).to.deep.equal(['added']);
      expect(child(made, 'configuration')?.nil).to.equal(true);
      expect(texts(await read({ name: 'Sets' }), 'capabilities')).to.deep.equal(['added']);
    });
    it('logs in with its name in any letter case, into its contexts, too', async () => {
      const as = { login: 'Reseller1', password: world.reseller.password };
      expect(returned(await world.resellers('list', {}, as))).to.deep.equal([]);
      const users = await world.users('listAll', { ctx: world.ctx }, as);
      expect(returned(users)).to.have.length(1);
      const wrong = await world.users('listAll', { ctx: world.ctx }, { ...as, password: 'wrong' });
      expectFault(wrong, 'InvalidCredentialsException', 'authentication failed');
    });
    it('by a reseller needs the permission and makes a child', async () => {
      const adm = { name: 'denied', displayname: 'D', password: 'x' };
      const denied = await run('create', adm, world.reseller);
      expectFault(denied, 'StorageException', /Subadmin reseller1 is not allowed to create subadmins/);
      expect(scalars(await read({ id: kidId }))['parentId']).to.equal(String(parentId));
      const grandchild = await run('create', adm, kid);
      expectFault(grandchild, 'StorageException', /Subadmin kid is not allowed to create subadmins/);
    });
  });

  describe('change', () => {
    it('touches what is sent; a new password counts at once', async () => {
      const login = { login: 'changeme', password: 'one' };
      const id = await world.newReseller(login);
      await world.newContext('changeme_x', { as: login });
      expectDone(await run('change', { id, displayname: 'Renamed' }));
      expect(scalars(await read({ id }))).to.include({ displayname: 'Renamed', name: 'changeme' });
      expectDone(await run('change', { id, password: 'two' }));
      const old = await world.contexts('listAll', {}, login);
      expectFault(old, 'InvalidCredentialsException', 'authentication failed');
      const renewed = await world.contexts('listAll', {}, { ...login, password: 'two' });
      expect(returned(renewed)).to.have.length(1);
    });
    it('needs somebody to change', async () => {
      const neither = await run('change', { displayname: 'x' });
      expectFault(neither, 'InvalidDataException', 'Either ID or name must be specified');
      const ghost = await run('change', { name: 'ghost', displayname: 'x' });
      expectFault(ghost, 'StorageException', 'unable to get data of reseller admin: name=ghost');
      expectFault(
        await run('change', { id: 9999, displayname: 'x' }),
        'OXResellerException',
        /^Reseller admin does not exist: /,
      );
    });
    it('a parent may change its child, but not parentId or restrictions, nor others', async () => {
      expectDone(await run('change', { id: kidId, displayname: 'Kid renamed' }, parent));
      const moved = await run('change', { id: kidId, parentId: 0 }, parent);
      expectFault(moved, 'OXResellerException', 'Subadmins cannot change parentId');
      const freed = await run('change', { id: kidId, ...MAY_CREATE }, parent);
      expectFault(freed, 'OXResellerException', 'Subsubadmins cannot change restrictions');
      const stranger = await run('change', { name: 'reseller1', displayname: 'x' }, parent);
      expectFault(stranger, 'InvalidCredentialsException', 'authentication failed');
      expect(scalars(await read({ name: 'reseller1' }))['displayname']).to.equal('The reseller1');
    });
  });

  describe('getData and list', () => {
    it('by id or name; unknown or unnamed ones', async () => {
      expect(idOf(await read({ name: 'parent' }))).to.equal(parentId);
      const restriction = child(await read({ id: parentId }), 'restrictions');
      expect(scalars(restriction)).to.include({ name: 'Subadmin.CanCreateSubadmin', value: 'true' });
      const neither = await run('getData', { displayname: 'x' });
      expectFault(neither, 'InvalidDataException', 'either ID or name must be specified.');
      expectFault(
        await run('getData', { name: 'ghost' }),
        'OXResellerException',
        'Reseller admin does not exist: ghost',
      );
    });
    it('a sub-admin sees its direct children only, not even itself', async () => {
      expect(idOf(await read({ name: 'kid' }, parent))).to.equal(kidId);
      for (const name of ['parent', 'reseller1']) {
        const answer = await run('getData', { name }, parent);
        expectFault(answer, 'OXResellerException', `Reseller admin does not exist: ${name}`);
      }
      const list = async (as: Login, search_pattern?: string | null) =>
        returned(await world.resellers('list', { search_pattern }, as)).map((node) => scalars(node)['name']);
      expect(await list(parent, '*')).to.deep.equal(['kid']);
      expect(await list(kid, '*')).to.deep.equal([]);
      expect(await list(world.master, 'par*')).to.deep.equal(['parent']);
      const all = await list(world.master, '*');
      expect(all).to.include.members(['reseller1', 'parent', 'kid']);
      expect(await list(world.master, '')).to.deep.equal(all);
      expect(await list(world.master, null)).to.deep.equal(all);
      expect(await list(world.master)).to.deep.equal(all);
    });
  });

  describe('delete', () => {
    it('is refused while contexts or children are there', async () => {
      const owner = { login: 'owner', password: 'o' };
      const id = await world.newReseller(owner);
      const contextId = await world.newContext('owner_x', { as: owner });
      const text = `Unable to delete ${id}, still owns Context(s)`;
      expectFault(await run('delete', { name: 'owner' }), 'OXResellerException', text);
      expectDone(await world.contexts('delete', { ctx: { id: contextId } }, owner));
      expectDone(await run('delete', { name: 'owner' }));
      expectFault(await run('getData', { id }), 'OXResellerException', /^Reseller admin does not exist: /);
      const gone = await world.contexts('listAll', {}, owner);
      expectFault(gone, 'InvalidCredentialsException', 'authentication failed');
      const children = `Unable to delete ${parentId}, still owns Subadmin(s)`;
      expectFault(await run('delete', { id: parentId }), 'OXResellerException', children);
    });
    it('a sub-admin deletes its own children only', async () => {
      const foreign = await run('delete', { name: 'reseller1' }, parent);
      expectFault(foreign, 'OXResellerException', 'Subadmin reseller1 does not belong to parent');
      const id = await world.newReseller({ login: 'brief', password: 'b' }, {}, parent);
      expectDone(await run('delete', { id }, parent));
    });
    it('unknown ones', async () => {
      const answer = await run('delete', { name: 'ghost' });
      expectFault(answer, 'OXResellerException', 'Reseller admin does not exist: ghost');
    });
  });
});
