import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { expectDone } from '../../support/wire/raw-soap.js';
import { unifiedQuota, World, type Login } from '../fixtures.js';

const token = 'file-service-token-0123456789';
const bytesPerMb = 1024 * 1024;

type Body = Record<string, unknown>;
interface Answered {
  readonly status: number;
  readonly body: Body;
}
type Caller = Login | string | null;

describe('wire: reservations and usages of file services', function () {
  this.timeout(90_000);
  const fast = { passwordMech: 'SHA-512' };
  let world: World;
  let counter = 0;

  before(async () => {
    world = await World.start({ FILE_SERVICE_TOKEN: token });
  });
  after(() => world.stop());

  const newUser = async (more: object = { maxQuota: 1 }) => {
    counter += 1;
    return world.newUser(`files${counter}`, { ...fast, ...more });
  };
  const headersOf = (caller: Caller): Record<string, string> => {
    if (caller === null) return {};
    if (typeof caller === 'string') return { authorization: `Bearer ${caller}` };
    const basic = Buffer.from(`${caller.login}:${caller.password}`).toString('base64');
    return { authorization: `Basic ${basic}` };
  };
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    caller: Caller = token,
    contextId = world.contextId,
  ): Promise<Answered> => {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const url = `${world.url}/quota/v1/contexts/${contextId}/${path}`;
    const response = await fetch(url, { method, headers: headersOf(caller), ...sent });
    const text = await response.text();
    if (response.status >= 400)
      expect(response.headers.get('content-type')).to.match(/^application\/problem\+json/);
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Body) };
  };
  const reserve = (id: number, bytes: number, more: object = {}, caller: Caller = token) =>
    call('POST', `users/${id}/reservations`, { bytes, key: `key-${(counter += 1)}`, ...more }, caller);
  const commit = (id: number, { body }: Answered, bytes: number, more: object = {}) =>
    call('POST', `users/${id}/reservations/${String(body['id'])}/commit`, { bytes, ...more });
  const usageOf = async (id: number, query = '') => (await call('GET', `users/${id}/usage${query}`)).body;
  const store = async (id: number, bytes: number, more: object = {}) => {
    const reserved = await reserve(id, bytes, more);
    expect(reserved.status, JSON.stringify(reserved.body)).to.equal(201);
    expect((await commit(id, reserved, bytes)).status).to.equal(200);
  };

  it('reserve, commit, delete: the numbers on the way', async () => {
    const id = await newUser();
    const before = Date.now();
    const reserved = await reserve(id, 1000, { ttlSeconds: 60 });
    expect(reserved.status).to.equal(201);
    expect(reserved.body).to.have.all.keys('id', 'expiresAt');
    expect(Date.parse(String(reserved.body['expiresAt'])) - before).to.be.within(60_000, 80_000);
    expect(await usageOf(id)).to.include({ bytes: 0, files: 0, reserved: 1000 });
    const done = await commit(id, reserved, 900);
    expect(done).to.deep.equal({ status: 200, body: { bytes: 900, files: 1 } });
    expect(await usageOf(id)).to.include({ bytes: 900, files: 1, reserved: 0 });
    const gone = await call('POST', `users/${id}/deletions`, { bytes: 400, key: 'gone' });
    expect(gone.status).to.equal(200);
    expect(gone.body).to.include({ bytes: 500, files: 0, reserved: 0 });
    const state = await fetch(`${world.url}/quota/v1/contexts/${world.contextId}/users/${id}`, {
      headers: headersOf(world.reseller),
    });
    expect(await state.json()).to.nested.include({ 'usage.fileBytes': 500 });
  });

  it('507 says what there is', async () => {
    const id = await newUser({ maxQuota: 1, ...unifiedQuota('true') });
    await world.setMailQuota(id, 1);
    await store(id, 1000);
    await reserve(id, 24);
    const refused = await reserve(id, bytesPerMb);
    const { requestId } = refused.body;
    expect(requestId).to.be.a('string').with.length(36);
    expect(refused).to.deep.equal({
      status: 507,
      body: {
        type: '/openapi/#quota-exceeded',
        title: 'The quota is exhausted',
        requestId,
        status: 507,
        detail: 'The allowed Quota is reached.',
        limit: bytesPerMb,
        mail: 0,
        files: 1000,
        reserved: 24,
        available: bytesPerMb - 1024,
      },
    });
    expect((await reserve(id, bytesPerMb - 1024)).status).to.equal(201);
  });

  it('the limit that SOAP sets holds from the next call on', async () => {
    const id = await newUser({ maxQuota: 0 });
    expect((await reserve(id, 1)).status).to.equal(507);
    await world.changed(id, { maxQuota: 2 });
    const all = await reserve(id, 2 * bytesPerMb);
    expect(all.status).to.equal(201);
    await world.changed(id, { maxQuota: 1 });
    expect((await commit(id, all, 2 * bytesPerMb)).status, 'was promised').to.equal(200);
    expect((await reserve(id, 0)).status, 'over the limit nothing grows').to.equal(507);
    await world.changed(id, { maxQuota: -1 });
    expect((await reserve(id, 2 ** 40)).status).to.equal(201);
  });

  it('the same call again is the same answer', async () => {
    const id = await newUser();
    const first = await reserve(id, 500, { key: 'one' });
    expect(await reserve(id, 500, { key: 'one' })).to.deep.equal(first);
    expect((await reserve(id, 501, { key: 'one' })).status).to.equal(409);
    expect((await reserve(id, 500, { key: 'one', kind: 'other' })).status).to.equal(409);
    expect((await commit(id, first, 500)).status).to.equal(200);
    expect((await commit(id, first, 500)).status).to.equal(200);
    expect((await commit(id, first, 400)).status).to.equal(409);
    const path = `users/${id}/reservations/${String(first.body['id'])}`;
    expect((await call('DELETE', path)).status).to.equal(409);
    const deletion = { bytes: 100, key: 'two' };
    for (let again = 0; again < 3; again += 1)
      expect((await call('POST', `users/${id}/deletions`, deletion)).body).to.include({ bytes: 400 });
    const other = await call('POST', `users/${id}/deletions`, { ...deletion, bytes: 101 });
    expect(other.status).to.equal(409);
  });

  it('a release gives back, also twice; others cannot', async () => {
    const [id, stranger] = [await newUser(), await newUser()];
    const all = await reserve(id, bytesPerMb);
    const path = (of: number) => `users/${of}/reservations/${String(all.body['id'])}`;
    expect((await call('DELETE', path(stranger))).status).to.equal(404);
    expect((await call('POST', `${path(stranger)}/commit`, { bytes: 1 })).status).to.equal(404);
    expect((await reserve(id, 1)).status).to.equal(507);
    expect((await call('DELETE', path(id))).status).to.equal(204);
    expect((await call('DELETE', path(id))).status).to.equal(204);
    expect((await commit(id, all, 1)).status).to.equal(409);
    expect((await reserve(id, bytesPerMb)).status).to.equal(201);
  });

  it('what nobody commits expires', async () => {
    const id = await newUser();
    await reserve(id, bytesPerMb, { ttlSeconds: 1 });
    expect((await reserve(id, 1)).status).to.equal(507);
    await eventually(async () => expect(await usageOf(id)).to.include({ reserved: 0 }));
    expect((await reserve(id, bytesPerMb)).status).to.equal(201);
  });

  it('a commit may be larger if there is room for the rest', async () => {
    const id = await newUser();
    const some = await reserve(id, 1000);
    const refused = await commit(id, some, bytesPerMb + 1);
    expect(refused.status).to.equal(507);
    expect(refused.body).to.include({ limit: bytesPerMb, files: 0, reserved: 1000 });
    expect((await commit(id, some, bytesPerMb, { files: 2 })).status).to.equal(200);
    expect(await usageOf(id)).to.include({ bytes: bytesPerMb, files: 2, reserved: 0 });
  });

  it('an absolute total counts unless something was counted since', async () => {
    const id = await newUser();
    await store(id, 300);
    const { generation } = await usageOf(id);
    const put = (total: object) => call('PUT', `users/${id}/usage`, total);
    await store(id, 1);
    expect((await put({ bytes: 5, files: 1, generation })).status).to.equal(409);
    const fresh = (await usageOf(id))['generation'];
    const set = await put({ bytes: 7, files: 2, generation: fresh });
    expect(set.status).to.equal(200);
    expect(set.body).to.include({ bytes: 7, files: 2 });
    expect((await put({ bytes: 8, files: 2, generation: fresh })).status).to.equal(409);
    expect((await put({ bytes: 9, files: 9, generation: null })).body).to.include({ bytes: 9 });
    const ofContext = (await call('GET', 'usage')).body;
    const total = { bytes: ofContext['bytes'], files: 3, generation: ofContext['generation'] };
    expect((await call('PUT', 'usage', total)).body).to.include({ files: 3 });
    expect((await call('PUT', 'usage', { ...total, files: 4 })).status).to.equal(409);
  });

  describe('each kind has its budget', () => {
    const inContext = async () => Number((await call('GET', 'usage')).body['bytes']);

    it('to the context, whoever the user is', async () => {
      for (const kind of ['attachment', 'resource', 'other', 'snippet']) {
        const [id, before] = [await newUser(), await inContext()];
        await store(id, 100, { kind });
        expect(await inContext(), kind).to.equal(before + 100);
        expect(await usageOf(id), kind).to.include({ bytes: 0 });
        await call('POST', `users/${id}/deletions`, { bytes: 100, kind, key: 'gone' });
        expect(await inContext(), kind).to.equal(before);
      }
      const id = await newUser({});
      const before = await inContext();
      await store(id, 70);
      expect(await inContext()).to.equal(before + 70);
      expect(await usageOf(id)).to.include({ bytes: 70 });
      expect((await call('GET', `users/${id}/usage?kind=other`)).status).to.equal(400);
    });
    it('to nobody while mail is being composed', async () => {
      const [id, before] = [await newUser({ maxQuota: 0 }), await inContext()];
      await store(id, 10 * bytesPerMb, { kind: 'compose' });
      expect(await inContext()).to.equal(before);
      expect(await usageOf(id)).to.include({ bytes: 0 });
    });
    it('to a budget of signatures, where it is dedicated', async () => {
      const property = 'com.openexchange.snippet.filestore.quota';
      const config = { [`${property}.mode`]: 'dedicated', [`${property}.perUserLimit`]: '1KB' };
      const [id, before] = [await newUser({ userAttributes: { config } }), await inContext()];
      await store(id, 1000, { kind: 'snippet' });
      expect(await inContext()).to.equal(before);
      expect(await usageOf(id, '?kind=snippet')).to.include({ bytes: 1000 });
      const refused = await reserve(id, 25, { kind: 'snippet' });
      expect(refused.status).to.equal(507);
      expect(refused.body).to.include({ limit: 1024, files: 1000, available: 24 });
    });
    it('the limit of the context', async () => {
      const name = `small${(counter += 1)}`;
      const admin = { login: `admin-${name}`, password: 'secret' };
      const contextId = await world.newContext(`reseller1_${name}`, {
        ctx: { maxQuota: 1 },
        adminLogin: admin,
      });
      const reserveThere = (bytes: number) =>
        call('POST', 'users/2/reservations', { bytes, key: `k${bytes}` }, token, contextId);
      expect((await reserveThere(bytesPerMb + 1)).body).to.include({
        limit: bytesPerMb,
        available: bytesPerMb,
      });
      expect((await reserveThere(bytesPerMb)).status).to.equal(201);
      expect((await reserveThere(1)).status).to.equal(507);
    });
  });

  it('objects of a module', async () => {
    const change = { ctx: world.ctx, module: 'task', quotaValue: '3' };
    expectDone(await world.soap.call('OXContextService', 'changeQuota', change, world.reseller));
    const take = (count: number, key: string) => call('POST', 'objects/task/reservations', { count, key });
    const two = await take(2, 'two');
    expect(two.status).to.equal(201);
    const refused = await take(2, 'more');
    expect(refused.status).to.equal(507);
    expect(refused.body).to.include({ limit: 3, used: 0, reserved: 2, available: 1 });
    const path = `objects/task/reservations/${String(two.body['id'])}`;
    expect(await call('POST', `${path}/commit`, { count: 2 })).to.deep.equal({
      status: 200,
      body: { count: 2 },
    });
    const gone = await call('POST', 'objects/task/deletions', { count: 1, key: 'gone' });
    expect(gone.body).to.include({ count: 1, reserved: 0 });
    expect((await take(2, 'more')).status).to.equal(201);
    expect((await call('GET', 'objects/task/usage')).body).to.include({ count: 1, reserved: 2 });
    const { generation } = (await call('GET', 'objects/task/usage')).body;
    expect((await call('PUT', 'objects/task/usage', { count: 0, generation })).body).to.include({ count: 0 });
    expect((await call('PUT', 'objects/task/usage', { count: 2, generation })).status).to.equal(409);
    expect((await call('POST', 'objects/nothing/reservations', { count: 1, key: 'x' })).status).to.equal(404);
    expect((await call('POST', 'objects/contact/reservations', { count: 1, key: 'x' })).status).to.equal(201);
  });

  it('who may: the token all, admins their own, users read about themselves', async () => {
    const id = await newUser();
    const self = { login: `files${counter}`, password: `pw-files${counter}` };
    const other = await newUser();
    const rival = { login: 'rival', password: 'rival-secret' };
    await world.newReseller(rival);
    const read = async (caller: Caller, of = id) =>
      (await call('GET', `users/${of}/usage`, undefined, caller)).status;
    const write = async (caller: Caller) => (await reserve(id, 1, {}, caller)).status;
    for (const caller of [token, world.master, world.reseller, world.contextAdmin])
      expect([await read(caller), await write(caller)]).to.deep.equal([200, 201]);
    expect([await read(self), await write(self)]).to.deep.equal([200, 403]);
    expect(await read(self, other)).to.equal(403);
    for (const caller of [null, rival, `${token}x`, { ...world.reseller, password: 'wrong' }])
      expect([await read(caller), await write(caller)]).to.deep.equal([401, 401]);
    expect((await call('GET', 'usage', undefined, self)).status).to.be.oneOf([401, 403]);
    expect((await call('GET', 'usage', undefined, rival)).status).to.be.oneOf([401, 403]);
    expect(await read(token, 9999)).to.equal(404);
    expect((await call('GET', `users/${id}/usage`, undefined, token, 9999)).status).to.equal(404);
    expect(world.log()).not.to.include(token);
  });

  it('requests that make no sense', async () => {
    const id = await newUser();
    const post = async (body: unknown, path = 'reservations') =>
      (await call('POST', `users/${id}/${path}`, body)).status;
    for (const body of [
      {},
      { bytes: 1 },
      { bytes: -1, key: 'k' },
      { bytes: 1.5, key: 'k' },
      { bytes: '1', key: 'k' },
      { bytes: 2 ** 60, key: 'k' },
      { bytes: 1, key: '' },
      { bytes: 1, key: 'k', kind: 'film' },
      { bytes: 1, key: 'k', ttlSeconds: 0 },
      { bytes: 1, key: 'k', ttl: 9 },
      'not json',
    ])
      expect(await post(body), JSON.stringify(body)).to.equal(400);
    expect(await post({ bytes: 1 }, 'reservations/none/commit')).to.equal(404);
    expect((await call('GET', 'users/0/usage')).status).to.equal(404);
    expect((await call('GET', 'nothing')).status).to.equal(404);
  });

  it('nothing is left of a deleted user', async () => {
    const id = await newUser({});
    const before = Number((await call('GET', 'usage')).body['reserved']);
    await reserve(id, 800);
    expect((await call('GET', 'usage')).body).to.include({ reserved: before + 800 });
    expectDone(await world.users('delete', { ctx: world.ctx, user: { id } }));
    expect((await call('GET', 'usage')).body).to.include({ reserved: before });
    expect((await reserve(id, 1)).status).to.equal(404);
  });
});
