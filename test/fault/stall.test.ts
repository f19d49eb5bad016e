import { expect } from 'chai';
import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { mariadbServer } from '../support/database/databases.js';
import { startFaultyProxy, type FaultyProxy } from '../support/database/faulty-proxy.js';
import { brokenInvariants, seenUsers } from '../support/database/table-invariants.js';
import { eventually } from '../support/eventually.js';
import { AcknowledgedLoad } from '../support/history/acknowledged-load.js';
import { requirePart } from '../support/processes/require-part.js';
import { startServiceProcess, type ServiceProcess } from '../support/processes/service-process.js';
import { RawSoap, returnedOne } from '../support/wire/raw-soap.js';
import { adminData, idOf } from '../wire/fixtures.js';

/** Of the whole form; `silence.test.ts` is the short one. */
const isFull = Number(process.env['FAULT_ROUNDS'] || 0) > 5;
const stallsSeconds = isFull ? [5, 30, 120] : [];
const readyLimitMs = 5_000;
const workers = 12;
const master = { login: 'oxadminmaster', password: 'stalling-secret-1' };

describe('fault: MariaDB falls silent under load, and comes back (issue 12, A1)', function () {
  this.timeout(600_000);
  let service: ServiceProcess | undefined;
  let proxy: FaultyProxy | undefined;
  let knex: Knex | undefined;
  let contextId = 0;

  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const url = new URL(await mariadbServer.url());
    knex = connect(parseDatabaseUrl(url.href));
    proxy = await startFaultyProxy(Number(url.port));
    url.port = String(proxy.port);
    service = await startServiceProcess(url.href, master.password);
    const soap = new RawSoap(service.url);
    const params = { ctx: { name: 'stalling', maxQuota: 10 }, admin_user: adminData('stalling') };
    contextId = idOf(returnedOne(await soap.call('OXResellerContextService', 'create', params, master)));
  });
  after(async () => {
    await service?.crash();
    await proxy?.close();
    await knex?.destroy();
  });

  for (const [index, seconds] of stallsSeconds.entries()) {
    it(`for ${seconds} s: ready as soon as it is, without a restart, and nothing acknowledged is missing`, async () => {
      if (!service || !proxy || !knex) throw new Error('not started');
      const { url } = service;
      const prefix = `stall${index}`;
      const load = new AcknowledgedLoad([url], contextId, master, prefix);
      load.start(workers);
      try {
        await load.acknowledges(40);
        proxy.arm({ fault: 'silence', at: 1, countsAnswers: true, isLasting: true });
        await sleep(seconds * 1_000);
        expect((await fetch(`${url}/health/live`)).status).to.equal(200);
        proxy.heal();
        await eventually(
          async () => expect((await fetch(`${url}/health/ready`)).status).to.equal(200),
          readyLimitMs,
        );
        await load.acknowledges(40);
      } finally {
        await load.stop();
      }
      expect(await brokenInvariants(knex)).to.deep.equal([]);
      expect(load.complaints(await seenUsers(knex, prefix))).to.deep.equal([]);
      console.log(`      ${JSON.stringify(load.counts)}`);
    });
  }
});
