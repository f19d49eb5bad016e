import { expect } from 'chai';
import Database from 'libsql';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { envelope, expectDone, operationXml, type SoapAnswer } from '../../support/wire/raw-soap.js';
import { userData, World } from '../fixtures.js';

const places = { MAX_CONCURRENT_REQUESTS: '2', MAX_QUEUED_REQUESTS: '2' };

describe('more requests than there are places', function () {
  this.timeout(60_000);
  let directory: string;
  let world: World;
  let other: Database.Database;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oxbow-limits-'));
    const file = join(directory, 'oxbow.db');
    world = await World.start(places, `sqlite:${file}`);
    other = new Database(file);
  });
  afterEach(() => {
    if (other.inTransaction) other.exec('ROLLBACK');
  });
  after(async () => {
    other.close();
    await world.stop();
    await rm(directory, { recursive: true });
  });

  const create = (name: string): Promise<SoapAnswer> => {
    const params = { ctx: world.ctx, usrdata: userData(name) };
    return world.soap.post(
      'OXResellerUserService',
      envelope(operationXml('OXResellerUserService', 'create', params, world.reseller)),
    );
  };
  const metric = async (name: string): Promise<number> => {
    const page = await (await fetch(`${world.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(page)?.[1] ?? NaN);
  };
  const quota = (): Promise<Response> => {
    const { login, password } = world.reseller;
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    return fetch(`${world.url}/quota/v1/contexts/${world.contextId}/users/2`, { headers: { authorization } });
  };
  /** Fills both places and both seats of the queue, as long as `other` holds the database's lock. */
  const fill = async (prefix: string): Promise<Promise<SoapAnswer>[]> => {
    const calls = ['a', 'b', 'c', 'd'].map((each) => create(prefix + each));
    await eventually(async () => {
      expect(await metric('oxbow_requests_running')).to.equal(2);
      expect(await metric('oxbow_requests_queued')).to.equal(2);
    });
    return calls;
  };

  it('are refused at once with 503 and Retry-After; what waited is carried out, and later requests are', async () => {
    other.exec('BEGIN IMMEDIATE');
    const waiting = await fill('first-');
    const refused = await create('fifth');
    expect(refused.status).to.equal(503);
    expect(refused.headers.get('retry-after')).to.match(/^[1-9]\d*$/);
    expect(refused.fault?.code).to.match(/:Server$/);
    expect(refused.fault?.text).to.match(/busy, nothing was changed/);
    expect(await metric('oxbow_requests_queued'), 'refused while the others wait').to.equal(2);
    other.exec('ROLLBACK');
    for (const answer of await Promise.all(waiting)) expectDone(answer);
    expect(await metric('oxbow_requests_refused_total')).to.equal(1);
    expect(await metric('oxbow_requests_running')).to.equal(0);
    expect(await metric('oxbow_requests_queued')).to.equal(0);
    expect(await world.exists({ name: 'fifth' }), 'what was refused was not carried out').to.equal('false');
    expectDone(await create('fifth'));
  });

  it('are refused over REST too, as a problem; life signs, metrics and WSDLs always answer', async () => {
    other.exec('BEGIN IMMEDIATE');
    const waiting = await fill('second-');
    const problems = [await quota(), await fetch(`${world.url}/oxaas/v1/admin/sessions`, restDelete())];
    for (const problem of problems) {
      expect(problem.status).to.equal(503);
      expect(problem.headers.get('retry-after')).to.match(/^[1-9]\d*$/);
      expect(problem.headers.get('content-type')).to.match(/^application\/problem\+json/);
      expect(await problem.json()).to.include({ status: 503 });
    }
    for (const path of ['/health/live', '/metrics', '/webservices/OXUserService?wsdl'])
      expect((await fetch(world.url + path)).status, path).to.equal(200);
    other.exec('ROLLBACK');
    for (const answer of await Promise.all(waiting)) expectDone(answer);
    expect((await quota()).status).to.equal(200);
  });

  it('who goes away while waiting gives the seat back', async () => {
    other.exec('BEGIN IMMEDIATE');
    const waiting = [create('third-a'), create('third-b')];
    await eventually(async () => expect(await metric('oxbow_requests_running')).to.equal(2));
    const gone = connect(Number(new URL(world.url).port), '127.0.0.1');
    gone.write('POST /webservices/OXUserService HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx');
    await eventually(async () => expect(await metric('oxbow_requests_queued')).to.equal(1));
    gone.destroy();
    await eventually(async () => expect(await metric('oxbow_requests_queued')).to.equal(0));
    other.exec('ROLLBACK');
    for (const answer of await Promise.all(waiting)) expectDone(answer);
  });

  it('are not those that are still being sent', async () => {
    const slow = Array.from({ length: 5 }, () => {
      const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
      socket.write('POST /webservices/OXUserService HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx');
      return socket;
    });
    try {
      for (let round = 0; round < 3; round++) expect(await world.exists({ name: 'fifth' })).to.equal('true');
      expect(await metric('oxbow_requests_running')).to.equal(0);
    } finally {
      for (const socket of slow) socket.destroy();
    }
  });

  function restDelete(): RequestInit {
    const { login, password } = world.reseller;
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    return { method: 'DELETE', headers: { authorization } };
  }
});
