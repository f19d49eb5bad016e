import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectFault, returned, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { scalars, listedUser } from '../../support/wire/xml-tree.js';
import { idOf, World, type Login } from '../fixtures.js';

for (const database of testDatabases)
  describe(`wire: reading users on ${database.name} (docs/contract/users.md#4)`, function () {
    this.timeout(60_000);
    let world: World;
    const id: Record<string, number> = {};
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({}, await database.url());
      const people = { alice: 'Alice Anderson', al_ce: 'Under Score', alxce: 'Ix Ce', bob: 'Bob Builder' };
      for (const [name, display_name] of Object.entries(people)) {
        id[name] = await world.newUser(name, { display_name });
      }
      id['admin'] = 2;
    });
    after(() => world?.stop());

    const list = async (operation: string, params: SoapParams) =>
      returned(await world.users(operation, { ctx: world.ctx, ...params }));
    const ids = (...names: string[]) => names.map((name) => id[name]);
    const ALL = ['al_ce', 'alice', 'alxce', 'bob', 'admin'];

    describe('list', () => {
      const patterns: [string | null | undefined, string[]][] = [
        ['*', ALL],
        [undefined, ALL],
        [null, ALL],
        ['', ALL],
        ['   ', ALL],
        ['%', ALL],
        ['alice', ['alice']],
        ['al_ce', ['al_ce', 'alice', 'alxce']],
        ['al\\_ce', ['al_ce']],
        ['al*', ['al_ce', 'alice', 'alxce']],
        ['lice', []],
        ['ALICE', []],
        ['alice anderson', ['alice']],
        ['*BUILDER', ['bob']],
        ["x' OR '1'='1", []],
      ];
      for (const [search_pattern, expected] of patterns) {
        it(`pattern ${JSON.stringify(search_pattern)}`, async () => {
          const found = await list('list', { search_pattern });
          expect(found.map(idOf)).to.deep.equal(ids(...expected));
        });
      }

      it('answers only the id', async () => {
        const [user] = await list('list', { search_pattern: 'alice' });
        const valued = Object.entries(scalars(user)).filter(([, value]) => value !== null);
        expect(Object.fromEntries(valued)).to.deep.equal({ ...listedUser, id: String(id['alice']) });
      });

      const pages: [SoapParams, string[]][] = [
        [{ length: 2 }, ['al_ce', 'alice']],
        [{ length: 2, offset: 1 }, ['alice', 'alxce']],
        [{ length: 10, offset: 3 }, ['bob', 'admin']],
        [{ length: 10, offset: 99 }, []],
        [{ length: 0 }, []],
        [{ length: -1 }, ALL],
        [{ length: 2, offset: -1 }, ALL],
        [{ offset: 2 }, ALL],
      ];
      for (const operation of ['list', 'listCaseInsensitive']) {
        for (const [page, expected] of pages) {
          it(`${operation} pages ${JSON.stringify(page)}`, async () => {
            const found = await list(operation, { search_pattern: '*', ...page });
            expect(found.map(idOf)).to.deep.equal(ids(...expected));
          });
        }
      }

      it('guests: none there, so only guests means nobody', async () => {
        const guests = { search_pattern: '*', include_guests: false, exclude_users: true };
        expect(await list('list', guests)).to.have.length(0);
        const everybody = await list('list', { search_pattern: '*', include_guests: true });
        expect(everybody.map(idOf)).to.deep.equal(ids(...ALL));
      });
    });

    it('listAll answers everybody in the order of the logins', async () => {
      expect((await list('listAll', {})).map(idOf)).to.deep.equal(ids(...ALL));
    });

    it('listCaseInsensitive ignores case on both sides', async () => {
      for (const search_pattern of ['ALICE', 'AlIcE', 'ALICE ANDERSON']) {
        expect((await list('listCaseInsensitive', { search_pattern })).map(idOf)).to.deep.equal(ids('alice'));
      }
      expect((await list('listCaseInsensitive', { search_pattern: 'BO*' })).map(idOf)).to.deep.equal(
        ids('bob'),
      );
    });

    describe('exists', () => {
      const rows: [string, () => SoapParams, string][] = [
        ['by id', () => ({ id: id['alice'] }), 'true'],
        ['by unknown id', () => ({ id: 999 }), 'false'],
        ['by name', () => ({ name: 'alice' }), 'true'],
        ['by unknown name', () => ({ name: 'ghost' }), 'false'],
        ['by display name', () => ({ display_name: 'Alice Anderson' }), 'true'],
        ['by unknown display name', () => ({ display_name: 'Nobody' }), 'false'],
        ['the id wins', () => ({ id: 999, name: 'alice' }), 'false'],
        [
          'the name wins over the display name',
          () => ({ name: 'ghost', display_name: 'Alice Anderson' }),
          'false',
        ],
      ];
      for (const [title, user, expected] of rows) {
        it(title, async () => {
          const answer = returnedOne(await world.users('exists', { ctx: world.ctx, user: user() }));
          expect(answer.text).to.equal(expected);
        });
      }
      it('nothing to go by', async () => {
        const text = 'Neither identifier, name nor display name set in given user object';
        expectFault(await world.users('exists', { ctx: world.ctx, user: {} }), 'InvalidDataException', text);
      });
    });

    describe('getData and getMultipleData', () => {
      const getData = (user: SoapParams, as: Login = world.reseller) =>
        world.users('getData', { ctx: world.ctx, user }, as);
      const getMultiple = (users: SoapParams[], as: Login = world.reseller) =>
        world.users('getMultipleData', { ctx: world.ctx, users }, as);

      it('by id or name, the id wins', async () => {
        expect(idOf(returnedOne(await getData({ id: id['bob'] })))).to.equal(id['bob']);
        expect(idOf(returnedOne(await getData({ name: 'bob' })))).to.equal(id['bob']);
        expect(idOf(returnedOne(await getData({ id: id['alice'], name: 'bob' })))).to.equal(id['alice']);
      });
      it('unknown ones and nothing at all', async () => {
        const at = `in context ${world.contextId}`;
        expectFault(await getData({ id: 999 }), 'NoSuchUserException', `No such user 999 ${at}`);
        const ghost = await getData({ name: 'ghost' });
        expectFault(ghost, 'NoSuchUserException', new RegExp(`No such user ghost ${at}`));
        expectFault(await getData({}), 'InvalidDataException', 'Username and userid missing.');
        const zero = await getData({ id: 0, name: 'bob' });
        expectFault(zero, 'NoSuchUserException', new RegExp(`No such user (bob|0) ${at}`));
      });
      it('unknown context, no context', async () => {
        const unknown = { ctx: { id: 99999 }, user: { id: 3 } };
        const text = 'Context 99999 does not exist';
        expectFault(await world.users('getData', unknown, world.master), 'NoSuchContextException', text);
        for (const ctx of [undefined, {}]) {
          const answer = await world.users('getData', { ctx, user: { id: 3 } });
          expectFault(answer, 'InvalidDataException', 'Context invalid');
        }
      });
      it('several keep the order of the request', async () => {
        const answer = await getMultiple([{ id: id['bob'] }, { name: 'alice' }, { id: 2 }]);
        expect(returned(answer).map(idOf)).to.deep.equal(ids('bob', 'alice', 'admin'));
      });
      it('hundreds keep the order, too, and the last one can still fail all', async () => {
        const names = Array.from({ length: 210 }, (_, index) => (index % 3 === 0 ? 'bob' : 'alice'));
        const many = names.map((name, index) => (index % 2 === 0 ? { name } : { id: id[name] }));
        expect(returned(await getMultiple(many)).map(idOf)).to.deep.equal(ids(...names));
        const at = `in context ${world.contextId}`;
        expectFault(
          await getMultiple([...many, { id: 999 }]),
          'NoSuchUserException',
          `No such user 999 ${at}`,
        );
        const ghost = await getMultiple([...many, { name: 'ghost' }]);
        expectFault(ghost, 'NoSuchUserException', `No such user ghost ${at}`);
      });
      it('one bad entry fails all, none is an error', async () => {
        const bad = await getMultiple([{ id: id['bob'] }, { id: 999 }]);
        expectFault(bad, 'NoSuchUserException', `No such user 999 in context ${world.contextId}`);
        const incomplete = await getMultiple([{ id: id['bob'] }, {}]);
        expectFault(incomplete, 'InvalidDataException', 'Username and userid missing.');
        expectFault(await getMultiple([]), 'InvalidDataException', 'Invalid data sent!');
      });
      it('a user reads himself and nobody else', async () => {
        const me = { login: 'alice', password: 'pw-alice' };
        expect(idOf(returnedOne(await getData({ id: id['alice'] }, me)))).to.equal(id['alice']);
        expect(idOf(returnedOne(await getData({ name: 'alice' }, me)))).to.equal(id['alice']);
        expect(idOf(returnedOne(await getMultiple([{ id: id['alice'] }], me)))).to.equal(id['alice']);
        for (const answer of [
          await getData({ id: id['bob'] }, me),
          await getData({ name: 'bob' }, me),
          await getMultiple([{ id: id['alice'] }, { id: id['bob'] }], me),
          await getMultiple([{ id: id['alice'] }, { id: id['alice'] }], me),
        ]) {
          expectFault(answer, 'InvalidCredentialsException', 'Permission denied');
        }
      });
    });

    it('getContextAdmin answers the admin', async () => {
      const admin = returnedOne(await world.users('getContextAdmin', { ctx: world.ctx }));
      expect(scalars(admin)).to.include({ id: '2', name: world.contextAdmin.login, contextadmin: 'true' });
    });
  });
