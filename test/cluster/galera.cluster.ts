import { expect } from 'chai';
import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../src/provisioning/errors/store-errors.js';
import { connect } from '../../src/store/database/connect.js';
import { databaseBounds } from '../../src/store/database/database-bounds.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { openStore } from '../../src/store/open-store.js';
import { createUser as storeUser } from '../store/fixtures.js';
import { startFaultyProxy } from '../support/database/faulty-proxy.js';
import {
  galeraIsInstalled,
  startGaleraCluster,
  type GaleraCluster,
  type GaleraNode,
} from '../support/database/galera.js';
import { brokenInvariants, seenUsers } from '../support/database/table-invariants.js';
import { eventually } from '../support/eventually.js';
import { AcknowledgedLoad } from '../support/history/acknowledged-load.js';
import { startBalancer, type Balancer } from '../support/processes/balancer.js';
import { requirePart } from '../support/processes/require-part.js';
import { startServiceProcess, type ServiceProcess } from '../support/processes/service-process.js';
import {
  expectDone,
  expectFault,
  RawSoap,
  returned,
  returnedOne,
  type SoapParams,
} from '../support/wire/raw-soap.js';
import { adminData, idOf, userData } from '../wire/fixtures.js';

/** CI runs a part: three nodes, names and limits across nodes, one kill -9. */
const isShort = process.env['CLUSTER_SHORT'] === '1';
const master = { login: 'oxadminmaster', password: 'cluster-secret-1' };
const reseller = { login: 'clustered', password: 'reseller-secret' };
const goesOnWithinMs = 40_000;

