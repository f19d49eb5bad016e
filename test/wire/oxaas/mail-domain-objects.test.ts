import { expect } from 'chai';
import { runHere } from '../../cli/run-here.js';
import { ConsoleClient } from '../../support/console/console-client.js';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { callRest, type RestAnswered } from '../../support/rest/rest-client.js';
import { userData, World, type Login } from '../fixtures.js';

const noOwner = { contextId: null, resellerId: null };

/** Two resellers, the first with a child, and a context of each. */
interface Tenants {
  readonly other: Login;
  readonly child: Login;
  readonly otherAdmin: Login;
  readonly otherContextId: number;
  readonly childContextId: number;
}

async function addTenants(world: World): Promise<Tenants> {
  const other = { login: 'reseller2', password: 'secret2' };
  const child = { login: 'child1', password: 'secret3' };
  const otherAdmin = { login: 'otheradmin', password: 'other-secret' };
  const childAdmin = { login: 'childadmin', password: 'child-secret' };
  await world.newReseller(other);
  const restrictions = [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }];
  const given = await world.resellers('change', { adm: { name: world.reseller.login, restrictions } });
  expect(given.fault).to.equal(undefined);
  const made = await world.resellers(
    'create',
    { adm: { name: child.login, displayname: 'Child', password: child.password } },
    world.reseller,
  );
  expect(made.fault).to.equal(undefined);
  return {
    other,
    child,
    otherAdmin,
    otherContextId: await world.newContext('reseller2_beta', { adminLogin: otherAdmin, as: other }),
    childContextId: await world.newContext('child1_gamma', { adminLogin: childAdmin, as: child }),
  };
}

