import { expect } from 'chai';
import {
  expectFault,
  returned,
  returnedOne,
  type Credentials,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { idOf, type World } from '../fixtures.js';
import { Storages } from './storages.js';

const mb = 1024 * 1024;

describe('wire: moves and lists of contexts', function () {
  this.timeout(60_000);
  let storages: Storages;
  let world: World;
  before(async () => {
    storages = await Storages.start();
    ({ world } = storages);
  });
  after(() => storages.stop());
  const plain = (operation: string, params: SoapParams, as: Credentials = world.master) =>
    world.soap.call('OXContextService', operation, params, as);
  const util = (operation: string, params: SoapParams) =>
    world.soap.call('OXUtilService', operation, params, world.master);

  it('the file storage of a context, with what is counted', async () => {
    const id = await storages.newContext();
    const user = await storages.newUser(id, { maxQuota: 5 });
    const noted = await storages.newUser(id);
    storages.usage.addToContext(id, noted, 9 * mb);
    const params = { ctx: { id }, dst_filestore_id: { id: storages.second } };
    returnedOne(await plain('moveContextFilestore', params));
    const data = scalars(returnedOne(await world.contexts('getData', { ctx: { id } })));
    expect(data).to.include({ filestoreId: String(storages.second), usedQuota: '9' });
    expect((await storages.read(id, user)).filestoreId, 'users stay').to.equal('1');
    const stores = returned(await util('listFilestore', { search_pattern: 's3://second' })).map(scalars);
    expect(stores[0]).to.include({ currentContexts: '1', used: '9' });
    const again = await plain('moveContextFilestore', params);
    expectFault(again, 'OXContextException', `Context ${id} already is in filestore ${storages.second}`);
  });

  it('refuses what is not there, full, or not the master admin', async () => {
    const id = await storages.newContext();
    const to = (filestore: number) => ({ ctx: { id }, dst_filestore_id: { id: filestore } });
    const text = 'Filestore does not exist';
    expectFault(await plain('moveContextFilestore', to(999)), 'NoSuchReasonException', text);
    expectFault(await plain('moveContextFilestore', { ctx: { id } }), 'InvalidDataException', /id/);
    const nowhere = { ...to(1), ctx: { id: 9999 } };
    expectFault(
      await plain('moveContextFilestore', nowhere),
      'NoSuchContextException',
      'Context 9999 does not exist',
    );
    const full = idOf(
      returnedOne(await util('registerFilestore', { fstore: { url: 's3://full', maxContexts: 0 } })),
    );
    expectFault(await plain('moveContextFilestore', to(full)), 'StorageException', /no further contexts/);
    for (const operation of ['moveContextFilestore', 'moveContextDatabase']) {
      const answer = await plain(operation, { ctx: { id } }, world.reseller);
      expectFault(answer, 'InvalidCredentialsException', 'Authentication failed');
    }
  });

  it('the database of a context', async () => {
    const id = await storages.newContext();
    const db = { name: 'second', password: 'x', master: true };
    const second = idOf(returnedOne(await util('registerDatabase', { db })));
    const params = { ctx: { id }, dst_database_id: { id: second } };
    returnedOne(await plain('moveContextDatabase', params));
    expectFault(await plain('moveContextDatabase', params), 'OXContextException', /already is in database/);
    const [shown] = returned(await util('listDatabase', { search_pattern: 'second' })).map(scalars);
    expect(shown).to.include({ currentUnits: '1' });
    const used = await util('unregisterDatabase', { dbhandle: { id: second } });
    expectFault(used, 'StorageException', /still in use/);
    const unknown = { ...params, dst_database_id: { id: 999 } };
    const text = 'Database with id 999 is NOT a master!';
    expectFault(await plain('moveContextDatabase', unknown), 'OXContextException', text);
    for (const service of ['OXContextService', 'OXResellerContextService']) {
      for (const named of [{ id: second }, { name: 'second' }]) {
        const answer = await world.soap.call(service, 'listByDatabase', { db: named }, world.master);
        expect(returned(answer).map(idOf)).to.deep.equal([id]);
      }
    }
  });

  for (const service of ['OXContextService', 'OXResellerContextService']) {
    it(`${service}: lists by storage and by database, whole and paged`, async () => {
      const answer = await util('registerFilestore', { fstore: { url: `s3://${service}`, size: 100_000 } });
      const fs = { id: idOf(returnedOne(answer)) };
      const ids: number[] = [];
      for (let count = 0; count < 3; count += 1) {
        const name = `reseller1_${service}${count}`;
        ids.push(await world.newContext(name, { ctx: { filestoreId: fs.id } }));
      }
      const list = async (operation: string, params: SoapParams) =>
        returned(await world.soap.call(service, operation, params, world.master)).map(idOf);
      expect(await list('listByFilestore', { fs })).to.deep.equal(ids);
      const pages: [SoapParams, number[]][] = [
        [{}, ids],
        [{ offset: '0', length: '2' }, ids.slice(0, 2)],
        [{ offset: '1', length: '5' }, ids.slice(1)],
        [{ offset: '0', length: '0' }, []],
        [{ offset: '', length: '-1' }, ids],
      ];
      for (const [page, expected] of pages)
        expect(await list('listPageByFilestore', { fs, ...page })).to.deep.equal(expected);
      expect(await list('listByDatabase', { db: { id: 1 } })).to.include.members(ids);
      expect(await list('listPageByDatabase', { db: { id: 1 }, offset: '0', length: '1' })).to.have.length(1);
    });

    it(`${service}: refuses resellers and what is not there`, async () => {
      const call = (operation: string, params: SoapParams, as: Credentials = world.master) =>
        world.soap.call(service, operation, params, as);
      for (const kind of ['', 'Page']) {
        const byStore = `list${kind}ByFilestore`;
        const byDatabase = `list${kind}ByDatabase`;
        const text = 'Authentication failed';
        expectFault(
          await call(byStore, { fs: { id: 1 } }, world.reseller),
          'InvalidCredentialsException',
          text,
        );
        expectFault(
          await call(byDatabase, { db: { id: 1 } }, world.reseller),
          'InvalidCredentialsException',
          text,
        );
        expectFault(
          await call(byStore, { fs: { id: 999 } }),
          'NoSuchFilestoreException',
          'Filestore does not exist',
        );
        expectFault(
          await call(byDatabase, { db: { id: 999 } }),
          'NoSuchDatabaseException',
          'Database does not exist',
        );
        const missing: [string, SoapParams, string][] = [
          [byStore, {}, 'Filestore is null'],
          [byStore, { fs: {} }, 'Filestore ID is null'],
          [byDatabase, {}, 'Database is null'],
          [byDatabase, { db: {} }, 'One databaseobject has no databaseid or databasename'],
        ];
        for (const [operation, params, told] of missing)
          expectFault(await call(operation, params), 'InvalidDataException', told);
      }
      const page = { fs: { id: 1 }, offset: 'x', length: '1' };
      expectFault(await call('listPageByFilestore', page), 'StorageException', 'Invalid integer parameter');
    });
  }
});
