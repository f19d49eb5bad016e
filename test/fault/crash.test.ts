import { expect } from 'chai';
import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { mariadbServer, testDatabases, type TestDatabase } from '../support/database/databases.js';
import { mariadb } from '../support/database/mariadb.js';
import { brokenInvariants, seenUsers } from '../support/database/table-invariants.js';
import { eventually } from '../support/eventually.js';
import { AcknowledgedLoad } from '../support/history/acknowledged-load.js';
import { requirePart } from '../support/processes/require-part.js';
import { startServiceProcess, type ServiceProcess } from '../support/processes/service-process.js';
import { expectFault, RawSoap, returned, returnedOne } from '../support/wire/raw-soap.js';
import { adminData, idOf } from '../wire/fixtures.js';

/** Kills per suite; `npm run test:fault` makes it 12, which is 36 in all. */
const rounds = Number(process.env['FAULT_ROUNDS'] || 2);
const workers = 8;
const master = { login: 'oxadminmaster', password: 'durable-secret-1' };

interface Scene {
  readonly service: ServiceProcess;
  readonly soap: RawSoap;
  readonly contextId: number;
  readonly knex: Knex;
}

async function startScene(database: TestDatabase): Promise<Scene> {
  const url = await database.url();
  const service = await startServiceProcess(url, master.password);
  const soap = new RawSoap(service.url);
  const params = { ctx: { name: 'crashing', maxQuota: 10 }, admin_user: adminData('crashing') };
  const made = await soap.call('OXResellerContextService', 'create', params, master);
  return { service, soap, contextId: idOf(returnedOne(made)), knex: connect(parseDatabaseUrl(url)) };
}

async function endScene(scene: Scene | undefined): Promise<void> {
  await scene?.service.crash();
  await scene?.knex.destroy();
}

/** Lets clients work while something is killed, again and again. */
async function underLoad(scene: Scene, disturb: () => Promise<void>): Promise<AcknowledgedLoad> {
  const load = new AcknowledgedLoad([scene.service.url], scene.contextId, master);
  load.start(workers);
  try {
    for (let round = 0; round < rounds; round += 1) {
      await load.acknowledges(15);
      await sleep(Math.random() * 300);
      await disturb();
    }
    await load.acknowledges(15);
  } finally {
    await load.stop();
  }
  return load;
}

/** Everything that was acknowledged is there once, nothing is half there, and the wire says the same. */
async function expectNothingLost(
  { service, soap, contextId, knex }: Scene,
  load: AcknowledgedLoad,
): Promise<void> {
  const defects = service.output().match(/^.*(unexpected error|ended by).*$/gm) ?? [];
  expect(defects, 'logged').to.deep.equal([]);
  expect(await brokenInvariants(knex), 'half done').to.deep.equal([]);
  const seen = await seenUsers(knex, 'load');
  expect(load.complaints(seen)).to.deep.equal([]);
  const params = { ctx: { id: contextId }, search_pattern: 'load*' };
  const listed = returned(await soap.call('OXResellerUserService', 'list', params, master)).map(idOf);
  expect(listed).to.have.members(seen.map(({ id }) => id));
  console.log(`      ${JSON.stringify(load.counts)}`);
}

for (const database of testDatabases) {
  describe(`fault: the service is killed with -9 under load, on ${database.name} (issue 6, point 1)`, function () {
    this.timeout(600_000);
    let scene: Scene | undefined;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      scene = await startScene(database);
    });
    after(() => endScene(scene));

    it(`${rounds} times: what was acknowledged is there exactly once, nothing is half done`, async () => {
      if (!scene) throw new Error('not started');
      const { service } = scene;
      const load = await underLoad(scene, async () => {
        await service.crash();
        await service.restart();
      });
      expect(load.counts.unknown, 'the kills met calls under way').to.be.greaterThan(0);
      await expectNothingLost(scene, load);
    });
  });
}

describe('fault: mariadbd is killed with -9 under load (issue 6, point 1)', function () {
  this.timeout(600_000);
  let scene: Scene | undefined;
  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    scene = await startScene(mariadbServer);
  });
  after(() => endScene(scene));

  it(`${rounds} times: what was acknowledged is there, and the service goes on by itself`, async () => {
    if (!scene) throw new Error('not started');
    const server = await mariadb();
    const load = await underLoad(scene, async () => {
      await server.crash();
      await sleep(Math.random() * 1_500);
      await server.restart();
    });
    expect(scene.service.child.exitCode).to.equal(null);
    await expectNothingLost(scene, load);
  });

  it('while it is down: not ready but live, and a clear fault; afterwards ready again', async () => {
    if (!scene) throw new Error('not started');
    const { soap, service, contextId } = scene;
    const server = await mariadb();
    const health = async (name: string) => (await fetch(`${service.url}/health/${name}`)).status;
    const list = () => soap.call('OXResellerUserService', 'listAll', { ctx: { id: contextId } }, master);
    expect(await health('ready')).to.equal(200);
    await server.crash();
    try {
      expect(await health('ready')).to.equal(503);
      expect(await health('live')).to.equal(200);
      expectFault(
        await list(),
        'StorageException',
        /^The service is temporarily unavailable, please try again later;/,
      );
    } finally {
      await server.restart();
    }
    await eventually(async () => expect(await health('ready')).to.equal(200), 20_000);
    expect(returned(await list())).not.to.have.length(0);
    expect(service.output())
      .to.match(/database unavailable/)
      .and.not.match(/node_modules|insert into|durable-secret/);
  });
});
