import { expect } from 'chai';
import { sqliteFile } from '../../support/database/databases.js';
import { eventually } from '../../support/eventually.js';
import { FakeStalwartJmap } from '../../support/mail/fake-stalwart-jmap.js';
import { FakeStalwartRest } from '../../support/mail/fake-stalwart-rest.js';
import { fakeToken, type FakeStalwart } from '../../support/mail/fake-stalwart.js';
import { expectDone } from '../../support/wire/raw-soap.js';
import { unifiedQuota, World } from '../fixtures.js';

const MB = 1024 * 1024;
const attributes = (namespace: string, values: Record<string, string | null>) => ({
  userAttributes: { [namespace]: values },
});
const serviceToken = 'file-service-token-0123456789';

const kinds = [
  { version: 'stalwart-0.16', disk: 'maxDiskQuota', make: () => new FakeStalwartJmap() },
  { version: 'stalwart-0.15', disk: 'quota', make: () => new FakeStalwartRest() },
] as const;

// Against servers of ours that take nothing but the documented exchange; no real Stalwart can run here.
for (const { version, disk, make } of kinds) {
  describe(`wire: ${version} is told through the outbox`, function () {
    this.timeout(60_000);
    const fast = { passwordMech: 'SHA-512' };
    let stalwart: FakeStalwart;
    let world: World;
    let env: Record<string, string>;
    let databaseUrl: string;
    let counter = 0;

    before(async () => {
      stalwart = await make().start();
      databaseUrl = await sqliteFile.url();
      env = {
        MAIL_SERVER: version,
        STALWART_URL: stalwart.url,
        STALWART_TOKEN: fakeToken,
        STALWART_USAGE_INTERVAL: '1',
        FILE_SERVICE_TOKEN: serviceToken,
      };
      world = await World.start(env, databaseUrl);
    });
    after(async () => {
      await world.stop();
      await stalwart.stop();
    });
    afterEach(() => expect(stalwart.violations).to.deep.equal([]));

    const newUser = async (more: object = {}): Promise<{ id: number; name: string; address: string }> => {
      counter += 1;
      const name = `mail${counter}`;
      return { id: await world.newUser(name, { ...fast, ...more }), name, address: `${name}@example.org` };
    };
    const limitOf = (address: string) => stalwart.find(address)?.quotas[disk];
    const isThere = (address: string) => eventually(() => expect(stalwart.find(address)).to.exist);

    it('a new user becomes an account with its password and aliases', async () => {
      const { address } = await newUser({ aliases: ['other@example.org', `mail${counter + 1}@example.org`] });
      await isThere(address);
      const account = stalwart.find(address);
      expect(account?.secret).to.match(/^\{SSHA512\}/);
      expect(account?.aliases.map((alias) => alias.split('@')[0])).to.deep.equal(['other']);
      expect(account?.quotas).to.deep.equal({});
    });

    it('limits follow: set, changed, unified with files, unlimited', async () => {
      const { id, address } = await newUser({ maxQuota: 10, ...unifiedQuota('true') });
      await world.setMailQuota(id, 10);
      await eventually(() => expect(limitOf(address)).to.equal(10 * MB));
      await world.setMailQuota(id, 5);
      await eventually(() => expect(limitOf(address)).to.equal(5 * MB));
      await world.setMailQuota(id, 10);
      const url = `${world.url}/quota/v1/contexts/${world.contextId}/users/${id}/reservations`;
      const body = JSON.stringify({ bytes: 3 * MB, key: 'upload' });
      const headers = { authorization: `Bearer ${serviceToken}` };
      expect((await fetch(url, { method: 'POST', headers, body })).status).to.equal(201);
      await eventually(() => expect(limitOf(address)).to.equal(7 * MB), 12_000);
      await world.setMailQuota(id, 0);
      await eventually(() => expect(limitOf(address)).to.equal(undefined));
    });

    it('who may not log in loses that right, and no password, until it may again', async () => {
      const { id, address } = await newUser();
      await isThere(address);
      await world.changed(id, { mailenabled: false });
      const mayNot = (count: number) =>
        eventually(() => expect(stalwart.find(address)?.disabledPermissions).to.have.length(count));
      await eventually(() => expect(stalwart.find(address)?.disabledPermissions).to.include('authenticate'));
      expect(stalwart.find(address)?.secret).to.match(/^\{SSHA512\}/);
      await world.changed(id, { mailenabled: true });
      await mayNot(0);
      const before = stalwart.find(address)?.secret;
      await world.changed(id, { password: 'another-Secret-1', ...fast });
      await eventually(() => {
        expect(stalwart.find(address)?.secret).to.match(/^\{SSHA512\}/);
        expect(stalwart.find(address)?.secret).not.to.equal(before);
      });
    });

    it('who is made without the right to log in never had a way in', async () => {
      const { address } = await newUser({ mailenabled: false });
      await isThere(address);
      await eventually(() => {
        expect(stalwart.find(address)?.disabledPermissions).to.include('authenticate');
        expect(stalwart.find(address)?.secret).to.match(/^\{SSHA512\}/);
      });
    });

    it('a new address renames the account, and whoever takes the old one gets a new account', async () => {
      const { id, address } = await newUser();
      await isThere(address);
      const accountId = stalwart.find(address)?.id;
      stalwart.isDown = true;
      const renamed = `renamed${counter}@example.org`;
      await world.changed(id, {
        primaryEmail: renamed,
        email1: renamed,
        defaultSenderAddress: renamed,
        aliases: [renamed],
      });
      counter += 1;
      await world.newUser(`heir${counter}`, { ...fast, primaryEmail: address, email1: address });
      stalwart.isDown = false;
      await isThere(renamed);
      expect(stalwart.find(renamed)?.id).to.equal(accountId);
      await isThere(address);
      expect(stalwart.find(address)?.id).not.to.equal(accountId);
    });

    it('a deleted user leaves nothing, also to a new user of the same name', async () => {
      const { id, name, address } = await newUser();
      await isThere(address);
      const accountId = stalwart.find(address)?.id;
      stalwart.isDown = true;
      const remove = (user: number) =>
        world.users('delete', { ctx: world.ctx, user: { id: user }, reassign: 0 });
      expectDone(await remove(id));
      const again = await world.newUser(name, fast);
      stalwart.isDown = false;
      await eventually(() => {
        expect(stalwart.find(address)).to.exist;
        expect(stalwart.find(address)?.id).not.to.equal(accountId);
      });
      expectDone(await remove(again));
      await eventually(() => expect(stalwart.find(address)).to.equal(undefined));
    });

    it('what the server refuses is tried again, and stands in nobody’s way', async () => {
      const { id, address } = await newUser();
      await isThere(address);
      stalwart.poisoned.add(address);
      const logged = world.log().length;
      await world.setMailQuota(id, 3);
      await eventually(() => expect(world.log().slice(logged)).to.include('outbox entry failed'));
      const other = await newUser();
      await isThere(other.address);
      expect(limitOf(address)).to.equal(undefined);
      stalwart.poisoned.delete(address);
      await eventually(() => expect(limitOf(address)).to.equal(3 * MB), 20_000);
      expect(world.log()).not.to.include(fakeToken);
    });

    it('nothing is forgotten by a restart while the server is down', async () => {
      const { id, address } = await newUser();
      await isThere(address);
      stalwart.isDown = true;
      await world.setMailQuota(id, 4);
      await world.stop();
      stalwart.isDown = false;
      world = await World.resume(world, env, databaseUrl);
      await eventually(() => expect(limitOf(address)).to.equal(4 * MB), 20_000);
    });

    it('usage comes back', async () => {
      const { id, address } = await newUser();
      await isThere(address);
      const account = stalwart.find(address);
      if (account !== undefined) account.used = 12_345;
      await eventually(async () => expect(await usedBytes(id)).to.equal(12_345), 10_000);
    });

    async function usedBytes(id: number): Promise<number> {
      const basic = Buffer.from(`${world.reseller.login}:${world.reseller.password}`).toString('base64');
      const url = `${world.url}/quota/v1/contexts/${world.contextId}/users/${id}`;
      const response = await fetch(url, { headers: { authorization: `Basic ${basic}` } });
      return ((await response.json()) as { usage: { mailBytes: number } }).usage.mailBytes;
    }

    if (version === 'stalwart-0.16') {
      it('object quotas and the disk quota of a context come from attributes', async () => {
        const jmap = stalwart as FakeStalwartJmap;
        const tenant = `context-${world.contextId}`;
        jmap.tenants.set(tenant, null);
        const { id, address } = await newUser(
          attributes('stalwart', { email: '1000', mailbox: '50', 'file-node': 'x' }),
        );
        await isThere(address);
        expect(stalwart.find(address)?.quotas).to.deep.equal({ maxEmails: 1000, maxMailboxes: 50 });
        await world.changed(id, attributes('stalwart', { email: null, identity: '3' }));
        await eventually(() =>
          expect(stalwart.find(address)?.quotas).to.deep.equal({ maxMailboxes: 50, maxEmailIdentities: 3 }),
        );
        const ctx = { ...world.ctx, ...attributes('stalwart', { 'disk-quota-mb': '100' }) };
        expectDone(await world.contexts('change', { ctx }));
        await eventually(() => expect(jmap.tenants.get(tenant)).to.equal(100 * MB));
        const basic = Buffer.from(`${world.reseller.login}:${world.reseller.password}`).toString('base64');
        const get = async (path: string): Promise<unknown> =>
          (
            await fetch(`${world.url}/quota/v1/contexts/${world.contextId}/${path}`, {
              headers: { authorization: `Basic ${basic}` },
            })
          ).json();
        expect(await get('tenant')).to.deep.equal({ contextId: world.contextId, limitBytes: 100 * MB });
        const limits = (await get(`users/${id}/mail-objects`)) as { kind: string; limit: number | null }[];
        expect(limits).to.have.length(11);
        expect(limits.filter(({ limit }) => limit !== null)).to.deep.equal([
          { kind: 'mailbox', limit: 50 },
          { kind: 'identity', limit: 3 },
        ]);
        const put = async (path: string, body: unknown): Promise<number> =>
          (
            await fetch(`${world.url}/quota/v1/contexts/${world.contextId}/${path}`, {
              method: 'PUT',
              headers: { authorization: `Basic ${basic}` },
              body: JSON.stringify(body),
            })
          ).status;
        const quotas = [
          { kind: 'mailbox', limit: null },
          { kind: 'identity', limit: 7 },
        ];
        expect(await put(`users/${id}/mail-objects`, quotas)).to.equal(204);
        expect(await put('tenant', { limitMb: 200 })).to.equal(204);
        expect(await put('tenant', { limitMb: 0 })).to.equal(400);
        expect(await put(`users/${id}/mail-objects`, [{ kind: 'teapot', limit: 1 }])).to.equal(400);
        expect(await put('users/999/mail-objects', [])).to.equal(404);
        expect(await get('tenant')).to.deep.equal({ contextId: world.contextId, limitBytes: 200 * MB });
        await eventually(() => expect(jmap.tenants.get(tenant)).to.equal(200 * MB));
        const after = (await get(`users/${id}/mail-objects`)) as { kind: string; limit: number | null }[];
        expect(after.filter(({ limit }) => limit !== null)).to.deep.equal([{ kind: 'identity', limit: 7 }]);
      });
    }
  });
}

describe('wire: the outbox without Stalwart', function () {
  this.timeout(60_000);

  it('is left empty, and refuses half a configuration', async () => {
    const world = await World.start();
    try {
      await world.newUser('alone');
      const metrics = await (await fetch(`${world.url}/metrics`)).text();
      expect(metrics).to.include('oxbow_outbox_entries{kind="account"} 0');
    } finally {
      await world.stop();
    }
    let refusal = '';
    await World.start({ MAIL_SERVER: 'stalwart-0.16' }).catch((error: Error) => (refusal = error.message));
    expect(refusal).to.equal('MAIL_SERVER=stalwart-0.16 needs STALWART_URL and STALWART_TOKEN');
  });
});
