import { expect } from 'chai';
import { CommitUnknownError, StoreUnavailableError } from '../../../src/provisioning/errors/store-errors.js';
import { connect } from '../../../src/store/database/connect.js';
import { databaseBounds } from '../../../src/store/database/database-bounds.js';
import { parseDatabaseUrl, type DatabaseTarget } from '../../../src/store/database/database-url.js';
import { KnexStore } from '../../../src/store/knex-store.js';
import { openStore } from '../../../src/store/open-store.js';
import { mariadbServer } from '../../support/database/databases.js';
import { mariadb } from '../../support/database/mariadb.js';
import { requirePart } from '../../support/processes/require-part.js';
import { aContext, createUser, insertContext } from '../fixtures.js';
import { startCuttingProxy, type CuttingProxy } from './cutting-proxy.js';

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('store on MariaDB: connections that break', function () {
  this.timeout(60_000);
  let direct: KnexStore;
  let proxy: CuttingProxy;
  let store: KnexStore;
  const retries: string[] = [];

  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const url = await mariadbServer.url();
    direct = await openStore({ databaseUrl: url });
    await insertContext(direct, aContext(1));
    proxy = await startCuttingProxy((await mariadb()).port);
    const hosts = [{ host: '127.0.0.1', port: proxy.port }];
    const target = { ...parseDatabaseUrl(url), hosts } as DatabaseTarget;
    store = new KnexStore(connect(target, { bounds: databaseBounds(500) }), ({ code }) => retries.push(code));
  });
  beforeEach(() => retries.splice(0));
  after(async () => {
    await store?.close();
    await proxy?.close();
    await direct?.close();
  });

  const create = (login: string) => store.transaction((repositories) => createUser(repositories, 1, login));

  it('before COMMIT: the whole transaction runs again', async () => {
    proxy.cutAt('early', false);
    const id = await create('early');
    expect(await direct.read.users.findIdByLogin(1, 'early')).to.equal(id);
    expect(retries).to.have.lengthOf(1);
  });

  it('at BEGIN: likewise, also in a call whose transactions are joined', async () => {
    await create('warm');
    proxy.cutAt('BEGIN', false);
    expect(await direct.read.users.findIdByLogin(1, 'begun')).to.equal(null);
    expect(await create('begun')).to.be.a('number');
    proxy.cutAt('BEGIN', false);
    expect(
      await store.joining(
        () => create('joined'),
        () => Promise.resolve(),
      ),
    ).to.be.a('number');
    expect(retries).to.have.lengthOf(2);
  });

  it('before COMMIT, when the server had got the statement: likewise', async () => {
    proxy.cutAt('middle', true);
    const id = await create('middle');
    expect(await direct.read.users.findIdByLogin(1, 'middle')).to.equal(id);
    expect(retries).to.have.lengthOf(1);
  });

  it('after COMMIT was sent: not repeated, since it may have happened', async () => {
    await create('warm-up');
    proxy.cutAt('COMMIT', true);
    let runs = 0;
    const lost = store.transaction((repositories) => {
      runs += 1;
      return createUser(repositories, 1, 'late');
    });
    expect(await errorOf(lost)).to.be.instanceOf(CommitUnknownError);
    expect(runs).to.equal(1);
    expect(await direct.read.users.findIdByLogin(1, 'late')).to.be.a('number');
  });

  it('after the COMMIT of joined transactions was sent: likewise not repeated', async () => {
    await create('warm-up-again');
    proxy.cutAt('COMMIT', true);
    const lost = store.joining(
      () => create('late-joined'),
      () => Promise.resolve(),
    );
    expect(await errorOf(lost)).to.be.instanceOf(CommitUnknownError);
    expect(await direct.read.users.findIdByLogin(1, 'late-joined')).to.be.a('number');
    expect(retries).to.deep.equal([]);
  });

  it('a read is repeated', async () => {
    proxy.cutAt('findme', false);
    expect(await store.read.users.findIdByLogin(1, 'findme')).to.equal(null);
    expect(retries).to.have.lengthOf(1);
  });

  it('a server that does not answer is waited for no longer than a statement may take', async () => {
    await store.ping();
    proxy.hold();
    setTimeout(() => proxy.resume(), 700);
    const started = Date.now();
    const id = await create('patient');
    expect(Date.now() - started).to.be.within(400, 5_000);
    expect(await direct.read.users.findIdByLogin(1, 'patient')).to.equal(id);
    expect(retries).not.to.have.lengthOf(0);
  });

  it('a crash of the server loses nobody who was answered, and the store comes back', async () => {
    const server = await mariadb();
    const answered: string[] = [];
    let isDown = false;
    const creating = (async () => {
      for (let number = 0; number < 2_000 && !isDown; number += 1) {
        const outcome = await errorOf(
          direct.transaction((repositories) => createUser(repositories, 1, `crash-${number}`)),
        );
        if (outcome === 'no error') answered.push(`crash-${number}`);
        else expect(outcome).to.be.instanceOf(StoreUnavailableError);
      }
    })();
    while (answered.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.crashAndRestart();
    isDown = true;
    await creating;
    for (const login of answered)
      expect(await direct.read.users.findIdByLogin(1, login), login).to.be.a('number');
    const half = (
      await direct.read.users.findMany(
        1,
        await direct.read.users.search(1, {
          pattern: 'crash-*',
          ignoreCase: false,
          length: null,
          offset: 0,
        }),
      )
    ).filter(({ aliases }) => aliases.length === 0);
    expect(half).to.deep.equal([]);
  });
});
