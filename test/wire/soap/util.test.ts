import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contract } from '../../support/wire/contract-snapshot.js';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type Credentials,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { idOf, World } from '../fixtures.js';

describe('wire: OXUtilService (docs/contract/registry.md#1)', function () {
  this.timeout(60_000);
  let world: World;
  let directory: string;
  before(async () => {
    world = await World.start();
    directory = mkdtempSync(join(tmpdir(), 'oxbow-filestores-'));
  });
  after(async () => {
    await world.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const util = (operation: string, params: SoapParams = {}, as: Credentials = world.master) =>
    world.soap.call('OXUtilService', operation, params, as);
  const list = async (operation: string, params: SoapParams = {}) =>
    returned(await util(operation, params)).map(scalars);
  const find = async (operation: string, id: number) =>
    (await list(operation)).find((entry) => entry['id'] === String(id));

  describe('who may', () => {
    const refused = async (operation: string, as: Credentials) =>
      expectFault(
        await util(operation, {}, as),
        'InvalidCredentialsException',
        /^[Aa]uthentication failed; /,
      );
    for (const operation of Object.keys(contract.services['OXUtilService']?.operations ?? {}))
      it(`${operation}: not a reseller`, () => refused(operation, world.reseller));
    it('nobody but the master admin', async () => {
      for (const as of [world.contextAdmin, { ...world.master, password: 'wrong' }, {}])
        await refused('listAllServer', as);
    });
  });

  describe('servers', () => {
    it('are registered, listed and forgotten', async () => {
      const answer = scalars(returnedOne(await util('registerServer', { srv: { name: 'server-a' } })));
      expect(answer).to.include({ name: 'server-a' });
      const id = Number(answer['id']);
      const other = idOf(returnedOne(await util('registerServer', { srv: { name: 'server-b' } })));
      expect(other).to.be.greaterThan(id);
      const all = await list('listAllServer');
      expect(all).to.deep.include({ id: String(id), name: 'server-a' });
      expect(await list('listServer', { search_pattern: '*-a' })).to.deep.equal([
        { id: String(id), name: 'server-a' },
      ]);
      for (const search_pattern of [undefined, null, '', '*'])
        expect(await list('listServer', { search_pattern })).to.deep.equal(all);
      expectDone(await util('unregisterServer', { serv: { id } }));
      expectDone(await util('unregisterServer', { serv: { name: 'server-b' } }));
      expect(await list('listServer', { search_pattern: 'server-*' })).to.deep.equal([]);
    });

    it('what is missing, unknown, taken or in use', async () => {
      expectFault(await util('registerServer'), 'InvalidDataException', 'Invalid data sent!');
      for (const name of [undefined, null, '', ' '])
        expectFault(
          await util('registerServer', { srv: { name } }),
          'InvalidDataException',
          'Invalid data sent!',
        );
      const [own] = await list('listAllServer');
      const taken = await util('registerServer', { srv: { name: own?.['name'] ?? '' } });
      expectFault(taken, 'InvalidDataException', `Server ${own?.['name'] ?? ''} already exists!`);
      for (const serv of [{ id: 999 }, { name: 'nobody' }, {}])
        expectFault(
          await util('unregisterServer', { serv }),
          'InvalidDataException',
          serv.id === undefined && serv.name === undefined
            ? /^One serverobject has no serverid or servername;/
            : /^No such server \[/,
        );
      const used = await util('unregisterServer', { serv: { id: own?.['id'] ?? '' } });
      expectFault(used, 'StorageException', /still in use/);
    });
  });

  describe('databases', () => {
    const db = (name: string, more: SoapParams = {}) => ({
      name,
      password: 'pool-secret',
      master: true,
      ...more,
    });
    const register = async (params: SoapParams) => idOf(returnedOne(await util('registerDatabase', params)));

    it('answer only their id, and get the defaults', async () => {
      const answer = returnedOne(await util('registerDatabase', { db: db('defaults') }));
      const { id, ...rest } = scalars(answer);
      expect(Object.values(rest).filter((value) => value !== null)).to.deep.equal([]);
      expect(await find('listAllDatabase', Number(id))).to.deep.include({
        name: 'defaults',
        maxUnits: '1000',
        poolInitial: '0',
        poolMax: '100',
        poolHardLimit: '1',
        login: 'openexchange',
        url: 'jdbc:mysql://localhost',
        master: 'true',
        currentUnits: '0',
        password: null,
      });
    });

    it('what is missing, unknown or taken', async () => {
      for (const [fields, missing] of [
        [{}, 'password, name, master'],
        [{ name: 'x', master: true }, 'password'],
        [{ name: ' ', password: 'p', master: false }, 'name'],
        [{ name: 'x', password: 'p' }, 'master'],
      ] as const) {
        const text = `Mandatory fields not set: [${missing}]`;
        expectFault(await util('registerDatabase', { db: fields }), 'InvalidDataException', text);
      }
      await register({ db: db('taken') });
      const again = await util('registerDatabase', { db: db('taken') });
      expectFault(again, 'InvalidDataException', /already is a database/);
      for (const operation of ['changeDatabase', 'unblockDatabase'])
        expectFault(
          await util(operation, { db: { id: 999 } }),
          'InvalidDataException',
          'No such database with id 999',
        );
      const unknown = await util('unregisterDatabase', { dbhandle: { name: 'nobody' } });
      expectFault(unknown, 'InvalidDataException', 'No such database nobody');
    });

    it('change what is sent, by id or name, and take themselves back whole', async () => {
      const id = await register({ db: db('before'), createSchemas: true, optNumberOfSchemas: 3 });
      expectDone(await util('changeDatabase', { db: { id, name: 'after', maxUnits: 7 } }));
      const changed = await find('listAllDatabase', id);
      expect(changed).to.include({ name: 'after', maxUnits: '7', poolMax: '100' });
      expectDone(await util('changeDatabase', { db: { name: 'after', url: 'jdbc:mysql://elsewhere' } }));
      const [node] = returned(await util('listDatabase', { search_pattern: 'after' }));
      expectDone(await util('changeDatabase', { db: node }));
      expect(await find('listAllDatabase', id)).to.deep.equal({ ...changed, url: 'jdbc:mysql://elsewhere' });
      expectDone(await util('unregisterDatabase', { dbhandle: { id } }));
      expect(await find('listAllDatabase', id)).to.equal(undefined);
    });

    it('copies belong to a master, which stays as long as they do', async () => {
      const masterId = await register({ db: db('first') });
      const copyWithout = await util('registerDatabase', { db: db('copy', { master: false }) });
      expectFault(copyWithout, 'InvalidDataException', /id of its master/);
      const copy = await register({ db: db('copy', { master: false, masterId }) });
      expect(await find('listAllDatabase', copy)).to.include({ master: 'false', masterId: String(masterId) });
      expect(await find('listAllDatabase', masterId)).to.include({ read_id: String(copy) });
      const held = await util('unregisterDatabase', { dbhandle: { id: masterId } });
      expectFault(held, 'StorageException', `Database ${masterId} is still in use`);
      expectDone(await util('unregisterDatabase', { dbhandle: { id: copy } }));
      expectDone(await util('unregisterDatabase', { dbhandle: { id: masterId } }));
    });

    it('schemas are there already and up to date', async () => {
      const [own] = await list('listAllDatabase');
      const schema = scalars(returnedOne(await util('createSchema')));
      expect(schema).to.include({ id: own?.['id'], scheme: own?.['name'], password: null });
      const id = await register({ db: db('schemas') });
      expect(scalars(returnedOne(await util('createSchema', { optDBId: id })))).to.include({
        scheme: 'schemas',
      });
      expectFault(
        await util('createSchema', { optDBId: 999 }),
        'StorageException',
        'Database with identifer 999 does not exist.',
      );
      expect(returnedOne(await util('checkDatabase')).children).to.deep.equal([]);
      expect(returned(await util('unblockDatabase', { db: { id } }))).to.deep.equal([]);
    });

    it('count the contexts that are on them', async () => {
      const [own] = await list('listAllDatabase');
      expect(own).to.include({ currentUnits: '1' });
      expectDone(
        await util('checkCountsConsistency', { checkDatabaseCounts: true, checkFilestoreCounts: true }),
      );
      const used = await util('unregisterDatabase', { dbhandle: { id: own?.['id'] ?? '' } });
      expectFault(used, 'StorageException', /still in use/);
    });
  });

  describe('file storages', () => {
    const register = async (fstore: SoapParams) =>
      idOf(returnedOne(await util('registerFilestore', { fstore })));

    it('answer only their id, and get the defaults', async () => {
      const url = pathToFileURL(directory).href;
      const { id, ...rest } = scalars(returnedOne(await util('registerFilestore', { fstore: { url } })));
      expect(Object.values(rest).filter((value) => value !== null)).to.deep.equal([]);
      expect(await find('listAllFilestore', Number(id))).to.deep.equal({
        currentContexts: '0',
        id,
        maxContexts: '5000',
        reserved: '0',
        size: '1000000',
        url,
        used: '0',
      });
      const again = await util('registerFilestore', { fstore: { url } });
      expectFault(again, 'InvalidDataException', 'Store already exists');
      expectDone(await util('unregisterFilestore', { store: { id: id ?? '' } }));
      await register({ url });
    });

    it('refuse urls that lead nowhere, and sizes that are none', async () => {
      const file = join(directory, 'file');
      writeFileSync(file, '');
      const refused: [SoapParams, RegExp][] = [
        [{}, /^Invalid URL sent;/],
        [{ url: ' ' }, /^Invalid URL sent;/],
        [{ url: 'no url' }, /^Invalid URL sent;/],
        [{ url: pathToFileURL(join(directory, 'missing')).href }, /^No such directory: /],
        [{ url: pathToFileURL(file).href }, /^No such directory: /],
        [{ url: 'file://host/somewhere' }, /^No such directory: /],
        [{ url: 's3://one', size: -1 }, /-1/],
        [{ url: 's3://one', maxContexts: -1 }, /maxContexts/],
        [{ url: `s3://${'x'.repeat(800)}` }, /too long/],
      ];
      for (const [fstore, text] of refused) {
        const answer = await util('registerFilestore', { fstore });
        expectFault(answer, 'InvalidDataException', text);
        expect(answer.fault?.text.replaceAll(/"file:[^"]*"/g, '')).to.not.include(directory);
      }
      expectFault(await util('registerFilestore'), 'InvalidDataException', 'Invalid data sent!');
    });

    it('change what is sent, and take themselves back whole', async () => {
      const id = await register({ url: 's3://changing', size: 10, maxContexts: 3 });
      expectDone(await util('changeFilestore', { fstore: { id, size: 20 } }));
      const changed = await find('listAllFilestore', id);
      expect(changed).to.include({ url: 's3://changing', size: '20', maxContexts: '3' });
      const [node] = returned(await util('listFilestore', { search_pattern: 's3://chang*' }));
      expectDone(await util('changeFilestore', { fstore: node }));
      expect(await find('listAllFilestore', id)).to.deep.equal(changed);
      const other = await register({ url: 's3://other' });
      const taken = await util('changeFilestore', { fstore: { id: other, url: 's3://changing' } });
      expectFault(taken, 'InvalidDataException', 'Store already exists');
      const nowhere = { id: other, url: pathToFileURL(join(directory, 'missing')).href };
      expectFault(await util('changeFilestore', { fstore: nowhere }), 'InvalidDataException', /directory/);
      const unknown = { id: 999, size: 1 };
      expectFault(
        await util('changeFilestore', { fstore: unknown }),
        'InvalidDataException',
        'No such store null',
      );
    });

    it('the first one takes itself back though its directory is not there', async () => {
      const [node] = returned(await util('listAllFilestore'));
      expectDone(await util('changeFilestore', { fstore: node }));
    });

    it('are not forgotten while somebody lives there', async () => {
      const id = await register({ url: 's3://lived-in', size: 100_000 });
      expectFault(
        await util('unregisterFilestore', { store: { id: 999 } }),
        'InvalidDataException',
        'No such store',
      );
      expectFault(await util('unregisterFilestore', { store: {} }), 'InvalidDataException', /id/);
      const user = await world.newUser('dweller', { maxQuota: 5, filestoreId: id });
      const used = { store: { id } };
      expectFault(
        await util('unregisterFilestore', used),
        'InvalidDataException',
        `Filestore ${id} is still in use`,
      );
      expectDone(await world.users('delete', { ctx: world.ctx, user: { id: user }, reassign: 0 }));
      const contextId = await world.newContext('reseller1_dweller', {
        ctx: { filestoreId: id, average_size: 70 },
      });
      expect(await find('listAllFilestore', id)).to.include({ currentContexts: '1', reserved: '200' });
      expectFault(
        await util('unregisterFilestore', used),
        'InvalidDataException',
        `Filestore ${id} is still in use`,
      );
      expectDone(await world.contexts('delete', { ctx: { id: contextId } }));
      expectDone(await util('unregisterFilestore', used));
      expect(await find('listAllFilestore', id)).to.equal(undefined);
    });
  });

  describe('maintenance reasons', () => {
    it('are created, listed and deleted, all or none', async () => {
      const ids: number[] = [];
      for (const text of ['Moving', 'Upgrade', 'Update'])
        ids.push(idOf(returnedOne(await util('createMaintenanceReason', { reason: { text } }))));
      expect(
        (await list('listAllMaintenanceReason')).map(({ id, text }) => [Number(id), text]),
      ).to.deep.equal([
        [ids[0], 'Moving'],
        [ids[1], 'Upgrade'],
        [ids[2], 'Update'],
      ]);
      const found = await list('listMaintenanceReason', { search_pattern: 'Up*' });
      expect(found.map(({ text }) => text)).to.deep.equal(['Upgrade', 'Update']);
      const withUnknown = { reasons: [{ id: ids[0] }, { id: 999 }] };
      expectFault(await util('deleteMaintenanceReason', withUnknown), 'InvalidDataException', /999/);
      const withoutId = { reasons: [{ id: ids[0] }, { text: 'Upgrade' }] };
      expectFault(await util('deleteMaintenanceReason', withoutId), 'InvalidDataException', /id/);
      expectFault(await util('deleteMaintenanceReason'), 'InvalidDataException', 'Invalid data sent!');
      expect(await list('listAllMaintenanceReason')).to.have.length(3);
      expectDone(await util('deleteMaintenanceReason', { reasons: [{ id: ids[0] }, { id: ids[1] }] }));
      expect((await list('listAllMaintenanceReason')).map(({ text }) => text)).to.deep.equal(['Update']);
    });

    it('empty or known texts are refused', async () => {
      for (const text of [undefined, null, '', ' '])
        expectFault(
          await util('createMaintenanceReason', { reason: { text } }),
          'InvalidDataException',
          /text/,
        );
      const known = await util('createMaintenanceReason', { reason: { text: 'Update' } });
      expectFault(known, 'InvalidDataException', /already/);
    });
  });
});
