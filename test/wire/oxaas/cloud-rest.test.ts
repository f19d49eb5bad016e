import { expect } from 'chai';
import { expectDone, type SoapParams } from '../../support/wire/raw-soap.js';
import { attributeMap, everyUsersAttributes } from '../../support/wire/xml-tree.js';
import { type Login, World } from '../fixtures.js';

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

describe('wire: the REST calls beside SOAP (docs/contract/oxaas.md#4)', function () {
  this.timeout(90_000);
  const fast = { passwordMech: 'SHA-512' };
  const rival: Login = { login: 'rival', password: 'rival-secret' };
  const rivalAdmin: Login = { login: 'rivaladmin', password: 'rival-admin-secret' };
  const anna: Login = { login: 'anna', password: 'pw-anna' };
  let world: World;
  let userId: number;
  let rivalContext: number;

  before(async () => {
    world = await World.start();
    userId = await world.newUser('anna', fast);
    await world.newReseller(rival);
    rivalContext = await world.newContext('rival_acme', { adminLogin: rivalAdmin, as: rival });
  });
  after(() => world.stop());

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    as: Login | null = world.reseller,
    prefix = '/api/oxaas/v1',
  ): Promise<Answered> => {
    const headers: Record<string, string> = {};
    if (as !== null)
      headers['authorization'] = `Basic ${Buffer.from(`${as.login}:${as.password}`).toString('base64')}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const init = body === undefined ? { method, headers } : { method, headers, body: sent };
    const response = await fetch(`${world.url}${prefix}/admin/${path}`, init);
    const text = await response.text();
    expect(response.headers.get('content-type') ?? '', text).to.match(
      response.status >= 400 ? /^application\/problem\+json/ : text === '' ? /^$/ : /^application\/json/,
    );
    return {
      status: response.status,
      body: text === '' ? null : JSON.parse(text),
      headers: response.headers,
    };
  };
  const answers = async (answer: Promise<Answered>, status: number, body?: unknown): Promise<void> => {
    const got = await answer;
    expect(got.status, JSON.stringify(got.body)).to.equal(status);
    if (body !== undefined) expect(got.body).to.deep.equal(body);
  };
  const onUser = (what: string, ctx: number | string = world.contextId, user: number | string = userId) =>
    `contexts/${ctx}/users/${user}/${what}`;
  const attributes = async () => attributeMap(await world.getUser(userId));
  const setAttributes = (cloud: SoapParams) => world.changed(userId, { userAttributes: { cloud } });

  describe('spamlevel', () => {
    it('is set and read under both prefixes', async () => {
      await answers(call('GET', onUser('spamlevel')), 200, { spamlevel: 'medium' });
      for (const prefix of ['/oxaas/v1', '/api/oxaas/v1'])
        for (const spamlevel of ['low', 'medium', 'high']) {
          const put = call('PUT', onUser('spamlevel'), { spamlevel }, world.reseller, prefix);
          await answers(put, 200, { spamlevel });
          await answers(call('GET', onUser('spamlevel')), 200, { spamlevel });
        }
    });
    for (const body of [{ spamlevel: 'extreme' }, { spamlevel: 1 }, {}, [], '', '{', '"low"', 'null'])
      it(`refuses ${JSON.stringify(body)}`, () => answers(call('PUT', onUser('spamlevel'), body), 400));
    it('refuses a large body', () =>
      answers(call('PUT', onUser('spamlevel'), { spamlevel: 'low', x: 'x'.repeat(70_000) }), 413));
  });

  describe('classofservice', () => {
    it('is the attribute cloud/service', async () => {
      await answers(call('GET', onUser('classofservice')), 200, { classofservice: [] });
      await answers(call('PUT', onUser('classofservice'), ['cloud_pim', 'guard']), 200, {
        'context-id': world.contextId,
        'user-id': userId,
        uidname: 'anna',
        classofservice: 'cloud_pim,guard',
      });
      expect(await attributes()).to.deep.include({
        cloud: { service: 'cloud_pim,guard', spamlevel: 'high' },
      });
      await setAttributes({ service: 'cloud_productivity, guard' });
      await answers(call('GET', onUser('classofservice')), 200, {
        classofservice: ['cloud_productivity', 'guard'],
      });
      const wrapped = { classofservice: ['cloud_pim'] };
      await answers(call('PUT', onUser('classofservice'), wrapped), 200);
      await answers(call('GET', onUser('classofservice')), 200, wrapped);
      await answers(call('PUT', onUser('classofservice'), []), 200);
      await answers(call('GET', onUser('classofservice')), 200, { classofservice: [] });
      expect(await attributes()).to.deep.equal({ ...everyUsersAttributes, cloud: { spamlevel: 'high' } });
    });
    for (const body of [{}, 'x', [1], { classofservice: 'cloud_pim' }, ['a\u0000b']])
      it(`refuses ${JSON.stringify(body)}`, () => answers(call('PUT', onUser('classofservice'), body), 400));
  });

  for (const field of ['custom', 'msisdn', 'oxdeliverystatus', 'oxlegacyref', 'oxantiphishing'])
    it(`${field} is set, read and removed`, async () => {
      const shown = (text: string) => ({
        'context-id': world.contextId,
        'user-id': userId,
        uidname: 'anna',
        [field]: text,
      });
      await answers(call('GET', onUser(field)), 200, shown(''));
      await answers(call('PUT', onUser(field), { [field]: 'ä "1"' }), 200, shown('ä "1"'));
      await answers(call('GET', onUser(field)), 200, shown('ä "1"'));
      await answers(call('PUT', onUser(field), { other: 'x' }), 400);
      await answers(call('DELETE', onUser(field)), 200, shown(''));
      await answers(call('GET', onUser(field)), 200, shown(''));
    });

  it('uidname is the login unless another was set', async () => {
    const shown = (uidname: string) => ({ 'context-id': world.contextId, 'user-id': userId, uidname });
    await answers(call('GET', onUser('uidname')), 200, shown('anna'));
    await answers(call('PUT', onUser('uidname'), { uidname: 'anna-1' }), 200, shown('anna-1'));
    const custom = await call('GET', onUser('custom'));
    expect(custom.body).to.deep.equal({ ...shown('anna-1'), custom: '' });
    await answers(call('DELETE', onUser('uidname')), 200, shown('anna'));
  });

  describe('who may', () => {
    const path = () => onUser('custom');
    it('the master, the owner and the context admin', async () => {
      for (const as of [world.master, world.reseller, world.contextAdmin])
        await answers(call('GET', path(), undefined, as), 200);
    });
    it('nobody with wrong credentials: 401', async () => {
      const wrong = { login: world.reseller.login, password: 'wrong' };
      for (const as of [null, wrong, { login: 'nobody', password: '' }, rivalAdmin]) {
        const answer = await call('PUT', path(), { custom: 'x' }, as);
        expect(answer.status).to.equal(401);
        expect(answer.headers.get('www-authenticate')).to.match(/^Basic/);
      }
    });
    it('nobody without the right: 403', async () => {
      for (const as of [rival, anna]) await answers(call('PUT', path(), { custom: 'x' }, as), 403);
    });
    it('what is not there: 404', async () => {
      await answers(call('GET', onUser('custom', world.contextId, 999)), 404);
      await answers(call('GET', onUser('custom', 99_999), undefined, world.master), 404);
      await answers(call('GET', onUser('custom', 99_999)), 403);
      await answers(call('GET', onUser('custom', 'x')), 404);
      await answers(call('GET', onUser('nothing')), 404);
      await answers(call('POST', path(), { custom: 'x' }), 404);
    });
    it('leaves a line per call, without what was said', async () => {
      await call('PUT', path(), { custom: 'not-for-the-log' });
      const line = world.log().trim().split('\n').at(-1) ?? '';
      expect(JSON.parse(line)).to.deep.include({
        service: 'oxaas/v1',
        operation: 'put /admin/contexts/:contextId/users/:userId/custom',
        principal: world.reseller.login,
        contextId: world.contextId,
        outcome: 'ok',
      });
      expect(world.log()).to.not.include('not-for-the-log').and.not.include(world.reseller.password);
    });
  });

  describe('forwards', () => {
    const at = (alias = '', ctx: number | string = world.contextId) =>
      `forwards/${ctx}${alias === '' ? '' : `/${encodeURIComponent(alias)}`}`;
    const targets = ['one@far.example', 'Two@far.example'];

    it('are created, repeated, replaced, listed and deleted', async () => {
      await answers(call('POST', at('info@fw.example'), targets), 201);
      await answers(call('POST', at('INFO@FW.example'), targets, world.contextAdmin), 204);
      await answers(call('GET', at('info@fw.example')), 200, targets);
      await answers(call('POST', at('info@fw.example'), ['one@far.example']), 201);
      await answers(call('POST', at('bücher@bücher.example'), targets), 201);
      await answers(call('GET', at()), 200, {
        'bücher@xn--bcher-kva.example': targets,
        'info@fw.example': ['one@far.example'],
      });
      await answers(call('DELETE', at('info@fw.example')), 200, { deleted: 1 });
      await answers(call('DELETE', at('info@fw.example')), 404);
      await answers(call('GET', at('info@fw.example')), 404);
      await answers(call('POST', at('other@fw.example'), targets), 201);
      await answers(call('DELETE', at()), 200, { deleted: 2 });
      await answers(call('DELETE', at()), 200, { deleted: 0 });
      await answers(call('GET', at()), 200, {});
      await answers(call('POST', at(), targets), 404);
    });

    it('take the name of a context, the short one, too', async () => {
      for (const name of ['reseller1_acme', 'acme']) {
        await answers(call('POST', at('named@fw.example', name), targets), 201);
        await answers(call('GET', at('named@fw.example')), 200, targets);
        await answers(call('DELETE', at('', name)), 200, { deleted: 1 });
      }
      await answers(call('GET', at('', 'nothing')), 404);
      await answers(call('GET', at('', 'nothing'), undefined, { login: 'x', password: 'y' }), 401);
    });

    const refused: [string, unknown][] = [
      ['no-address', targets],
      ['a@nodot', targets],
      ['a@fw.example', []],
      ['a@fw.example', ['no-address']],
      ['a@fw.example', [1]],
      ['a@fw.example', { targets }],
      ['a@fw.example', Array.from({ length: 101 }, (_, index) => `t${index}@far.example`)],
    ];
    for (const [alias, body] of refused)
      it(`refuse "${alias}" to ${JSON.stringify(body).slice(0, 40)}`, () =>
        answers(call('POST', at(alias), body), 400));

    it('take nobody elses mail', async () => {
      const mine = call('POST', at('ceo@theirs.example', rivalContext), targets, rival);
      await answers(mine, 201);
      await answers(call('POST', at('ceo@theirs.example'), targets), 400);
      await answers(call('POST', at('sales@theirs.example'), targets, world.contextAdmin), 400);
      await answers(call('GET', at('ceo@theirs.example')), 404);
      await answers(call('GET', at('ceo@theirs.example', rivalContext)), 403);
      await answers(call('DELETE', at('', rivalContext), undefined, world.contextAdmin), 401);
      await answers(call('GET', at('', rivalContext), undefined, rivalAdmin), 200);
      await answers(call('POST', 'sharedmaildomains/theirs.example', undefined, world.master), 200);
      await answers(call('POST', at('sales@theirs.example'), targets, world.contextAdmin), 201);
      await answers(call('POST', at('ceo@theirs.example'), targets), 400);
      await answers(call('DELETE', 'sharedmaildomains/theirs.example', undefined, world.master), 200);
    });

    it('go with their context', async () => {
      const id = await world.newContext('reseller1_short');
      await answers(call('POST', at('a@short.example', id), targets), 201);
      expectDone(await world.contexts('delete', { ctx: { id } }));
      await answers(call('POST', at('a@short.example'), targets), 201);
    });
  });

  it('shared mail domains', async () => {
    const at = (domain: string) => `sharedmaildomains/${domain}`;
    await answers(call('GET', at('*')), 200, []);
    await answers(call('POST', at('Pool.example')), 200);
    await answers(call('POST', at('pool.example'), undefined, rival), 200);
    expectDone(await world.oxaas('createSharedDomain', { domainname: 'soap.example' }));
    await answers(call('GET', at('*'), undefined, rival), 200, ['pool.example', 'soap.example']);
    await answers(call('GET', at('pool.example')), 200, ['pool.example']);
    await answers(call('GET', at('none.example')), 200, []);
    await answers(call('DELETE', at('pool.example'), undefined, rival), 403);
    await answers(call('DELETE', at('pool.example')), 200);
    await answers(call('DELETE', at('pool.example')), 404);
    await answers(call('DELETE', at('soap.example'), undefined, world.master), 200);
    await answers(call('POST', at('nodot')), 400);
    await answers(call('POST', at('admin.example'), undefined, world.contextAdmin), 401);
  });

  it('sessions: there are none', async () => {
    const none = { contextId: world.contextId, ended: 0 };
    await answers(call('DELETE', `sessions/?contextId=${world.contextId}`), 200, none);
    await answers(call('DELETE', 'sessions?contextName=reseller1_acme&userName=anna'), 200, none);
    await answers(call('DELETE', `sessions/?contextId=${world.contextId}&userName=nobody`), 404);
    await answers(call('DELETE', 'sessions/?contextId=99999', undefined, world.master), 404);
    await answers(call('DELETE', 'sessions/?contextId=99999'), 403);
    await answers(call('DELETE', 'sessions/'), 400);
    await answers(call('DELETE', 'sessions/?contextId=1&contextId=2'), 400);
    await answers(call('DELETE', `sessions/?contextId=${world.contextId}`, undefined, rival), 403);
    await answers(call('DELETE', `sessions/?contextId=${world.contextId}`, undefined, anna), 403);
  });

  it('announcements', async () => {
    const text = { subject: 'Maintenance', body: { de: 'Wartung', en: null }, tags: [1, true] };
    await answers(call('GET', 'announcements/*'), 200, []);
    const made = await call('POST', 'announcements', text);
    expect(made.status).to.equal(200);
    const { id } = made.body as { id: number };
    expect(made.body).to.deep.equal({ ...text, id, enabled: true });
    await answers(call('PUT', `announcements/disable/${id}`), 200, { ...text, id, enabled: false });
    await answers(call('GET', 'announcements/*'), 200, [{ ...text, id, enabled: false }]);
    await answers(call('GET', 'announcements/*', undefined, world.master), 200, [
      { ...text, id, enabled: false },
    ]);
    await answers(call('GET', 'announcements/*', undefined, rival), 200, []);
    await answers(call('GET', `announcements/${id}`, undefined, rival), 404);
    await answers(call('PUT', `announcements/enable/${id}`, undefined, rival), 404);
    await answers(call('DELETE', `announcements/${id}`, undefined, rival), 404);
    await answers(call('PUT', `announcements/enable/${id}`), 200, { ...text, id, enabled: true });
    await answers(call('DELETE', `announcements/${id}`), 200, { id });
    await answers(call('DELETE', `announcements/${id}`), 404);
    await answers(call('PUT', `announcements/enable/${id}`), 404);
    await answers(call('POST', 'announcements', ['x']), 400);
    const deep = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    await answers(call('POST', 'announcements', deep), 400);
    await answers(call('POST', 'announcements', '{"__proto__":{"a":1}}'), 400);
    await answers(call('POST', 'announcements', text, world.contextAdmin), 401);
  });
});
