import { expect } from 'chai';
import {
  expectDone,
  expectFault,
  returned,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { attributeMap, scalars, type XmlNode } from '../../support/wire/xml-tree.js';
import { adminData, idOf, World, type Login } from '../fixtures.js';

describe('wire: object quotas of a context (docs/contract/quota.md#2)', function () {
  this.timeout(90_000);
  let world: World;
  let ctx: { id: number };
  let count = 0;
  before(async () => (world = await World.start()));
  beforeEach(async () => {
    const name = `quota_${++count}`;
    const admin_user = adminData(name, { passwordMech: 'SHA-512' });
    const made = await world.contexts('create', { ctx: { name, maxQuota: 1 }, admin_user });
    ctx = { id: idOf(returned(made)[0] as Parameters<typeof idOf>[0]) };
  });
  after(() => world.stop());

  const plain = (operation: string, params: SoapParams, as: Login = world.master) =>
    world.soap.call('OXContextService', operation, params, as);
  const change = (
    module: string | null | undefined,
    quotaValue: string | null | undefined,
    as: Login = world.reseller,
  ) => plain('changeQuota', { ctx, module, quotaValue }, as);
  const listed = async (service: 'OXContextService' | 'OXResellerContextService') => {
    const answer = await world.soap.call(service, 'listQuota', { ctx }, world.master);
    const isBare = service === 'OXResellerContextService';
    const nodes = isBare ? itemsOf(answer) : returned(answer);
    const entries = nodes.map(scalars).map(({ module, limit }) => [String(module), limit] as const);
    return Object.fromEntries<string | null | undefined>(entries);
  };
  const get = (as: Login, id: number | string = ctx.id) => {
    const basic = Buffer.from(`${as.login}:${as.password}`).toString('base64');
    const url = `${world.url}/quota/v1/contexts/${id}/objects`;
    return fetch(url, { headers: { authorization: `Basic ${basic}` } });
  };
  const inForce = async (module: string): Promise<unknown> => {
    const response = await get(world.reseller);
    expect(response.status).to.equal(200);
    const quotas = (await response.json()) as { module: string }[];
    return quotas.find((quota) => quota.module === module);
  };

  it('what is set is listed by both services, until it is removed', async () => {
    expect(await listed('OXContextService')).to.deep.equal({});
    expectDone(await change('task, calendar', '10'));
    expectDone(await change('share_links', '0'));
    expectDone(await change('attachment', '4294967295'));
    for (const service of ['OXContextService', 'OXResellerContextService'] as const)
      expect(await listed(service)).to.deep.equal({
        attachment: '4294967295',
        calendar: '10',
        share_links: '0',
        task: '10',
      });
    expectDone(await change('task,share_links,contact', '-1'));
    expectDone(await change('calendar', '12'));
    expect(await listed('OXContextService')).to.deep.equal({ attachment: '4294967295', calendar: '12' });
    const context = returned(await world.contexts('getData', { ctx }))[0];
    expect(attributeMap(context)).to.deep.equal({});
  });

  it('refusals change nothing', async () => {
    const rows: [
      module: string | null | undefined,
      value: string | null | undefined,
      text: string | RegExp,
    ][] = [
      [undefined, '1', 'Missing quota module.'],
      [null, '1', 'Missing quota module.'],
      [' , ', '1', 'No valid module specified.'],
      ['task,nonsense', '1', 'Unknown module: nonsense'],
      ['task', undefined, 'Missing quota value.'],
      [
        'task',
        '4294967296',
        'Quota value is out of range (allowable range is from 0 to 4294967295): 4294967296',
      ],
    ];
    for (const [module, value, text] of rows)
      expectFault(await change(module, value), 'InvalidDataException', text);
    for (const value of ['many', '1.5', '99999999999999999999'])
      expectFault(await change('task', value), undefined, 'Invalid quota value.');
    expect(await listed('OXContextService')).to.deep.equal({});
  });

  it('module and value are complained of before the login', async () => {
    const stranger = { login: 'nobody', password: 'x' };
    expectFault(await change('', '5', stranger), 'InvalidDataException', 'No valid module specified.');
    expectFault(await change('task', 'x', stranger), undefined, 'Invalid quota value.');
    expectFault(await change('task', '5', stranger), 'InvalidCredentialsException', 'Authentication failed');
  });

  it('the context admin may not change, a reseller not list', async () => {
    const admin = { login: 'ctxadmin', password: 'pw-ctxadmin' };
    expectFault(await change('task', '1', admin), 'InvalidCredentialsException', 'Authentication failed');
    for (const service of ['OXContextService', 'OXResellerContextService']) {
      const refused = await world.soap.call(service, 'listQuota', { ctx }, world.reseller);
      expectFault(refused, 'InvalidCredentialsException', 'Authentication failed');
    }
  });

  it('entry over config cascade over default', async () => {
    const property = (value: string | null) =>
      world.contexts('change', {
        ctx: { ...ctx, userAttributes: { config: { 'com.openexchange.quota.contact': value } } },
      });
    expect(await inForce('contact')).to.deep.equal({ module: 'contact', limit: 250_000, source: 'default' });
    expectDone(await property('20'));
    expect(await inForce('contact')).to.deep.equal({ module: 'contact', limit: 20, source: 'config' });
    expectDone(await property('-1'));
    expect(await inForce('contact')).to.deep.equal({ module: 'contact', limit: null, source: 'config' });
    expectDone(await change('contact', '0'));
    expect(await inForce('contact')).to.deep.equal({ module: 'contact', limit: 0, source: 'context' });
    expectDone(await change('contact', '-5'));
    expect(await inForce('contact')).to.deep.equal({ module: 'contact', limit: null, source: 'config' });
    expectDone(await property('nonsense'));
    expect(await inForce('contact')).to.deep.equal({ module: 'contact', limit: 250_000, source: 'default' });
    expect(await inForce('share_links')).to.deep.equal({
      module: 'share_links',
      limit: 100,
      source: 'default',
    });
  });

  it('over REST: all seven modules, for whoever may read the context', async () => {
    const admin = { login: 'ctxadmin', password: 'pw-ctxadmin' };
    for (const as of [world.master, world.reseller, admin]) {
      const response = await get(as);
      expect(response.status, as.login).to.equal(200);
      expect(response.headers.get('content-type')).to.match(/^application\/json/);
      const quotas = (await response.json()) as { module: string; limit: number | null }[];
      expect(quotas.map(({ module, limit }) => `${module} ${limit}`)).to.deep.equal([
        'calendar 250000',
        'task 250000',
        'contact 250000',
        'infostore 250000',
        'attachment 250000',
        'invite_guests 100',
        'share_links 100',
      ]);
    }
    expect((await get({ ...world.master, password: 'x' })).status).to.equal(401);
    expect((await get({ login: 'nobody', password: '' })).status).to.equal(401);
    expect((await get(world.contextAdmin)).status, 'the admin of another context').to.equal(401);
    expect((await get(world.master, 99_999)).status).to.equal(404);
    expect((await get(world.master, 'abc')).status).to.equal(404);
    const bare = await fetch(`${world.url}/quota/v1/contexts/${ctx.id}/objects`);
    expect(bare.status).to.equal(401);
  });

  it('goes with the context', async () => {
    expectDone(await change('task', '5'));
    expectDone(await world.contexts('delete', { ctx }));
    const text = `Context ${ctx.id} does not exist`;
    expectFault(await plain('listQuota', { ctx }), 'NoSuchContextException', text);
  });
});

/** The items of an answer whose Body holds `return` itself. */
function itemsOf({ body: { children } }: SoapAnswer): XmlNode[] {
  const [answered, ...others] = children;
  expect([answered?.local, others]).to.deep.equal(['return', []]);
  const items = answered?.children ?? [];
  for (const { local, namespace } of items)
    expect({ local, namespace }).to.deep.equal({ local: 'item', namespace: '' });
  return items;
}