for (const database of testDatabases)
  describe(`wire: mail domains as objects on ${database.name}`, function () {
    this.timeout(120_000);
    let started: World | undefined;
    let world: World;
    let tenants: Tenants;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = started = await World.start({ LOGIN_FAILURES_ALLOWED: '0' }, await database.url());
      tenants = await addTenants(world);
    });
    after(() => started?.stop());

    const call = (method: string, path: string, as: Login, body?: unknown): Promise<RestAnswered> =>
      callRest(`${world.url}/provisioning/v1${path}`, method, as, body);
    const put = (domain: string, body: unknown, as: Login = world.master) =>
      call('PUT', `/mail-domains/${domain}`, as, body);
    const get = async (domain: string, as: Login = world.master) =>
      (await call('GET', `/mail-domains/${domain}`, as)).json;
    const domainsOf = async (as: Login, path = '/mail-domains'): Promise<string[]> => {
      const { status, json, text } = await call('GET', path, as);
      expect(status, text).to.equal(200);
      return (json['items'] as { domain: string }[]).map(({ domain }) => domain);
    };
    const newUser = async (address: string, contextId: number, as: Login): Promise<string | undefined> => {
      const usrdata = userData(address.replace('@', '.at.'), {
        passwordMech: 'SHA-512',
        primaryEmail: address,
        email1: address,
      });
      return (await world.users('create', { ctx: { id: contextId }, usrdata }, as)).fault?.text;
    };

    it('are approved, read in their ASCII form, suspended and deleted', async () => {
      const made = await put('B%C3%9CCHER.example', {}, world.reseller);
      expect(made.status, made.text).to.equal(200);
      const resellerId = (made.json['owner'] as { resellerId: number }).resellerId;
      const domain = 'xn--bcher-kva.example';
      expect(made.json).to.deep.equal({
        domain,
        owner: { contextId: null, resellerId },
        isShared: false,
        isApproved: true,
        state: 'active',
        contextIds: [],
      });
      expect(await get('bücher.example', world.reseller)).to.deep.equal(made.json);
      expect(await domainsOf(world.reseller)).to.include(domain);
      expect((await put(domain, { state: 'suspended' })).json).to.include({ state: 'suspended' });
      expect(await newUser(`ann@${domain}`, world.contextId, world.contextAdmin)).to.match(
        /not approved|not active/,
      );
      expect((await call('DELETE', `/mail-domains/${domain}`, world.reseller)).status).to.equal(204);
      expect((await call('GET', `/mail-domains/${domain}`, world.reseller)).status).to.equal(404);
      expect((await call('DELETE', `/mail-domains/${domain}`, world.reseller)).status).to.equal(404);
    });

    it('belong to a context once the provider says so, and then its admin may use them', async () => {
      expect(await newUser('ann@given.example', world.contextId, world.contextAdmin)).to.match(
        /not approved/,
      );
      const owner = { contextId: world.contextId, resellerId: null };
      expect((await put('given.example', { owner })).json).to.deep.include({
        owner,
        contextIds: [world.contextId],
      });
      expect(await newUser('ann@given.example', world.contextId, world.contextAdmin)).to.equal(undefined);
      expect(await domainsOf(world.contextAdmin, `/contexts/${world.contextId}/mail-domains`)).to.include(
        'given.example',
      );
      expect((await call('DELETE', '/mail-domains/given.example', world.master)).json['detail']).to.match(
        /cannot be deleted/,
      );
    });

    it('are within reach of whoever owns them, and like none to others', async () => {
      expect((await put('childs.example', {}, tenants.child)).status).to.equal(200);
      expect((await put('others.example', {}, tenants.other)).status).to.equal(200);
      expect(await domainsOf(world.reseller))
        .to.include('childs.example')
        .and.not.include('others.example');
      expect(await domainsOf(tenants.child)).to.deep.equal(['childs.example']);
      expect(await domainsOf(world.master)).to.include.members(['childs.example', 'others.example']);
      for (const domain of ['others.example', 'nobodys.example']) {
        expect((await call('GET', `/mail-domains/${domain}`, world.reseller)).status).to.equal(404);
        expect((await call('DELETE', `/mail-domains/${domain}`, world.reseller)).status).to.equal(404);
        const over = await call('PUT', `/mail-domains/${domain}/owner`, world.reseller, {
          contextId: world.contextId,
          resellerId: null,
        });
        expect(over.status).to.equal(404);
      }
      const taken = await put('others.example', { state: 'suspended' }, world.reseller);
      expect(taken.status).to.equal(400);
      expect(await get('others.example')).to.include({ state: 'active' });
    });

    it('are given to nobody out of reach', async () => {
      expect((await put('mine.example', {}, world.reseller)).status).to.equal(200);
      const foreign = { contextId: tenants.otherContextId, resellerId: null };
      expect((await put('mine.example', { owner: foreign }, world.reseller)).status).to.equal(403);
      expect(
        (await call('PUT', '/mail-domains/mine.example/owner', world.reseller, foreign)).status,
      ).to.equal(403);
      expect((await put('mine.example', { owner: noOwner }, world.reseller)).status).to.equal(403);
      const both = { contextId: world.contextId, resellerId: 1 };
      expect((await put('mine.example', { owner: both })).json['detail']).to.match(/one owner/);
      const gone = { contextId: 99_999, resellerId: null };
      expect((await put('mine.example', { owner: gone })).status).to.equal(404);
    });

    it('leave their old users when they are handed over', async () => {
      expect(await newUser('old@moving.example', world.contextId, world.reseller)).to.equal(undefined);
      const owner = { contextId: tenants.otherContextId, resellerId: null };
      expect((await call('PUT', '/mail-domains/moving.example/owner', world.master, owner)).status).to.equal(
        204,
      );
      expect(await get('moving.example')).to.deep.include({ owner, contextIds: [tenants.otherContextId] });
      expect(await newUser('new@moving.example', world.contextId, world.reseller)).to.match(
        /^Mail domain moving\.example/,
      );
      expect(await newUser('new@moving.example', tenants.otherContextId, tenants.otherAdmin)).to.equal(
        undefined,
      );
    });

    it('are for providers; context admins may only read those of their context', async () => {
      for (const [method, path, body] of [
        ['GET', '/mail-domains', undefined],
        ['GET', '/mail-domains/given.example', undefined],
        ['PUT', '/mail-domains/given.example', { state: 'suspended' }],
        ['PUT', '/mail-domains/free.example', {}],
        ['PUT', '/mail-domains/given.example/owner', noOwner],
        ['DELETE', '/mail-domains/given.example', undefined],
      ] as const) {
        const { status } = await call(method, path, world.contextAdmin, body);
        expect(status, `${method} ${path}`).to.be.oneOf([401, 403]);
        expect((await call(method, path, { login: 'nobody', password: 'x' }, body)).status).to.equal(401);
      }
      const foreign = `/contexts/${tenants.otherContextId}/mail-domains`;
      for (const as of [world.contextAdmin, world.reseller])
        expect((await call('GET', foreign, as)).status).to.be.oneOf([401, 403]);
      expect(await get('given.example')).to.include({ state: 'active' });
    });

    it('come in pages', async () => {
      const all = await domainsOf(world.master);
      const paged: string[] = [];
      for (let offset: number | null = 0; offset !== null;) {
        const { json } = await call('GET', `/mail-domains?limit=2&offset=${offset}`, world.master);
        paged.push(...(json['items'] as { domain: string }[]).map(({ domain }) => domain));
        offset = json['nextOffset'] as number | null;
      }
      expect(paged).to.deep.equal(all).and.have.length.above(4);
    });

    it('are approved, listed, handed over and deleted on the command line', async () => {
      const env = {
        OX_ENDPOINT: world.url,
        OX_ADMIN_USER: world.reseller.login,
        ADMIN_PASSWORD: world.reseller.password,
      };
      const run = (...args: string[]) => runHere(args, env);
      const context = String(world.contextId);
      expect(
        await run('changemaildomain', '-d', 'cli.example', '--state', 'active', '-c', context),
      ).to.include({
        exitCode: 0,
        out: 'mail domain cli.example changed\n',
      });
      expect((await run('listmaildomains')).out)
        .to.match(/^Domain +State +Approved +Shared +Context +Reseller$/m)
        .and.match(new RegExp(`^cli\\.example +active +true +false +${context} *$`, 'm'));
      expect((await run('listmaildomains', '-c', context, '--csv')).out).to.include(
        `cli.example,active,true,false,${context},\n`,
      );
      expect(JSON.parse((await run('listmaildomains', '--json')).out)).to.deep.include({
        domain: 'cli.example',
        owner: { contextId: world.contextId },
        isShared: false,
        isApproved: true,
        state: 'active',
      });
      const over = await run(
        'changemaildomain',
        '-d',
        'cli.example',
        '--hand-over',
        '-c',
        String(tenants.childContextId),
      );
      expect(over, over.err).to.include({ exitCode: 0 });
      expect(await get('cli.example')).to.deep.include({ contextIds: [tenants.childContextId] });
      expect(await run('deletemaildomain', '-d', 'cli.example')).to.include({ exitCode: 0 });
      const again = await run('deletemaildomain', '-d', 'cli.example');
      expect(again.exitCode).to.equal(1);
      expect(again.err).to.include('There is no such mail domain');
      expect((await run('changemaildomain', '-d', 'cli.example', '--hand-over')).err).to.include(
        '--hand-over needs',
      );
    });

    it('are shown and changed in the console', async () => {
      const console = await ConsoleClient.loggedIn(world.url, world.reseller);
      const page = await console.get('/domains');
      expect(page.text).to.include('childs.example').and.not.include('others.example');
      const approve = { domain: 'Shown.example', context: String(world.contextId) };
      expect(await console.post('/domains/approve', approve)).to.include({ status: 303 });
      expect((await console.get(`/domains?context=${world.contextId}`)).text)
        .to.include('shown.example')
        .and.not.include('childs.example');
      expect((await console.post('/domains/suspend', { domain: 'shown.example' })).status).to.equal(303);
      expect(await get('shown.example')).to.include({ state: 'suspended' });
      const over = { newDomain: 'shown.example', newContext: String(tenants.childContextId) };
      expect((await console.post('/domains/hand-over', over)).status).to.equal(303);
      expect(await get('shown.example')).to.deep.include({
        state: 'active',
        contextIds: [tenants.childContextId],
      });
      for (const [path, fields, text] of [
        ['hand-over', { ...over, newContext: '' }, 'The new owner is missing.'],
        ['hand-over', { ...over, newDomain: 'others.example' }, 'There is no such mail domain.'],
        ['approve', { domain: 'others.example' }, 'not yours to administer'],
        ['approve', { domain: 'no domain' }, 'Invalid mail domain'],
      ] as const) {
        const refused = await console.post(`/domains/${path}`, fields);
        expect(refused.status, text).to.equal(400);
        expect(refused.text).to.include(text);
      }
      expect(
        (await console.post('/domains/approve', { domain: 'x.example', token: 'forged' })).status,
      ).to.equal(403);
      expect(await get('others.example')).to.deep.include({ contextIds: [] });
    });
  });
