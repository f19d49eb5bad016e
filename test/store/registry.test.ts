import { expect } from 'chai';
import { UniqueConflictError, ValueTooLongError } from '../../src/provisioning/errors/store-errors.js';
import type { RegisteredDatabase } from '../../src/provisioning/repositories/registry-repository.js';
import { holdFiles } from '../support/processes/hold-files.js';
import { describeStore } from './describe-store.js';
import { aContext, createUser, insertContext } from './fixtures.js';

const aDatabase = (
  id: number,
  name: string,
  members: Partial<RegisteredDatabase> = {},
): RegisteredDatabase => ({
  id,
  name,
  url: 'jdbc:mysql://localhost',
  driver: 'driver',
  login: 'login',
  masterId: null,
  maxUnits: 1000,
  poolInitial: 1,
  poolMax: 2,
  poolHardLimit: 3,
  ...members,
});

/** The unique key that refused. */
async function refusedBy(write: Promise<unknown>): Promise<string> {
  const error: unknown = await write.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof UniqueConflictError ? `${error.key} ${error.value}` : String(error);
}

describeStore('registry', (opened) => {
  it('starts with the server, the database and the file storage of a fresh start', async () => {
    const { servers, databases, filestores, maintenanceReasons } = opened().store.read;
    expect(await servers.search('*')).to.deep.equal([{ id: 1, name: 'local' }]);
    expect((await databases.search('*')).map(({ id, name, masterId }) => [id, name, masterId])).to.deep.equal(
      [[1, 'oxbow', null]],
    );
    expect((await filestores.list()).map(({ id }) => id)).to.deep.equal([1]);
    expect(await maintenanceReasons.search('*')).to.deep.equal([]);
  });

  it('gives ids once, and goes on after those that are there', async () => {
    const take = () =>
      opened().store.transaction(async (tx) => [
        await tx.servers.takeNextId(),
        await tx.databases.takeNextId(),
        await tx.filestores.takeNextId(),
        await tx.maintenanceReasons.takeNextId(),
        await tx.jobs.takeNextId(),
      ]);
    const taken = await Promise.all([take(), take(), take()]);
    taken.sort(([a = 0], [b = 0]) => a - b);
    expect(taken).to.deep.equal([
      [2, 2, 2, 1, 1],
      [3, 3, 3, 2, 2],
      [4, 4, 4, 3, 3],
    ]);
  });

  it('keeps, finds, changes and forgets', async () => {
    const { store } = opened();
    await store.transaction(async ({ servers, databases, maintenanceReasons }) => {
      await servers.insert({ id: 10, name: 'ten' });
      await databases.insert(aDatabase(10, 'ten'));
      await databases.insert(aDatabase(11, 'ten copy', { masterId: 10 }));
      await maintenanceReasons.insert({ id: 10, text: 'Ten (100%)' });
    });
    expect(await store.read.databases.find(11)).to.deep.equal(aDatabase(11, 'ten copy', { masterId: 10 }));
    expect(await store.read.databases.copies()).to.deep.equal(new Map([[10, 11]]));
    expect(await store.read.servers.findIdByName('ten')).to.equal(10);
    expect(await store.read.servers.findIdByName('Ten')).to.equal(null);
    expect((await store.read.maintenanceReasons.search('Ten (100\\%)')).map(({ id }) => id)).to.deep.equal([
      10,
    ]);
    expect(await store.read.maintenanceReasons.search('ten*')).to.deep.equal([]);
    await store.transaction(async ({ databases, servers, maintenanceReasons }) => {
      await databases.update(11, { masterId: null, maxUnits: 5 });
      await databases.update(10, {});
      await servers.delete(10);
      await maintenanceReasons.delete(10);
      expect(await databases.lock(11)).to.include({ masterId: null, maxUnits: 5, name: 'ten copy' });
      expect(await databases.hold(99)).to.equal(null);
    });
    expect(await store.read.servers.find(10)).to.equal(null);
  });

  it('names the unique key that refused, also to one of many at once', async () => {
    const { store } = opened();
    const filestore = (id: number, url: string) => ({ id, url, sizeMb: 1, maxContexts: 1 });
    await store.transaction(async ({ servers, databases, maintenanceReasons, filestores }) => {
      await servers.insert({ id: 20, name: 'taken' });
      await databases.insert(aDatabase(20, 'taken'));
      await maintenanceReasons.insert({ id: 20, text: 'taken' });
      await filestores.insert(filestore(20, 's3://taken'));
      await filestores.insert(filestore(21, 's3://Taken'));
    });
    const refusals = await Promise.all([
      refusedBy(store.transaction(({ servers }) => servers.insert({ id: 21, name: 'taken' }))),
      refusedBy(store.transaction(({ databases }) => databases.insert(aDatabase(21, 'taken')))),
      refusedBy(
        store.transaction(({ maintenanceReasons }) => maintenanceReasons.insert({ id: 21, text: 'taken' })),
      ),
      refusedBy(store.transaction(({ filestores }) => filestores.insert(filestore(22, 's3://taken')))),
      refusedBy(store.transaction(({ filestores }) => filestores.update(21, { url: 's3://taken' }))),
    ]);
    expect(refusals).to.deep.equal([
      'serverName taken',
      'databaseName taken',
      'maintenanceReason taken',
      'filestoreUrl s3://taken',
      'filestoreUrl s3://taken',
    ]);
    const long = `s3://${'x'.repeat(695)}`;
    await store.transaction(({ filestores }) => filestores.insert(filestore(23, long)));
    expect((await store.read.filestores.find(23))?.url).to.equal(long);
    const tooLong = store.transaction(({ filestores }) => filestores.insert(filestore(24, `${long}x`)));
    expect(await tooLong.catch((error: unknown) => error)).to.be.instanceOf(ValueTooLongError);
    await store.transaction(({ maintenanceReasons }) =>
      maintenanceReasons.insert({ id: 24, text: 'ä'.repeat(700) }),
    );
  });

  it('counts who is where', async () => {
    const { store, knex } = opened();
    await store.transaction(({ filestores }) =>
      filestores.insert({ id: 30, url: 's3://counted', sizeMb: 1, maxContexts: 1 }),
    );
    await insertContext(store, aContext(1, { filestoreId: 30, averageSizeMb: 70 }));
    await insertContext(store, aContext(2));
    const inside = await store.transaction((tx) => createUser(tx, 2, 'inside', { filestoreId: 30 }));
    await store.transaction((tx) =>
      createUser(tx, 2, 'sharer', { filestoreId: 30, filestoreOwnerId: inside }),
    );
    await store.transaction((tx) => createUser(tx, 1, 'elsewhere', { filestoreId: 1 }));
    await knex('context_usage').where({ context_id: 1 }).update({ bytes: 5_000_000_000_000 });
    await holdFiles(knex, 2, inside, { bytes: 7 });
    const counted = { contexts: 1, users: 1, usedBytes: 5_000_000_000_007, contextSizesMb: 70 };
    expect(await store.read.filestores.load(30)).to.deep.equal(counted);
    expect((await store.read.filestores.roughLoad(30)).load).to.deep.equal(counted);
    expect(await store.read.filestores.countContexts(30)).to.equal(1);
    await knex('context_usage').where({ context_id: 1 }).update({ bytes: 0 });
    const { load, ageMs } = await store.read.filestores.roughLoad(30);
    expect(load, 'not old yet').to.deep.equal(counted);
    expect(ageMs).to.be.within(0, 60_000);
    expect(await store.read.filestores.load(30)).to.include({ usedBytes: 7 });
    expect(await store.read.filestores.load(99)).to.deep.equal({
      contexts: 0,
      users: 0,
      usedBytes: 0,
      contextSizesMb: 0,
    });
    await store.transaction(({ databases }) => databases.assign(2, 10));
    expect(await store.read.databases.countContexts()).to.deep.equal(
      new Map([
        [1, 1],
        [10, 1],
      ]),
    );
    expect(await store.read.databases.ofContext(2)).to.equal(10);
    const search = { pattern: '*', ownerIds: null };
    expect(await store.read.contexts.searchIds({ ...search, filestoreId: 30 })).to.deep.equal([1]);
    expect(await store.read.contexts.searchIds({ ...search, databaseId: 10 })).to.deep.equal([2]);
  });
});
