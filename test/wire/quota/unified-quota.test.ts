import { expect } from 'chai';
import { expectDone, expectFault, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { attributeMap, everyUsersAttributes, scalars } from '../../support/wire/xml-tree.js';
import { unifiedQuota, userData, World, type Login } from '../fixtures.js';

const MB = 1024 * 1024;
const NONE = { mailBytes: 0, fileBytes: 0, totalBytes: 0 };

describe('wire: unified quota (docs/contract/quota.md#3, docs/contract/choices.md#1, docs/contract/choices.md#2)', function () {
  this.timeout(90_000);
  let world: World;
  before(async () => (world = await World.start()));
  after(() => world.stop());

  const get = (id: number, as: Login | undefined = world.reseller, contextId = world.contextId) => {
    const basic = Buffer.from(`${as.login}:${as.password}`).toString('base64');
    const url = `${world.url}/quota/v1/contexts/${contextId}/users/${id}`;
    return fetch(url, { headers: { authorization: `Basic ${basic}` } });
  };
  const quotaOf = async (id: number): Promise<unknown> => {
    const response = await get(id);
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.match(/^application\/json/);
    const { usage, ...state } = (await response.json()) as { usage: { fileBytesOf: string } };
    const { fileBytesOf, ...counts } = usage;
    expect(fileBytesOf).to.be.oneOf(['user', 'context']);
    return { ...state, usage: counts };
  };
  const unified = (userId: number, mb: number) => ({
    contextId: world.contextId,
    userId,
    mode: 'unified',
    limitBytes: mb * MB,
    limits: { mailBytes: mb * MB, fileBytes: mb * MB },
    usage: NONE,
    remainingBytes: mb * MB,
  });
  const apart = (userId: number, mailMb: number | null, fileMb: number | null) => ({
    contextId: world.contextId,
    userId,
    mode: 'default',
    limitBytes: null,
    limits: {
      mailBytes: mailMb === null ? null : mailMb * MB,
      fileBytes: fileMb === null ? null : fileMb * MB,
    },
    usage: NONE,
    remainingBytes: null,
  });
  let counter = 0;
  const user = (more: SoapParams = {}) => world.newUser(`quota${++counter}`, more);

  describe('the six orders end in the same state', () => {
    const steps: Record<string, (id: number) => Promise<void>> = {
      attribute: (id) => world.changed(id, unifiedQuota('true')),
      maxQuota: (id) => world.changed(id, { maxQuota: 100 }),
      setMailQuota: (id) => world.setMailQuota(id, 100),
    };
    const names = Object.keys(steps);
    const orders = names.flatMap((a) =>
      names.filter((b) => b !== a).map((b) => [a, b, ...names.filter((c) => c !== a && c !== b)]),
    );
    for (const order of orders) {
      it(order.join(', '), async () => {
        const id = await user();
        for (const [index, step] of order.entries()) {
          const before = (await quotaOf(id)) as { mode: string };
          expect(before.mode, `before step ${index + 1}`).to.equal('default');
          await steps[step]?.(id);
        }
        expect(await quotaOf(id)).to.deep.equal(unified(id, 100));
      });
    }
    it('there are six of them', () => expect(new Set(orders.map(String)).size).to.equal(6));
  });

  describe('what is not unified', () => {
    const rows: [string, SoapParams, number | undefined, number | null, number | null][] = [
      ['numbers differ', { maxQuota: 100, ...unifiedQuota('true') }, 50, 50, 100],
      ['no mail quota', { maxQuota: 100, ...unifiedQuota('true') }, undefined, null, 100],
      ['both zero', { maxQuota: 0, ...unifiedQuota('true') }, 0, null, 0],
      ['mail unlimited', { maxQuota: 100, ...unifiedQuota('true') }, 0, null, 100],
      ['no attribute', { maxQuota: 100 }, 100, 100, 100],
      ['attribute false', { maxQuota: 100, ...unifiedQuota('false') }, 100, 100, 100],
      ['attribute of another text', { maxQuota: 100, ...unifiedQuota('yes') }, 100, 100, 100],
      ['attribute empty', { maxQuota: 100, ...unifiedQuota('') }, 100, 100, 100],
      ['no own file storage', unifiedQuota('true'), 100, 100, null],
      ['nothing at all', {}, undefined, null, null],
    ];
    for (const [title, fields, mailMb, mailLimit, fileLimit] of rows) {
      it(title, async () => {
        const id = await user(fields);
        if (mailMb !== undefined) await world.setMailQuota(id, mailMb);
        expect(await quotaOf(id)).to.deep.equal(apart(id, mailLimit, fileLimit));
      });
    }
    it('unlimited files', async () => {
      const id = await user({ maxQuota: 1, ...unifiedQuota('true') });
      await world.changed(id, { maxQuota: -1 });
      await world.setMailQuota(id, 100);
      expect(await quotaOf(id)).to.deep.equal(apart(id, 100, null));
    });
  });

  it('true is read trimmed and in any case', async () => {
    const id = await user({ maxQuota: 3, ...unifiedQuota(' TrUe ') });
    await world.setMailQuota(id, 3);
    expect(await quotaOf(id)).to.deep.equal(unified(id, 3));
  });

  it('a transient mismatch never faults; equal again is unified again (client A)', async () => {
    const id = await user({ maxQuota: 10, ...unifiedQuota('true') });
    await world.setMailQuota(id, 10);
    await world.setMailQuota(id, 20);
    expect(await quotaOf(id)).to.deep.equal(apart(id, 20, 10));
    await world.changed(id, { maxQuota: 20 });
    await world.setMailQuota(id, 20);
    expect(await quotaOf(id)).to.deep.equal(unified(id, 20));
    await world.changed(id, unifiedQuota('false'));
    expect(await quotaOf(id)).to.deep.equal(apart(id, 20, 20));
  });

  it('the context may switch it on, the user beats the context', async () => {
    const context = (value: string | null) =>
      world.contexts('change', { ctx: { ...world.ctx, ...unifiedQuota(value) } });
    const id = await user({ maxQuota: 4 });
    await world.setMailQuota(id, 4);
    expect(await quotaOf(id)).to.deep.equal(apart(id, 4, 4));
    expectDone(await context('true'));
    expect(await quotaOf(id)).to.deep.equal(unified(id, 4));
    await world.changed(id, unifiedQuota('false'));
    expect(await quotaOf(id)).to.deep.equal(apart(id, 4, 4));
    await world.changed(id, unifiedQuota(null));
    expect(await quotaOf(id)).to.deep.equal(unified(id, 4));
    const text = /Denied to move file storage as unified quota is enabled for user/;
    const remove = () => world.users('delete', { ctx: world.ctx, user: { id }, reassign: 0 });
    expectFault(await remove(), 'StorageException', text);
    expectDone(await context('false'));
    await world.changed(id, unifiedQuota('true'));
    expect(await quotaOf(id)).to.deep.equal(unified(id, 4));
    expectDone(await context(null));
    await world.changed(id, unifiedQuota('false'));
    expectDone(await remove());
  });

  it('delete is refused while unified and works after', async () => {
    const id = await user({ maxQuota: 6, ...unifiedQuota('true') });
    await world.setMailQuota(id, 6);
    const remove = () => world.users('delete', { ctx: world.ctx, user: { id }, reassign: 0 });
    const text = `Denied to move file storage as unified quota is enabled for user ${id} in context ${world.contextId}`;
    expectFault(await remove(), 'StorageException', new RegExp(text));
    await world.changed(id, unifiedQuota('false'));
    expectDone(await remove());
    expect((await get(id)).status).to.equal(404);
  });

  it("client A's recipe for unlimited", async () => {
    const id = await user({ maxQuota: 1, ...unifiedQuota('false') });
    await world.setMailQuota(id, 0);
    await world.changed(id, { maxQuota: -1 });
    expect(await quotaOf(id)).to.deep.equal(apart(id, null, null));
    const read = scalars(await world.getUser(id));
    expect(read['maxQuota']).to.equal('-1');
    expect(Number(read['filestoreId'])).to.be.greaterThan(0);
  });

  it('setMailQuota touches neither maxQuota nor the attribute, and may be repeated', async () => {
    const id = await user();
    const before = scalars(await world.getUser(id));
    await world.setMailQuota(id, 7);
    await world.setMailQuota(id, 7);
    const after = await world.getUser(id);
    expect(scalars(after)).to.deep.equal(before);
    expect(attributeMap(after)).to.deep.equal(everyUsersAttributes);
    const asked = { ctxid: world.contextId, usrid: id };
    expect(returnedOne(await world.oxaas('getMailQuota', asked)).text).to.equal('7');
    const usage = returnedOne(await world.oxaas('getQuotaUsagePerUser', asked));
    expect(scalars(usage)['storage']).to.equal('0');
    await world.setMailQuota(id, 0, world.contextAdmin);
    expect(returnedOne(await world.oxaas('getMailQuota', asked, world.master)).text).to.equal('0');
  });

  it('mail quota of somebody who is not there', async () => {
    const asked = { ctxid: world.contextId, usrid: 999 };
    for (const [operation, more] of [
      ['setMailQuota', { quota: 5 }],
      ['getMailQuota', {}],
      ['getQuotaUsagePerUser', {}],
    ] as const) {
      const answer = await world.oxaas(operation, { ...asked, ...more });
      expectFault(
        answer,
        'NoSuchUserException',
        new RegExp(`No such user 999 in context ${world.contextId}`),
      );
    }
  });

  describe('GET /quota/v1: the same rights as SOAP', () => {
    it('nobody without credentials', async () => {
      const id = await user();
      const url = `${world.url}/quota/v1/contexts/${world.contextId}/users/${id}`;
      const bare = await fetch(url);
      expect(bare.status).to.equal(401);
      expect(bare.headers.get('www-authenticate')).to.match(/^Basic/);
      expect((await get(id, { login: world.reseller.login, password: 'wrong' })).status).to.equal(401);
      expect((await get(id, { login: 'nobody', password: '' })).status).to.equal(401);
    });
    it('master, owner, context admin and the user himself', async () => {
      const id = await user();
      const self = { login: `quota${counter}`, password: `pw-quota${counter}` };
      for (const as of [world.master, world.reseller, world.contextAdmin, self]) {
        expect((await get(id, as)).status, as.login).to.equal(200);
      }
      const other = await user();
      expect((await get(other, self)).status).to.be.oneOf([401, 403]);
    });
    it('not another reseller, and nothing that is not there', async () => {
      const rival = { login: 'rival', password: 'rival-secret' };
      await world.newReseller(rival);
      const id = await user();
      expect((await get(id, rival)).status).to.be.oneOf([401, 403]);
      expect((await get(999)).status).to.equal(404);
      expect((await get(3, world.master, 99999)).status).to.be.oneOf([401, 403, 404]);
      const text = await (await get(id, rival)).text();
      expect(text).not.to.match(/limitBytes|at .*\.[tj]s:/);
    });
  });

  it('a user that was created with everything at once', async () => {
    const usrdata = userData('atonce', { maxQuota: 8, ...unifiedQuota('true') });
    const made = await world.users('createByModuleAccessName', {
      ctx: world.ctx,
      usrdata,
      access_combination_name: 'cloud_productivity',
    });
    const id = Number(scalars(returnedOne(made))['id']);
    expect(await quotaOf(id)).to.deep.equal(apart(id, null, 8));
    await world.setMailQuota(id, 8);
    expect(await quotaOf(id)).to.deep.equal(unified(id, 8));
  });
});
