import { expect } from 'chai';
import { sqliteFile } from '../../support/database/databases.js';
import { overtaken } from '../../support/database/overtaken.js';
import { FileUsage } from '../../support/file-usage.js';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { adminData, idOf, userData, World } from '../fixtures.js';

const mb = 1024 * 1024;
const none = 'No usable or suitable filestore found';
const quick = { passwordMech: 'SHA-512' };

describe('wire: which file storage (docs/contract/users.md#1-5, docs/contract/quota.md#1-1)', function () {
  this.timeout(60_000);
  let world: World;
  let usage: FileUsage;
  let number = 0;
  let averageContextSize = '0';
  beforeEach(async () => {
    const databaseUrl = await sqliteFile.url();
    world = await World.start(
      { AVERAGE_USER_SIZE: '100', AVERAGE_CONTEXT_SIZE: averageContextSize },
      databaseUrl,
    );
    usage = new FileUsage(databaseUrl);
  });
  afterEach(async () => {
    usage.close();
    await world.stop();
  });

  const util = (operation: string, params: SoapParams = {}) =>
    world.soap.call('OXUtilService', operation, params, world.master);
  const register = async (fstore: SoapParams) =>
    idOf(
      returnedOne(await util('registerFilestore', { fstore: { url: `s3://store${++number}`, ...fstore } })),
    );
  const resize = async (id: number, size: number) =>
    expectDone(await util('changeFilestore', { fstore: { id, size } }));
  const create = (contextId: number, more: SoapParams = {}) => {
    const usrdata = userData(`chosen${++number}`, { maxQuota: 5, ...quick, ...more });
    return world.users('create', { ctx: { id: contextId }, usrdata });
  };
  const chosen = async (contextId: number, more: SoapParams = {}) =>
    Number(scalars(returnedOne(await create(contextId, more)))['filestoreId']);
  const newContext = (ctx: SoapParams = {}) => world.newContext(`reseller1_choice${++number}`, { ctx });
  const storeOf = async (contextId: number) =>
    Number(scalars(returnedOne(await world.contexts('getData', { ctx: { id: contextId } })))['filestoreId']);
  const stores = async () => returned(await util('listAllFilestore')).map(scalars);

  it('a user: where its context lives, as long as one more average user has room', async () => {
    const second = await register({ size: 250 });
    const contextId = await newContext({ filestoreId: second });
    expect(await chosen(contextId)).to.equal(second);
    expect(await chosen(contextId)).to.equal(second);
    expect(await chosen(contextId), 'reserved 200 of 250').to.equal(1);
  });

  it('what is used counts where it is more than what is reserved', async () => {
    const second = await register({ size: 1000 });
    const contextId = await newContext({ filestoreId: second });
    const id = idOf(returnedOne(await create(contextId)));
    usage.setOwn(contextId, id, 900 * mb);
    expect(await chosen(contextId), 'exactly enough').to.equal(second);
    usage.setOwn(contextId, id, 900 * mb + 1);
    expect(await chosen(contextId), 'one byte less').to.equal(1);
    const [, shown] = await stores();
    expect(shown).to.include({ used: '900', reserved: '200', currentContexts: '1' });
  });

  it('else the next suitable one, in the order of the ids', async () => {
    await resize(1, 50);
    await register({ size: 99 });
    const third = await register({ size: 100 });
    expect(await chosen(world.contextId)).to.equal(third);
    expectFault(await create(world.contextId), 'StorageException', none);
    await resize(third, 200);
    expect(await chosen(world.contextId)).to.equal(third);
  });

  it('none: create and a first quota are refused, and nobody is left behind', async () => {
    const id = await world.newUser('plain', quick);
    await resize(1, 50);
    expectFault(await create(world.contextId, { name: 'homeless' }), 'StorageException', none);
    expect(await world.exists({ name: 'homeless' })).to.equal('false');
    expectFault(await world.change(id, { maxQuota: 5 }), 'StorageException', none);
    expect(scalars(await world.getUser(id))).to.include({ filestoreId: '0', maxQuota: '-1' });
    expect(idOf(returnedOne(await create(world.contextId, { maxQuota: undefined })))).to.be.greaterThan(id);
  });

  it('an explicit storage is taken as it is, if it is there', async () => {
    const tiny = await register({ size: 1 });
    expect(await chosen(world.contextId, { filestoreId: tiny })).to.equal(tiny);
    const nowhere = await create(world.contextId, { filestoreId: 999 });
    expectFault(nowhere, 'StorageException', 'Filestore with identifier 999 does not exist.');
  });

  it('two first quotas at once: the user gets one storage, and keeps it', async () => {
    const second = await register({ size: 1000 });
    const id = await world.newUser('twice', quick);
    const late = await overtaken(
      'before its transaction',
      () => world.change(id, { maxQuota: 10 }),
      async () => {
        await resize(1, 50);
        await world.changed(id, { maxQuota: 20 });
      },
    );
    expectDone(late);
    const shown = { filestoreId: String(second), maxQuota: '10' };
    expect(scalars(await world.getUser(id)), 'the later quota in the earlier storage').to.include(shown);
  });

  it('a storage that was chosen for a first quota is not chosen again under the lock', async () => {
    await register({ size: 1000 });
    const id = await world.newUser('renamed', quick);
    const late = await overtaken(
      'before its transaction',
      () => world.change(id, { maxQuota: 10 }),
      async () => {
        await resize(1, 50);
        await world.changed(id, { given_name: 'Other' });
      },
    );
    expectDone(late);
    const shown = { filestoreId: '1', maxQuota: '10', given_name: 'Other' };
    expect(scalars(await world.getUser(id))).to.include(shown);
  });

  describe('a context', () => {
    before(() => (averageContextSize = '400'));
    after(() => (averageContextSize = '0'));

    it('the first with room for an average context that takes one more', async () => {
      await resize(1, 50);
      const second = await register({ size: 1000, maxContexts: 3 });
      const third = await register({ size: 1000, maxContexts: 1 });
      const small = await register({ size: 400 });
      expect(await storeOf(await newContext())).to.equal(second);
      expect(await storeOf(await newContext({ average_size: 700 })), 'says nothing').to.equal(second);
      expect(await storeOf(await newContext()), 'no room left').to.equal(third);
      expect(await storeOf(await newContext()), 'none taken any more').to.equal(small);
      const params = { ctx: { name: 'reseller1_none', maxQuota: 1 }, admin_user: adminData('none') };
      expectFault(await world.contexts('create', params), 'StorageException', none);
      const explicit = { ...params, ctx: { ...params.ctx, filestoreId: third } };
      expectFault(await world.contexts('create', explicit), 'StorageException', none);
      const nowhere = { ...params, ctx: { ...params.ctx, filestoreId: 999 } };
      const text = 'No such file storage for identifier 999';
      expectFault(await world.contexts('create', nowhere), 'StorageException', text);
      const exists = await world.contexts('exists', { ctx: { name: 'reseller1_none' } });
      expect(returnedOne(exists).text).to.equal('false');
    });

    it('many contexts at once: never more than maxContexts', async () => {
      await resize(1, 0);
      const second = await register({ size: 100_000, maxContexts: 3 });
      const admin = (name: string) => adminData(name, quick);
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => `reseller1_atonce${index}`).map((name) =>
          world.contexts('create', { ctx: { name, maxQuota: 1 }, admin_user: admin(name) }),
        ),
      );
      const refused = answers.filter(({ fault }) => fault);
      expect(refused).to.have.length(5);
      for (const answer of refused) expectFault(answer, 'StorageException', none);
      const shown = (await stores()).find(({ id }) => id === String(second));
      expect(shown).to.include({ currentContexts: '3' });
    });
  });
});
