import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type Credentials,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { child, scalars, texts, type XmlNode } from '../../support/wire/xml-tree.js';
import { idOf, literally, World } from '../fixtures.js';

const DEFAULT_GROUP = 1;
const ADMIN = 2;

const services = ['OXResellerGroupService', 'OXGroupService'];
for (const { service, database } of services.flatMap((service) =>
  testDatabases.map((database) => ({ service, database })),
))
  describe(`wire: ${service} on ${database.name}`, function () {
    this.timeout(60_000);
    let world: World;
    let anna = 0;
    let bert = 0;
    let serial = 0;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' }, await database.url());
      anna = await world.newUser('anna');
      bert = await world.newUser('bert');
    });
    after(() => world?.stop());

    const call = (operation: string, params: SoapParams, as: Credentials = world.reseller) =>
      world.soap.call(service, operation, { ctx: world.ctx, ...params }, as);
    const create = async (more: SoapParams = {}) => {
      const name = `group-${(serial += 1)}`;
      const grp = { name, displayname: `Display ${name}`, ...more };
      return idOf(returnedOne(await call('create', { grp })));
    };
    const read = async (id: number) => shown(returnedOne(await call('getData', { grp: { id } })));
    const shown = (node: XmlNode) => ({
      id: idOf(node),
      name: child(node, 'name')?.text,
      displayname: child(node, 'displayname')?.text,
      members: texts(node, 'members').map(Number),
    });
    const noGroup = (group: string | number) => `No such group ${group} in context ${world.contextId}`;

    describe('the default group', () => {
      it('is 1, users, and has every user', async () => {
        const group = await read(DEFAULT_GROUP);
        expect(group).to.deep.include({ id: DEFAULT_GROUP, name: 'users', displayname: 'All users' });
        expect(group.members).to.include.members([ADMIN, anna, bert]);
      });

      it('is told by its id alone', async () => {
        const group = returnedOne(await call('getDefaultGroup', {}));
        expect(scalars(group)).to.deep.equal({ displayname: null, id: String(DEFAULT_GROUP), name: null });
      });

      it('is that of users with another default_group, too, which says nothing', async () => {
        const id = await create();
        const user = await world.newUser('carla', { default_group: { id } });
        expectDone(await world.change(user, { default_group: { id } }));
        expect((await read(id)).members).to.deep.equal([]);
        expect((await read(DEFAULT_GROUP)).members).to.include(user);
        expect(child(await world.getUser(user), 'default_group')?.nil).to.equal(true);
      });

      it('cannot be deleted or left', async () => {
        const grp = { id: DEFAULT_GROUP };
        expectFault(await call('delete', { grp }), 'InvalidDataException', /cannot be deleted/);
        const multiple = await call('deleteMultiple', { grps: [{ id: await create() }, grp] });
        expectFault(multiple, 'InvalidDataException', /cannot be deleted/);
        const removal = await call('removeMember', { grp, members: [{ id: anna }] });
        expectFault(removal, 'InvalidDataException', /cannot leave its default group/);
        const replacement = await call('change', { grp: { ...grp, members: [anna] } });
        expectFault(replacement, 'InvalidDataException', /cannot leave its default group/);
      });

      it('can be sent back whole', async () => {
        const node = returnedOne(await call('getData', { grp: { id: DEFAULT_GROUP } }));
        expectDone(await call('change', { grp: node }));
        expect(await read(DEFAULT_GROUP)).to.deep.equal(shown(node));
      });
    });

    describe('create', () => {
      it('answers the group as it is stored, with an id of the users’ sequence', async () => {
        const name = 'Präsidium & Co';
        const grp = { name, displayname: 'The <board>', members: [bert, anna, bert], id: 77 };
        const created = shown(returnedOne(await call('create', { grp })));
        expect(created).to.deep.equal({
          id: created.id,
          name,
          displayname: 'The <board>',
          members: [anna, bert],
        });
        expect(await read(created.id)).to.deep.equal(created);
        const user = await world.newUser('after-group');
        expect(user).to.equal(created.id + 1);
      });

      it('never gives an id twice', async () => {
        const id = await create();
        expectDone(await call('delete', { grp: { id } }));
        expect(await create()).to.equal(id + 1);
      });

      const refusals: [string, SoapParams, string, string | RegExp][] = [
        ['without anything', {}, 'InvalidDataException', /^(; exceptionId|InvalidDataException)/],
        [
          'an empty group',
          { grp: {} },
          'InvalidDataException',
          'Mandatory fields not set: [displayname, name]',
        ],
        [
          'a blank name',
          { grp: { name: ' ', displayname: 'x' } },
          'InvalidDataException',
          'Mandatory fields not set: [name]',
        ],
        [
          'a name that is taken, in other letters',
          { grp: { name: 'USERS', displayname: 'x' } },
          'InvalidDataException',
          'Group USERS already exists in this context',
        ],
      ];
      for (const [what, params, exception, text] of refusals)
        it(`refuses ${what}`, async () => expectFault(await call('create', params), exception, text));

      it('refuses members that are no users, and leaves nothing behind', async () => {
        const grp = { name: 'ghosts', displayname: 'Ghosts', members: [anna, 4711] };
        const text = `No such user 4711 in context ${world.contextId}`;
        expectFault(await call('create', { grp }), 'NoSuchUserException', text);
        expect(returned(await call('list', { pattern: 'ghosts' }))).to.have.length(0);
      });

      it('of one name at once makes one group', async () => {
        const attempts = Array.from({ length: 8 }, (_, i) =>
          call('create', { grp: { name: i % 2 ? 'Race' : 'race', displayname: 'r' } }),
        );
        const faults = (await Promise.all(attempts)).filter(({ fault }) => fault);
        expect(faults).to.have.length(7);
        for (const answer of faults)
          expectFault(answer, 'InvalidDataException', /^Group [Rr]ace already exists in this context/);
      });
    });

    describe('change', () => {
      it('touches only what is sent', async () => {
        const id = await create({ members: [anna] });
        const before = await read(id);
        expectDone(await call('change', { grp: { id, displayname: 'New' } }));
        expect(await read(id)).to.deep.equal({ ...before, displayname: 'New' });
        expectDone(await call('change', { grp: { id, members: [bert] } }));
        expect(await read(id)).to.deep.equal({ ...before, displayname: 'New', members: [bert] });
        expectDone(await call('change', { grp: { id, name: 'Renamed', displayname: null } }));
        expect(await read(id)).to.deep.equal({ id, name: 'Renamed', displayname: 'New', members: [bert] });
      });

      it('finds the group by name, in any letter case', async () => {
        const id = await create({ name: 'Find-Me' });
        expectDone(await call('change', { grp: { name: 'find-me', displayname: 'Found' } }));
        expect((await read(id)).displayname).to.equal('Found');
      });

      it('refuses what is not there or taken', async () => {
        const id = await create();
        const grp = (more: SoapParams) => ({ grp: { id, ...more } });
        expectFault(await call('change', {}), 'InvalidDataException', /given arguments for change is null/);
        expectFault(await call('change', { grp: { id: 4711 } }), 'NoSuchGroupException', noGroup(4711));
        expectFault(await call('change', { grp: { name: 'nix' } }), 'NoSuchGroupException', noGroup('nix'));
        const unnamed = 'One groupobject has no groupid or groupname';
        expectFault(await call('change', { grp: { displayname: 'x' } }), 'InvalidDataException', unnamed);
        const taken = 'Group Users already exists in this context';
        expectFault(await call('change', grp({ name: 'Users' })), 'InvalidDataException', taken);
        expectFault(
          await call('change', grp({ members: [4711] })),
          'NoSuchUserException',
          /^No such user 4711/,
        );
      });
    });

    describe('members', () => {
      it('are added and removed, named by id or login', async () => {
        const id = await create();
        expectDone(await call('addMember', { grp: { id }, members: [{ id: bert }, { name: 'anna' }] }));
        const members = returned(await call('getMembers', { grp: { id } }));
        expect(members.map(idOf)).to.deep.equal([anna, bert]);
        const valued = Object.entries(scalars(members[0] as XmlNode)).filter(([, value]) => value !== null);
        expect(valued).to.deep.equal([['id', String(anna)]]);
        expectDone(await call('removeMember', { grp: { id }, members: [{ id: anna }] }));
        expect((await read(id)).members).to.deep.equal([bert]);
      });

      it('are not added twice, and then none is', async () => {
        const id = await create({ members: [anna] });
        const twice = await call('addMember', { grp: { id }, members: [{ id: bert }, { id: anna }] });
        expectFault(twice, 'InvalidDataException', 'Member already exists in group');
        expect((await read(id)).members).to.deep.equal([anna]);
      });

      it('are added once by many at once, whatever happens to their user', async () => {
        const [id, user] = [await create(), await world.newUser('racer')];
        const add = () => call('addMember', { grp: { id }, members: [{ id: user }] });
        const remove = () => world.users('delete', { ctx: world.ctx, user: { id: user }, reassign: 0 });
        const answers = await Promise.all([add(), add(), remove(), add(), add()]);
        const known = /^(Member already exists in group|No such user)/;
        for (const { fault } of answers) if (fault) expect(fault.text).to.match(known);
        expect((await read(id)).members).to.deep.equal([]);
      });

      it('must be members to be removed, else none is', async () => {
        const id = await create({ members: [anna] });
        const removal = await call('removeMember', { grp: { id }, members: [{ id: anna }, { id: bert }] });
        const text = `User ${bert} is not a member of group ${id} in context ${world.contextId}`;
        expectFault(removal, 'InvalidDataException', text);
        expect((await read(id)).members).to.deep.equal([anna]);
      });

      for (const operation of ['addMember', 'removeMember'])
        it(`${operation} refuses what is not there`, async () => {
          const id = await create();
          const fault = async (params: SoapParams, exception: string, text: string | RegExp) =>
            expectFault(await call(operation, params), exception, text);
          await fault({ grp: { id }, members: [] }, 'InvalidDataException', 'No members given');
          await fault({ grp: { id }, members: [{ id: 4711 }] }, 'NoSuchUserException', /No such user 4711/);
          await fault({ grp: { id }, members: [{ name: 'nix' }] }, 'NoSuchUserException', /No such user nix/);
          const unnamed = /^One userobject has no userid or username/;
          await fault({ grp: { id }, members: [{}] }, 'InvalidDataException', unnamed);
          await fault({ grp: { id: 4711 }, members: [{ id: anna }] }, 'NoSuchGroupException', noGroup(4711));
          await fault({ members: [{ id: anna }] }, 'InvalidDataException', /exceptionId/);
        });

      it('leave with their user', async () => {
        const user = await world.newUser('leaver');
        const id = await create({ members: [anna, user] });
        expectDone(await world.users('delete', { ctx: world.ctx, user: { id: user }, reassign: 0 }));
        expect((await read(id)).members).to.deep.equal([anna]);
        expect((await read(DEFAULT_GROUP)).members).to.not.include(user);
      });
    });

    describe('reading', () => {
      it('several keeps the order; a bad one fails all', async () => {
        const [first, second] = [await create(), await create({ name: 'Second' })];
        const grps = [{ name: 'second' }, { id: first }, { id: second }];
        const found = returned(await call('getMultipleData', { grps }));
        expect(found.map(idOf)).to.deep.equal([second, first, second]);
        const bad = await call('getMultipleData', { grps: [{ id: first }, { id: 4711 }] });
        expectFault(bad, 'NoSuchGroupException', noGroup(4711));
        expectFault(await call('getMultipleData', {}), 'InvalidDataException', /exceptionId/);
      });

      it('lists whole groups by name or display name, letter case ignored', async () => {
        const id = await create({ name: 'Sales_EU', displayname: 'Sellers of Europe', members: [anna] });
        const other = await create({ name: 'SalesXEU', displayname: 'Others' });
        const list = async (pattern: string) => returned(await call('list', { pattern })).map(idOf);
        expect(await list('sales_eu')).to.deep.equal([id, other]);
        expect(await list('sales\\_eu')).to.deep.equal([id]);
        expect(await list('*of EUROPE')).to.deep.equal([id]);
        expect(await list('sales')).to.deep.equal([]);
        expect(await list("x' OR '1'='1")).to.deep.equal([]);
        expect(await list('')).to.deep.equal([], 'the pattern is passed through as it is');
        expect((await list('*')).slice(0, 1)).to.deep.equal([DEFAULT_GROUP]);
        const [group] = returned(await call('list', { pattern: 'Sales\\_*' }));
        expect(shown(group as XmlNode).members).to.deep.equal([anna]);
        expectFault(await call('list', {}), 'InvalidDataException', /exceptionId/);
        const all = returned(await call('listAll', {})).map(idOf);
        expect(all).to.deep.equal(await list('%'));
        expect(all).to.deep.equal(all.toSorted((a, b) => a - b));
      });

      it('lists the groups of a user', async () => {
        const user = await world.newUser('grouped');
        const id = await create({ members: [user] });
        const list = async (usr: SoapParams) => returned(await call('listGroupsForUser', { usr })).map(idOf);
        expect(await list({ id: user })).to.deep.equal([DEFAULT_GROUP, id]);
        expect(await list({ name: 'grouped' })).to.deep.equal([DEFAULT_GROUP, id]);
        const unknown = await call('listGroupsForUser', { usr: { id: 4711 } });
        expectFault(unknown, 'NoSuchUserException', `No such user 4711 in context ${world.contextId}`);
      });

      it('does not see the groups of another context', async () => {
        const other = await world.newContext(`other-${service}`);
        const grp = { name: 'theirs', displayname: 'Theirs' };
        const theirs = idOf(returnedOne(await call('create', { ctx: { id: other }, grp })));
        await create({ name: 'theirs' });
        const all = returned(await call('listAll', { ctx: { id: other } })).map(idOf);
        expect(all).to.deep.equal([DEFAULT_GROUP, theirs]);
      });
    });

    it('deletes all or none', async () => {
      const [first, second] = [await create(), await create()];
      const bad = await call('deleteMultiple', { grps: [{ id: first }, { id: 4711 }] });
      expectFault(bad, 'NoSuchGroupException', noGroup(4711));
      await read(first);
      expectDone(await call('deleteMultiple', { grps: [{ id: first }, { id: second }, { id: first }] }));
      for (const id of [first, second])
        expectFault(await call('getData', { grp: { id } }), 'NoSuchGroupException', noGroup(id));
      expectFault(await call('deleteMultiple', {}), 'InvalidDataException', /exceptionId/);
    });

    describe('callers', () => {
      const operations: [string, SoapParams][] = [
        ['create', { grp: { name: 'n', displayname: 'd' } }],
        ['change', { grp: { id: 1 } }],
        ['delete', { grp: { id: 1 } }],
        ['deleteMultiple', { grps: [{ id: 1 }] }],
        ['addMember', { grp: { id: 1 }, members: [{ id: 2 }] }],
        ['removeMember', { grp: { id: 1 }, members: [{ id: 2 }] }],
        ['getMembers', { grp: { id: 1 } }],
        ['getData', { grp: { id: 1 } }],
        ['getMultipleData', { grps: [{ id: 1 }] }],
        ['getDefaultGroup', {}],
        ['list', { pattern: '*' }],
        ['listAll', {}],
        ['listGroupsForUser', { usr: { id: 2 } }],
      ];
      const failed = 'Authentication failed';
      for (const [operation, params] of operations)
        it(`${operation} is for owners and the admin of the context`, async () => {
          const user = { login: 'anna', password: 'pw-anna' };
          const stranger = { login: 'reseller1', password: 'wrong' };
          expectFault(await call(operation, params, user), 'InvalidCredentialsException', failed);
          const wrong = /^[Aa]uthentication failed/;
          expectFault(await call(operation, params, stranger), 'InvalidCredentialsException', wrong);
          const elsewhere = await call(operation, { ...params, ctx: { id: 4711 } });
          expectFault(elsewhere, 'InvalidCredentialsException', failed);
          const invalid = literally('Client sent invalid context data object');
          const noContext = await call(operation, { ...params, ctx: {} });
          expectFault(noContext, 'InvalidCredentialsException', new RegExp(`^${invalid}`));
        });

      it('the context admin and the master admin may', async () => {
        for (const as of [world.contextAdmin, world.master])
          expect(idOf(returnedOne(await call('getDefaultGroup', {}, as)))).to.equal(DEFAULT_GROUP);
      });
    });
  });
