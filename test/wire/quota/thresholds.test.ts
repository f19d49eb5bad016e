import { expect } from 'chai';
import type { Knex } from 'knex';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookSignature } from '../../../src/background/threshold-scan.js';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { sqliteFile } from '../../support/database/databases.js';
import { eventually } from '../../support/eventually.js';
import { holdFiles } from '../../support/processes/hold-files.js';
import { returnedOne } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { unifiedQuota, World } from '../fixtures.js';

const MB = 1024 * 1024;
const secret = 'webhook-secret-0123456789';
const serviceToken = 'file-service-token-0123456789';

interface Received {
  readonly id: string;
  readonly signedWell: boolean;
  readonly body: Record<string, unknown>;
}

describe('wire: thresholds, metrics and the ledger', function () {
  this.timeout(60_000);
  const fast = { passwordMech: 'SHA-512' };
  const received: Received[] = [];
  let status = 200;
  let hook: Server;
  let world: World;
  let knex: Knex;
  let counter = 0;

  before(async () => {
    hook = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString();
        const { headers } = request;
        const signature = `v1=${webhookSignature(secret, Number(headers['oxbow-timestamp']), body)}`;
        const signedWell = headers['oxbow-signature'] === signature;
        const parsed = JSON.parse(body) as Record<string, unknown>;
        received.push({ id: String(headers['oxbow-event-id']), signedWell, body: parsed });
        response.writeHead(status).end('thanks');
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const databaseUrl = await sqliteFile.url();
    const env = {
      QUOTA_SCAN_INTERVAL: '1',
      WEBHOOK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook?key=1`,
      WEBHOOK_SECRET: secret,
      FILE_SERVICE_TOKEN: serviceToken,
    };
    world = await World.start(env, databaseUrl);
    knex = connect(parseDatabaseUrl(databaseUrl));
  });
  after(async () => {
    await knex?.destroy();
    await world?.stop();
    await new Promise<void>((resolve) => hook.close(() => resolve()));
  });
  afterEach(() => (received.length = 0));

  const newUser = async (more: object = {}): Promise<{ id: number; mailbox: string }> => {
    counter += 1;
    const id = await world.newUser(`level${counter}`, { ...fast, ...more });
    return { id, mailbox: `level${counter}@example.org` };
  };
  /** As Dovecot does it: behind our back. */
  const holdMail = (mailbox: string, bytes: number, messages = 1): Promise<unknown> =>
    knex('mail_usage').insert({ username: mailbox, bytes, messages }).onConflict('username').merge();
  const eventsOf = (id: number): unknown[] =>
    received.filter(({ body }) => body['userId'] === id).map(({ body }) => [body['budget'], body['percent']]);
  const logged = (id: number): number =>
    world
      .log()
      .split('\n')
      .filter((line) => line.includes('quota threshold reached') && line.includes(`"userId":${id},`)).length;

  it('tells each crossing once, signed, in the log and at the webhook', async () => {
    const { id, mailbox } = await newUser();
    await world.setMailQuota(id, 10);
    await holdMail(mailbox, 8 * MB);
    await eventually(() => expect(eventsOf(id)).to.deep.equal([['mail', 80]]));
    await holdMail(mailbox, 8 * MB + 1);
    await holdMail(mailbox, 10 * MB);
    await eventually(() =>
      expect(eventsOf(id)).to.deep.equal([
        ['mail', 80],
        ['mail', 100],
      ]),
    );
    const [first] = received;
    expect(first?.signedWell).to.equal(true);
    expect(first?.body).to.deep.include({
      type: 'quota.threshold',
      contextId: world.contextId,
      userId: id,
      budget: 'mail',
      percent: 80,
      usedBytes: 8 * MB,
      limitBytes: 10 * MB,
    });
    expect(first?.body['id']).to.equal(first?.id);
    expect(logged(id)).to.equal(2);
    await holdMail(mailbox, 0);
    await eventually(async () => expect(await knex('quota_levels').where({ user_id: id })).to.deep.equal([]));
    await holdMail(mailbox, 9 * MB);
    await eventually(() => expect(eventsOf(id)).to.have.length(3));
    expect(world.log()).not.to.include(mailbox).and.not.include(secret);
  });

  it('combines both sides when they are one, and notices files at once', async () => {
    const { id, mailbox } = await newUser({ maxQuota: 10, ...unifiedQuota('true') });
    await world.setMailQuota(id, 10);
    await holdMail(mailbox, 5 * MB);
    const url = `${world.url}/quota/v1/contexts/${world.contextId}/users/${id}`;
    const headers = { authorization: `Bearer ${serviceToken}` };
    const bytes = 4 * MB;
    const body = JSON.stringify({ bytes, key: 'k' });
    const reserved = (await (
      await fetch(`${url}/reservations`, { method: 'POST', headers, body })
    ).json()) as {
      id: string;
    };
    const commit = `${url}/reservations/${reserved.id}/commit`;
    await fetch(commit, { method: 'POST', headers, body: JSON.stringify({ bytes }) });
    await eventually(() => expect(logged(id)).to.equal(1), 500);
    await eventually(() => expect(eventsOf(id)).to.deep.equal([['unified', 80]]));
  });

  it('sends again what the webhook refused, under the same id', async () => {
    const { id, mailbox } = await newUser();
    await world.setMailQuota(id, 1);
    status = 500;
    await holdMail(mailbox, MB);
    await eventually(() => expect(received.length).to.be.greaterThan(0));
    status = 200;
    await eventually(
      async () => expect(await knex('outbox').where({ kind: 'webhook' })).to.deep.equal([]),
      10_000,
    );
    expect(new Set(received.map((each) => each.id)).size).to.equal(1);
    expect(received.length).to.be.greaterThan(1);
    expect(world.log()).to.include('the webhook answered HTTP 500');
  });

  it('getQuotaUsagePerUser and usedQuota say what the ledger says', async () => {
    const { id, mailbox } = await newUser({ maxQuota: 10 });
    await holdMail(mailbox, 4_321, 7);
    await holdFiles(knex, world.contextId, id, { bytes: 3 * MB, files: 2 });
    const asked = { ctxid: world.contextId, usrid: id };
    const usage = scalars(returnedOne(await world.oxaas('getQuotaUsagePerUser', asked)));
    expect(usage).to.deep.equal({ storage: '5', count: '7' });
    expect(scalars(await world.getUser(id))['usedQuota']).to.equal('3');
    await holdMail(mailbox, 0, 0);
    const after = scalars(returnedOne(await world.oxaas('getQuotaUsagePerUser', asked)));
    expect(after).to.deep.equal({ storage: '0', count: '0' });
  });

  it('quotaMode as a client of io.ox/core reads it', async () => {
    const { id } = await newUser({ maxQuota: 4, ...unifiedQuota('true') });
    const self = Buffer.from(`level${counter}:pw-level${counter}`).toString('base64');
    const mode = async (): Promise<unknown> => {
      const url = `${world.url}/quota/v1/contexts/${world.contextId}/users/${id}/jslob`;
      const response = await fetch(url, { headers: { authorization: `Basic ${self}` } });
      return response.json();
    };
    const answer = (quotaMode: string) => ({ data: [{ id: 'io.ox/core', tree: { quotaMode }, meta: {} }] });
    expect(await mode()).to.deep.equal(answer('default'));
    await world.setMailQuota(id, 4);
    expect(await mode()).to.deep.equal(answer('unified'));
    await world.changed(id, unifiedQuota('false'));
    expect(await mode()).to.deep.equal(answer('default'));
  });

  it('metrics count, and name nobody', async () => {
    await world.users('list', { ctx: world.ctx, search_pattern: '*' }, { login: 'nobody', password: 'x' });
    const response = await fetch(`${world.url}/metrics`);
    expect(response.headers.get('content-type')).to.match(/^text\/plain/);
    const text = await response.text();
    expect(text).to.match(
      /oxbow_requests_total\{service="OXResellerUserService",operation="create",outcome="ok"\} \d/,
    );
    expect(text).to.match(/oxbow_auth_failures_total\{service="OXResellerUserService"\} [1-9]/);
    expect(text).to.match(
      /oxbow_request_duration_seconds_count\{service="OXaaSService",operation="setMailQuota"\} \d/,
    );
    expect(text).to.match(/oxbow_users_over_quota_threshold\{budget="mail",percent="80"\} [1-9]/);
    expect(text).to.match(/oxbow_limit_bytes\{product="mail"\} [1-9]/);
    expect(text).to.match(/oxbow_used_bytes\{product="files"\} \d/);
    expect(text).to.match(/oxbow_outbox_oldest_seconds\{kind="webhook"\} \d/);
    expect(text).not.to.match(/level\d|example\.org|reseller1/);
  });

  it('metrics and thresholds can be switched off', async () => {
    const quiet = await World.start({ METRICS: 'false', QUOTA_SCAN_INTERVAL: '0' });
    try {
      expect((await fetch(`${quiet.url}/metrics`)).status).to.equal(404);
    } finally {
      await quiet.stop();
    }
  });
});
