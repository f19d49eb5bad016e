import { expect } from 'chai';
import type { Knex } from 'knex';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { sqliteFile } from '../../support/database/databases.js';
import { eventually } from '../../support/eventually.js';
import { returnedOne } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { unifiedQuota, World, type Login } from '../fixtures.js';

const MB = 1024 * 1024;
const token = 'file-service-token-0123456789';

describe('wire: figures that cannot be', function () {
  this.timeout(60_000);
  const fast = { passwordMech: 'SHA-512' };
  let world: World;
  let knex: Knex;

  before(async () => {
    const databaseUrl = await sqliteFile.url();
    world = await World.start({ FILE_SERVICE_TOKEN: token, QUOTA_SCAN_INTERVAL: '1' }, databaseUrl);
    knex = connect(parseDatabaseUrl(databaseUrl));
  });
  after(async () => {
    await knex.destroy();
    await world.stop();
  });

  async function call(method: string, path: string, body?: unknown, login: Login | null = null) {
    const basic = login && Buffer.from(`${login.login}:${login.password}`).toString('base64');
    const authorization = basic === null ? `Bearer ${token}` : `Basic ${basic}`;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const url = `${world.url}/quota/v1/contexts/${world.contextId}/${path}`;
    const response = await fetch(url, { method, headers: { authorization }, ...sent });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  }
  const state = async (id: number, as: Login = world.reseller) =>
    (await call('GET', `users/${id}`, undefined, as)).body as {
      usage: { mailBytes: number; fileBytes: number | null; fileBytesOf: string | null; totalBytes: number };
      remainingBytes: number | null;
    };

  for (const bytes of ['-4194304', '18446744073699323355'])
    it(`mail usage of ${bytes} gives nobody more room, and is told of`, async () => {
      const name = `odd${bytes.length}`;
      const id = await world.newUser(name, { ...fast, maxQuota: 10, ...unifiedQuota('true') });
      await world.setMailQuota(id, 10);
      await knex.raw(`INSERT INTO mail_usage (username, bytes, messages) VALUES (?, ${bytes}, -1)`, [
        `${name}@example.org`,
      ]);
      const { usage, remainingBytes } = await state(id);
      expect([usage.mailBytes, usage.totalBytes, remainingBytes]).to.deep.equal([0, 0, 10 * MB]);
      const reserve = (amount: number) =>
        call('POST', `users/${id}/reservations`, { bytes: amount, key: `${amount}` });
      expect((await reserve(14 * MB)).status).to.equal(507);
      expect((await reserve(10 * MB)).status).to.equal(201);
      const data = await world.users('getData', { ctx: world.ctx, user: { id } });
      const { uploadFileSizeLimit, uploadFileSizeLimitPerFile, ...figures } = scalars(returnedOne(data));
      expect([uploadFileSizeLimit, uploadFileSizeLimitPerFile]).to.deep.equal(['-1', '-1']);
      expect(Object.values(figures).filter((text) => text?.startsWith('-'))).to.deep.equal([]);
      await eventually(() =>
        expect(world.log()).to.match(
          new RegExp(`usage is no count.*${name}@example.org|${name}@example.org.*usage is no count`),
        ),
      );
      const metrics = await (await fetch(`${world.url}/metrics`)).text();
      expect(metrics).to.match(/oxbow_odd_usage_figures_total\{source="database",fault="negative"\} [1-9]/);
    });

  it('a deletion takes no more than what its reporter has there', async () => {
    const [first, second] = [await world.newUser('share1', fast), await world.newUser('share2', fast)];
    const store = async (id: number, bytes: number, key: string, more: object = {}) => {
      const { body } = await call('POST', `users/${id}/reservations`, { bytes, key, ...more });
      const path = `users/${id}/reservations/${String(body['id'])}/commit`;
      expect((await call('POST', path, { bytes })).status).to.equal(200);
    };
    const context = async () => (await call('GET', 'usage')).body['bytes'];
    await store(first, 5 * MB, 'a');
    await store(second, 10 * MB, 'b');
    expect(await context()).to.equal(15 * MB);
    const gone = { bytes: 12 * MB, files: 9, key: 'gone' };
    for (const time of ['once', 'again']) {
      expect((await call('POST', `users/${first}/deletions`, gone)).status, time).to.equal(200);
      expect(await context(), time).to.equal(10 * MB);
    }
    // Nor do files that count to the context as a whole take what users have a share of.
    await store(first, MB, 'c', { kind: 'attachment' });
    await call('POST', `users/${first}/deletions`, { bytes: 7 * MB, key: 'more', kind: 'attachment' });
    expect(await context()).to.equal(10 * MB);
    expect((await call('GET', `users/${second}/usage`)).body['bytes']).to.equal(10 * MB);
  });

  it('says whose files it counts', async () => {
    const hosted = await world.newUser('hosted', fast);
    const own = await world.newUser('owner', { ...fast, maxQuota: 10 });
    const ofContext = (await call('GET', 'usage')).body['bytes'];
    expect((await state(hosted)).usage).to.include({
      fileBytes: ofContext,
      fileBytesOf: 'context',
      totalBytes: 0,
    });
    expect((await state(own)).usage).to.include({ fileBytes: 0, fileBytesOf: 'user', totalBytes: 0 });
    // What the whole context holds is no business of one user.
    const seen = await state(hosted, { login: 'hosted', password: 'pw-hosted' });
    expect(seen.usage).to.include({ fileBytes: null, fileBytesOf: null });
  });
});