describe('cluster: two services on three Galera nodes (issue 6, point 3)', function () {
  this.timeout(300_000);
  let cluster: GaleraCluster;
  let services: ServiceProcess[] = [];
  let soaps: [RawSoap, RawSoap];
  let balancer: Balancer;
  let knex: Knex;
  let urlOn: (...nodes: readonly GaleraNode[]) => string;
  let contextId = 0;

  before(async function () {
    requirePart(this, 'galera-4, rsync and mariadb-server', galeraIsInstalled());
    cluster = await startGaleraCluster();
    const [a, b, c] = cluster.nodes as [GaleraNode, GaleraNode, GaleraNode];
    urlOn = await cluster.createDatabase();
    // Each on a node of its own, with another to turn to.
    services = [
      await startServiceProcess(urlOn(b, a), master.password),
      await startServiceProcess(urlOn(c, a), master.password),
    ];
    soaps = services.map(({ url }) => new RawSoap(url)) as [RawSoap, RawSoap];
    balancer = await startBalancer(services.map(({ url }) => url));
    knex = connect(parseDatabaseUrl(urlOn(a)));
    const adm = { name: reseller.login, displayname: 'Clustered', password: reseller.password };
    returnedOne(await soaps[0].call('OXResellerService', 'create', { adm }, master));
    contextId = idOf(returnedOne(await createContext(soaps[1], 'clustered_first')));
  });
  after(async () => {
    await balancer?.close();
    await knex?.destroy();
    await Promise.all(services.map((service) => service.crash()));
    await cluster?.stop();
  });

  const createContext = (soap: RawSoap, name: string, ctx: SoapParams = {}) =>
    soap.call(
      'OXResellerContextService',
      'create',
      { ctx: { name, maxQuota: 10, ...ctx }, admin_user: adminData(name, { name: 'ctxadmin' }) },
      reseller,
    );
  const createUser = (soap: RawSoap, name: string) =>
    soap.call(
      'OXResellerUserService',
      'create',
      { ctx: { id: contextId }, usrdata: userData(name) },
      reseller,
    );
  const listAll = (soap: RawSoap) =>
    soap.call('OXResellerUserService', 'listAll', { ctx: { id: contextId } }, reseller);

  it('each service reads at once what the other has answered', async () => {
    for (let round = 0; round < 15; round += 1) {
      const [writer, reader] = round % 2 === 0 ? soaps : [soaps[1], soaps[0]];
      const id = idOf(returnedOne(await createUser(writer, `seen${round}`)));
      const params = { ctx: { id: contextId }, user: { id } };
      returnedOne(await reader.call('OXResellerUserService', 'getData', params, reseller));
    }
  });

  it('a read on one node sees what was committed on another before, however soon it comes', async () => {
    const stores = await Promise.all(cluster.nodes.map((node) => openStore({ databaseUrl: urlOn(node) })));
    let stale = 0;
    for (let round = 0; round < 300; round += 1) {
      const [writer, reader] = [stores[round % 3], stores[(round + 1) % 3]];
      await writer?.transaction(({ settings }) => settings.set('probe', String(round)));
      if ((await reader?.read.settings.get('probe')) !== String(round)) stale += 1;
    }
    await Promise.all(stores.map((store) => store.close()));
    expect(stale).to.equal(0);
  });

  it('one name on both at once: one user, and the other is told that it exists', async () => {
    for (let round = 0; round < 15; round += 1) {
      const answers = await Promise.all(
        soaps.flatMap((soap) => [soap, soap]).map((soap) => createUser(soap, `same${round}`)),
      );
      const refused = answers.filter(({ fault }) => fault);
      expect(refused).to.have.length(3);
      for (const answer of refused) expectFault(answer, 'InvalidDataException', /already|displayname/);
    }
  });

  it('ids are unique across nodes', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => createUser(soaps[index % 2] ?? soaps[0], `apart${index}`)),
    );
    expect(new Set(answers.map((answer) => idOf(returnedOne(answer)))).size).to.equal(20);
  });

  it('a limit of contexts holds, however they are created at once', async () => {
    const present = 1;
    const more = 3;
    const restrictions = [{ name: 'Subadmin.MaxContext', value: String(present + more) }];
    const adm = { name: reseller.login, restrictions };
    expectDone(await soaps[0].call('OXResellerService', 'change', { adm }, master));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        createContext(soaps[index % 2] ?? soaps[0], `clustered_${index}`),
      ),
    );
    const told = answers.map(({ fault }) => fault?.text.replace(/; exceptionId.*/, '') ?? 'created');
    const created = told.filter((text) => text === 'created').length;
    expect(created, told.join('\n')).to.equal(more);
    expect(new Set(told).size, told.join('\n')).to.equal(2);
  });

  it('a limit of users of all contexts of a reseller holds, on different nodes in different contexts', async () => {
    const ids: number[] = await knex('contexts').where('owner_id', '>', 0).orderBy('id').limit(2).pluck('id');
    const [users] = await knex('users').count({ n: '*' });
    let max = Number(users?.['n']);
    for (let round = 0; round < 4; round += 1) {
      max += 2;
      const restrictions = [{ name: 'Subadmin.MaxOverallUser', value: String(max) }];
      const adm = { name: reseller.login, restrictions };
      expectDone(await soaps[0].call('OXResellerService', 'change', { adm }, master));
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => {
          const usrdata = userData(`overall${round}x${index}`);
          const params = { ctx: { id: ids[index % 2] ?? 0 }, usrdata };
          return (soaps[index % 2] ?? soaps[0]).call('OXResellerUserService', 'create', params, reseller);
        }),
      );
      const told = answers.map(({ fault }) => fault?.text.replace(/; exceptionId.*/, '') ?? 'created');
      expect(told.filter((text) => text === 'created').length, told.join('\n')).to.equal(2);
      for (const text of told) expect(text).to.match(/^created$|^Maximum|reached/i);
    }
    // A change cannot take a restriction away (an empty list says nothing), and what follows is not about limits.
    await knex('resellers').where({ name: reseller.login }).update({ restrictions: '[]' });
  });

  /** Runs clients through the balancer while something happens to a node. */
  async function withLoad(prefix: string, work: (load: AcknowledgedLoad) => Promise<void>): Promise<void> {
    const load = new AcknowledgedLoad([balancer.url], contextId, reseller, prefix);
    load.start(6);
    try {
      await load.acknowledges(30);
      await work(load);
    } finally {
      await load.stop();
    }
    await eventually(async () => expect(await brokenInvariants(knex)).to.deep.equal([]), 5_000);
    expect(load.complaints(await seenUsers(knex, prefix))).to.deep.equal([]);
    console.log(`      ${JSON.stringify(load.counts)}`);
  }

  /** Takes a node away and tells how long no change was acknowledged. */
  async function goesOn(load: AcknowledgedLoad, disturb: () => Promise<void>): Promise<void> {
    const startedMs = Date.now();
    await disturb();
    const disturbedMs = Date.now();
    // Calls that were being answered at that moment are not what is asked for.
    await sleep(1_000);
    await load.acknowledges(20, goesOnWithinMs);
    console.log(
      `      20 more changes within ${Date.now() - startedMs} ms (${disturbedMs - startedMs} ms of it the fault)`,
    );
  }

  const isBack = (node: GaleraNode) =>
    eventually(async () => {
      expect(await node.status('wsrep_ready')).to.equal('ON');
      expect(await node.status('wsrep_cluster_size')).to.equal('3');
    }, 60_000);

  it('kill -9 of a node under load: nothing acknowledged is lost, writes go on', async () => {
    const node = cluster.nodes[1] as GaleraNode;
    await withLoad('killed', (load) => goesOn(load, () => node.crash()));
    expect(returned(await listAll(soaps[0]))).to.deep.equal(returned(await listAll(soaps[1])));
    if (isShort) return;
    await node.restart();
    await isBack(node);
  });

  if (isShort) return;

  it('a node cut off from the others under load: likewise, and it comes back by itself', async () => {
    const node = cluster.nodes[2] as GaleraNode;
    await withLoad('cutoff', (load) =>
      goesOn(load, async () => {
        await node.isolate(true);
        await eventually(async () => expect(await node.status('wsrep_ready')).to.equal('OFF'), 30_000);
      }),
    );
    await node.isolate(false);
    await isBack(node);
    const seen = await Promise.all(
      cluster.nodes.map((each) => each.query('SELECT COUNT(*) AS n FROM oxbow_1.users')),
    );
    expect(new Set(seen.map((rows) => JSON.stringify(rows))).size, 'all nodes hold the same').to.equal(1);
  });

  it('a node that hangs under load: likewise', async () => {
    const node = cluster.nodes[0] as GaleraNode;
    await withLoad('hanging', (load) =>
      goesOn(load, async () => {
        node.pause();
        await sleep(12_000);
        node.resume();
      }),
    );
    await isBack(node);
  });

  it('a node of which clients hear nothing any more, from any message on: the next one takes over', async () => {
    const [a, b] = cluster.nodes as [GaleraNode, GaleraNode];
    for (let at = 1; at <= 33; at += 4) {
      const proxy = await startFaultyProxy(a.port);
      const databaseUrl = urlOn(a, b).replace(`:${a.port},`, `:${proxy.port},`);
      const store = await openStore({ databaseUrl, bounds: databaseBounds(1_000) });
      const create = (login: string) => store.transaction((tx) => storeUser(tx, contextId, login));
      const isThere = async (login: string) =>
        (await knex('users').where({ context_id: contextId, login }).first('id')) !== undefined;
      proxy.arm({ fault: 'silence', at, countsAnswers: true, isLasting: true });
      const failure: unknown = await create(`unheard${at}`).then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) expect(await isThere(`unheard${at}`), `message ${at}`).to.equal(true);
      else expect(failure, `message ${at}`).to.be.instanceOf(StoreUnavailableError);
      // The node stays silent.
      await create(`heard${at}`);
      expect(await isThere(`heard${at}`), `after message ${at}`).to.equal(true);
      await store.close();
      await proxy.close();
    }
  });

  it('two of three gone: not ready, and a clear fault in place of answers', async () => {
    const [a, b, c] = cluster.nodes as [GaleraNode, GaleraNode, GaleraNode];
    await Promise.all([a.crash(), b.crash()]);
    const ready = async () => (await fetch(`${services[1]?.url}/health/ready`)).status;
    await eventually(async () => expect(await ready()).to.equal(503), 30_000);
    expectFault(await listAll(soaps[1]), 'StorageException', /^The service is temporarily unavailable/);
    await c.query("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=1'");
    await eventually(async () => expect(await ready()).to.equal(200), 30_000);
    expect(returned(await listAll(soaps[1]))).not.to.have.length(0);
  });
});
