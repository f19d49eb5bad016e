import { expect } from 'chai';
import { groupErrors } from '../../../src/provisioning/errors/group-errors.js';
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
import { child, scalars, type XmlNode } from '../../support/wire/xml-tree.js';
import { idOf, World } from '../fixtures.js';

const aRoom = (more: SoapParams): SoapParams => ({
  name: 'n',
  displayname: 'd',
  email: 'n@example.org',
  ...more,
});

const services = ['OXResellerResourceService', 'OXResourceService'];
for (const { service, database } of services.flatMap((service) =>
  testDatabases.map((database) => ({ service, database })),
))
  describe(`wire: ${service} on ${database.name}`, function () {
    this.timeout(60_000);
    let world: World;
    let anna = 0;
    let group = 0;
    let serial = 0;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' }, await database.url());
      anna = await world.newUser('anna');
      const grp = { name: 'bookers', displayname: 'Bookers' };
      const params = { ctx: world.ctx, grp };
      const made = await world.soap.call('OXResellerGroupService', 'create', params, world.reseller);
      group = idOf(returnedOne(made));
    });
    after(() => world?.stop());

    const call = (operation: string, params: SoapParams, as: Credentials = world.reseller) =>
      world.soap.call(service, operation, { ctx: world.ctx, ...params }, as);
    const aResource = (more: SoapParams = {}): SoapParams => {
      const name = `room-${(serial += 1)}`;
      return { name, displayname: `Display ${name}`, email: `${name}@example.org`, ...more };
    };
    const create = async (more: SoapParams = {}) =>
      idOf(returnedOne(await call('create', { res: aResource(more) })));
    const read = async (id: number) => shown(returnedOne(await call('getData', { res: { id } })));
    const shown = (node: XmlNode) => {
      const permissions = node.children.filter(({ local }) => local === 'permissions').map(scalars);
      const { permissions: _, ...plain } = scalars(node);
      return { ...plain, permissions };
    };

    describe('create', () => {
      it('answers the resource as it is stored', async () => {
        const res = aResource({
          name: 'Beamer',
          email: 'Beamer@Example.org',
          available: false,
          description: 'lines\nand <marks>',
          permissions: [
            { entity: group, group: true, privilege: 'book_directly' },
            { entity: anna, group: false, privilege: 'ask_to_book' },
            { entity: 0, group: true },
          ],
        });
        const created = returnedOne(await call('create', { res }));
        expect(shown(created)).to.deep.equal({
          available: 'false',
          description: 'lines\nand <marks>',
          displayname: res['displayname'],
          email: 'Beamer@Example.org',
          id: String(idOf(created)),
          name: 'Beamer',
          permissions: [
            { entity: String(group), group: 'true', privilege: 'book_directly' },
            { entity: String(anna), group: 'false', privilege: 'ask_to_book' },
            { entity: '0', group: 'true' },
          ],
        });
        expect(await read(idOf(created))).to.deep.equal(shown(created));
      });

      it('makes an available resource without description by default; ids are never given twice', async () => {
        const id = await create();
        expect(await read(id)).to.deep.include({ available: 'true', description: null, permissions: [] });
        expectDone(await call('delete', { res: { id } }));
        expect(await create()).to.equal(id + 1);
        expect(await world.newUser(`after-${id}`)).to.equal(id + 2);
      });

      const refusals: [string, SoapParams, string | RegExp][] = [
        ['without anything', {}, 'Invalid data sent!'],
        ['a blank name', { res: aRoom({ name: ' ' }) }, 'Mandatory fields not set: [name]'],
        ['characters', { res: aRoom({ name: 'Büro/1' }) }, 'Illegal chars: "ü/"'],
        [
          'a privilege that there is not',
          { res: aRoom({ permissions: [{ entity: 2, privilege: 'king' }] }) },
          'Invalid permission privilege king for entity 2.',
        ],
        ['an empty resource', { res: {} }, 'Mandatory fields not set: [displayname, name, email]'],
        [
          'an address that is none',
          { res: { name: 'n', displayname: 'd', email: 'nowhere' } },
          'Invalid email address: nowhere',
        ],
        [
          'a permission without entity',
          { res: { name: 'n', displayname: 'd', email: 'n@example.org', permissions: [{ group: true }] } },
          'A permission of the resource has no entity',
        ],
        [
          'a permission for no user',
          { res: { name: 'n', displayname: 'd', email: 'n@example.org', permissions: [{ entity: 4711 }] } },
          'User with id 4711 not found.',
        ],
        [
          'a permission for no group',
          {
            res: {
              name: 'n',
              displayname: 'd',
              email: 'n@example.org',
              permissions: [{ entity: 4711, group: true }],
            },
          },
          'Group with id 4711 not found.',
        ],
      ];
      for (const [what, params, text] of refusals)
        it(`refuses ${what}`, async () =>
          expectFault(await call('create', params), 'InvalidDataException', text));

      it('refuses a name or an address that is taken, in any letter case', async () => {
        await create({ name: 'Taken', email: 'taken@example.org' });
        const name = await call('create', { res: aResource({ name: 'TAKEN' }) });
        expectFault(name, 'InvalidDataException', 'Resource TAKEN already exists in this context');
        const email = await call('create', { res: aResource({ email: 'TAKEN@example.org' }) });
        const text = 'Resource with this email address already exists';
        expectFault(email, 'InvalidDataException', text);
        const other = await world.newContext(`other-${service}`);
        const res = aResource({ name: 'Taken', email: 'taken@example.org' });
        returnedOne(await call('create', { ctx: { id: other }, res }));
      });
    });

    describe('change', () => {
      it('touches only what is sent', async () => {
        const permissions = [{ entity: anna, group: false, privilege: 'book_directly' }];
        const id = await create({ description: 'old', permissions });
        const before = await read(id);
        expectDone(await call('change', { res: { id, available: false, name: null } }));
        expect(await read(id)).to.deep.equal({ ...before, available: 'false' });
        expectDone(await call('change', { res: { id, description: '', displayname: 'New' } }));
        expect(await read(id)).to.deep.include({
          description: '',
          displayname: 'New',
          permissions: before.permissions,
        });
        const replaced = { entity: String(group), group: 'true', privilege: 'ask_to_book' };
        expectDone(await call('change', { res: { id, permissions: [{ ...replaced }] } }));
        expect((await read(id)).permissions).to.deep.equal([replaced]);
        expectDone(await call('change', { res: { id, name: 'Renamed', email: 'renamed@example.org' } }));
        expect(await read(id)).to.deep.include({ name: 'Renamed', email: 'renamed@example.org' });
      });

      it('takes back the whole object', async () => {
        const id = await create({ permissions: [{ entity: group, group: true, privilege: 'delegate' }] });
        const node = returnedOne(await call('getData', { res: { id } }));
        expectDone(await call('change', { res: node }));
        expect(await read(id)).to.deep.equal(shown(node));
      });

      it('refuses what is not there, taken or invalid', async () => {
        const id = await create();
        await create({ name: 'Busy', email: 'busy@example.org' });
        const fault = async (params: SoapParams, exception: string, text: string | RegExp) =>
          expectFault(await call('change', params), exception, text);
        const invalid = 'InvalidDataException';
        await fault({}, invalid, /given arguments for change is null/);
        const unknown = 'NoSuchResourceException';
        await fault({ res: { id: 4711 } }, unknown, 'Resource with this id does not exists');
        const { message } = groupErrors.noSuchResourceName('nix', world.contextId);
        expect(message).to.match(/NoSuchObjectException: .*NoSuchResourceException: No such resource nix in/);
        await fault({ res: { name: 'nix' } }, unknown, message);
        await fault({ res: { id, name: '' } }, invalid, 'Invalid resource name');
        await fault({ res: { id, name: 'a/b' } }, invalid, 'Illegal chars: "/"');
        await fault(
          { res: { email: 'a@b.c' } },
          invalid,
          'One resourceobject has no resourceid or resourcename',
        );
        await fault({ res: { id, name: 'busy' } }, invalid, 'Resource busy already exists in this context');
        await fault(
          { res: { id, email: 'BUSY@example.org' } },
          invalid,
          /^Resource with this email address already exists/,
        );
        await fault({ res: { id, email: 'nowhere' } }, invalid, 'Invalid email address: nowhere');
        await fault({ res: { id, email: '' } }, invalid, 'Mandatory fields not set: [email]');
      });
    });

    it('permissions go with the user or group that they name', async () => {
      const user = await world.newUser('leaver');
      const permissions = [{ entity: user }, { entity: anna }];
      const id = await create({ permissions });
      expectDone(await world.users('delete', { ctx: world.ctx, user: { id: user }, reassign: 0 }));
      expect((await read(id)).permissions).to.deep.equal([{ entity: String(anna), group: 'false' }]);
    });

    it('delete takes a name, too, and refuses what is not there', async () => {
      const id = await create({ name: 'Goner' });
      expectDone(await call('delete', { res: { name: 'goner' } }));
      const gone = { res: { id } };
      const unknown = 'NoSuchResourceException';
      expectFault(await call('delete', gone), unknown, 'Resource with this id does not exist');
      expectFault(await call('getData', gone), unknown, 'resource with with this id does not exist');
      expectFault(await call('delete', {}), 'InvalidDataException', 'Invalid data sent!');
    });

    it('reading several keeps the order; a bad one fails all', async () => {
      const [first, second] = [await create(), await create({ name: 'Second' })];
      const resources = [{ name: 'second' }, { id: first }, { id: second }];
      const found = returned(await call('getMultipleData', { resources }));
      expect(found.map(idOf)).to.deep.equal([second, first, second]);
      const bad = await call('getMultipleData', { resources: [{ id: first }, { id: 4711 }] });
      expectFault(bad, 'NoSuchResourceException', 'No such resource 4711');
      expect(returned(await call('getMultipleData', {}))).to.deep.equal([]);
    });

    it('lists whole resources by name or display name, letter case ignored', async () => {
      const id = await create({ name: 'Hall_1', displayname: 'Great Hall', description: 'big' });
      const other = await create({ name: 'HallX1' });
      const list = async (pattern: string) => returned(await call('list', { pattern })).map(idOf);
      expect(await list('hall_1')).to.deep.equal([id, other]);
      expect(await list('HALL\\_1')).to.deep.equal([id]);
      expect(await list('great*')).to.deep.equal([id]);
      expectFault(await call('list', { pattern: '' }), 'InvalidDataException', 'Invalid pattern!');
      expectFault(await call('list', {}), 'InvalidDataException', 'Invalid data sent!');
      expect(await list('*')).to.deep.equal(returned(await call('listAll', {})).map(idOf));
      const [hall] = returned(await call('list', { pattern: 'great hall' }));
      expect(child(hall, 'description')?.text).to.equal('big');
    });

    for (const [operation, params] of Object.entries({
      create: { res: { name: 'n', displayname: 'd', email: 'n@example.org' } },
      change: { res: { id: 1 } },
      delete: { res: { id: 1 } },
      getData: { res: { id: 1 } },
      getMultipleData: { resources: [{ id: 1 }] },
      list: { pattern: '*' },
      listAll: {},
    } satisfies Record<string, SoapParams>))
      it(`${operation} is for owners and the admin of the context`, async () => {
        const user = { login: 'anna', password: 'pw-anna' };
        const failed = 'Authentication failed';
        expectFault(await call(operation, params, user), 'InvalidCredentialsException', failed);
        const elsewhere = await call(operation, { ...params, ctx: { id: 4711 } });
        expectFault(elsewhere, 'InvalidCredentialsException', failed);
        const noContext = await call(operation, { ...params, ctx: {} });
        const invalid = 'Client sent invalid context data object';
        expectFault(noContext, 'InvalidCredentialsException', invalid);
        for (const as of [world.contextAdmin, world.master]) returned(await call('listAll', {}, as));
      });
  });
