import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { startCuttingProxy, type CuttingProxy } from '../store/database/cutting-proxy.js';
import { mariadbServer } from '../support/database/databases.js';
import { mariadb } from '../support/database/mariadb.js';
import { requirePart } from '../support/processes/require-part.js';
import { envelope, expectFault, operationXml, returned, returnedOne } from '../support/wire/raw-soap.js';
import { idOf, userData, World } from '../wire/fixtures.js';

/** Part of a stored hash: it is sent with what a create writes, in one message with its COMMIT. */
const writing = '{CRYPT}$2';

describe('fault: the answer to a COMMIT is lost on its way (issue 6, point 2)', function () {
  this.timeout(60_000);
  let proxy: CuttingProxy;
  let world: World | undefined;
  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const url = new URL(await mariadbServer.url());
    proxy = await startCuttingProxy((await mariadb()).port);
    url.port = String(proxy.port);
    // Nothing but the calls of these tests commits.
    world = await World.start({ QUOTA_SCAN_INTERVAL: '0' }, url.href);
  });
  after(async () => {
    await world?.stop();
    await proxy?.close();
  });

  const running = (): World => {
    if (!world) throw new Error('not started');
    return world;
  };
  const create = (name: string, key?: string) => {
    const params = { ctx: running().ctx, usrdata: userData(name) };
    const xml = envelope(operationXml('OXResellerUserService', 'create', params, running().reseller));
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    return running().soap.post('OXResellerUserService', xml, headers);
  };
  const idsOf = async (name: string) =>
    returned(await running().users('list', { ctx: running().ctx, search_pattern: name })).map(idOf);

  it('the fault says that nobody knows, and a repetition is told what became of it', async () => {
    await running().newUser('warm');
    proxy.cutAt(writing, true);
    expectFault(
      await create('lost'),
      'StorageException',
      /^The database was lost while the change was being stored: .*Find out/,
    );
    expect(await idsOf('lost')).to.have.length(1);
    expectFault(await create('lost'), 'InvalidDataException', /already/);
    expect(running().log()).to.match(/"endUnknown":true/);
  });

  it('with an Idempotency-Key the call finds out itself, and answers that it was done', async () => {
    returnedOne(await create('warm-again', randomUUID()));
    proxy.cutAt('COMMIT', true);
    const key = randomUUID();
    const id = idOf(returnedOne(await create('found', key)));
    expect(await idsOf('found')).to.deep.equal([id]);
    expect(idOf(returnedOne(await create('found', key)))).to.equal(id);
  });

  it('a COMMIT that never arrived looks the same; what was cut before it is repeated unnoticed', async () => {
    await running().newUser('warm-too');
    proxy.cutAt(writing, false);
    // The server never got the COMMIT; that cannot be told from one whose answer is lost, so it is not repeated either.
    expectFault(await create('cut'), 'StorageException', /Find out which/);
    expect(await idsOf('cut')).to.deep.equal([]);
    proxy.cutAt('repeated@example.org', false);
    const id = idOf(returnedOne(await create('repeated')));
    expect(await idsOf('repeated')).to.deep.equal([id]);
  });
});
