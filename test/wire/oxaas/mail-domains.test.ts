import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectDone, expectFault, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { idOf, userData, World, type Login } from '../fixtures.js';
import { fast, MailPlatform as Platform } from './mail-platform.js';

const notApproved = /^Mail domain \S+ is not approved for this context: ask your provider to approve it;/;

describe('wire: whose address it is (MAIL_DOMAIN_RULE=approved)', function () {
  this.timeout(90_000);
  let platform: Platform;
  let eveId: number;
  before(async () => {
    platform = await Platform.start();
    const { acme, beta } = platform;
    returnedOne(await platform.user(acme, 'anna@acme.example', acme.reseller));
    eveId = idOf(returnedOne(await platform.user(beta, 'eve@beta.example', beta.reseller)));
  });
  after(() => platform.stop());

  const elsewhere = ['gmail.example', 'mx.provider.example', 'future.example', 'acme.example', 'localhost'];
  for (const domain of elsewhere)
    it(`a context admin gets nothing of ${domain}`, async () => {
      const { beta, world } = platform;
      const before = await platform.route(`root@${domain}`);
      if (domain !== 'localhost') {
        expect(await platform.forward(beta, `root@${domain}`, beta.admin)).to.equal(400);
        const caught = await platform.catchall(beta, domain, 'eve.at.beta.example', beta.admin);
        expectFault(caught, 'InvalidDataException', notApproved);
      }
      const made = await platform.user(beta, `root@${domain}`, beta.admin);
      expectFault(made, 'InvalidDataException', notApproved);
      const aliases = ['eve@beta.example', `boss@${domain}`];
      const where = { ctx: { id: beta.contextId } };
      const changed = await world.users('change', { ...where, usrdata: { id: eveId, aliases } }, beta.admin);
      expectFault(changed, 'InvalidDataException', notApproved);
      const more = { aliases: ['more@beta.example', `more@${domain}`] };
      const created = await platform.user(beta, 'more@beta.example', beta.admin, more);
      expectFault(created, 'InvalidDataException', notApproved);
      for (const local of ['root', 'boss', 'anybody'])
        expect(await platform.route(`${local}@${domain}`)).to.deep.equal(before);
      const isAcmes = domain === 'acme.example';
      expect((await platform.activeDomains()).includes(domain)).to.equal(isAcmes);
    });

  it('nor does another reseller of what a context of somebody else uses', async () => {
    const { beta } = platform;
    expect(await platform.forward(beta, 'invoices@acme.example', beta.reseller)).to.equal(400);
    const caught = await platform.catchall(beta, 'acme.example', 'eve.at.beta.example', beta.reseller);
    expectFault(caught, 'InvalidDataException', notApproved);
    const made = await platform.user(beta, 'invoices@acme.example', beta.reseller);
    expectFault(made, 'InvalidDataException', notApproved);
  });

  it('the owner has his addresses, forwards and catch-all then', async () => {
    const { acme } = platform;
    returnedOne(await platform.user(acme, 'ceo@future.example', acme.reseller));
    expect(await platform.route('ceo@future.example')).to.deep.equal(['ceo@future.example']);
    returnedOne(await platform.user(acme, 'invoices@acme.example', acme.admin));
    expect(await platform.forward(acme, 'sales@acme.example', acme.admin)).to.equal(201);
    expectDone(await platform.catchall(acme, 'acme.example', 'anna.at.acme.example', acme.admin));
    expect(await platform.route('sales@acme.example')).to.deep.equal(['thief@far.example']);
    expect(await platform.route('other@acme.example')).to.deep.equal(['anna@acme.example']);
  });

  it('a provider approves by using a domain, for that context', async () => {
    const { acme, beta } = platform;
    expectFault(
      await platform.user(acme, 'first@new.example', acme.admin),
      'InvalidDataException',
      notApproved,
    );
    returnedOne(await platform.user(acme, 'first@new.example', acme.reseller));
    returnedOne(await platform.user(acme, 'second@new.example', acme.admin));
    expectFault(
      await platform.user(beta, 'third@new.example', beta.admin),
      'InvalidDataException',
      notApproved,
    );
  });

  it('a reseller uses a domain in several of its contexts', async () => {
    const { world, acme } = platform;
    const admin = { login: 'branchadmin', password: 'branch-secret' };
    const contextId = await world.newContext('reseller1_branch', { adminLogin: admin });
    const branch = { ...acme, admin, contextId };
    returnedOne(await platform.user(acme, 'head@group.example', acme.reseller));
    const own = await platform.user(branch, 'staff@group.example', admin);
    expectFault(own, 'InvalidDataException', notApproved);
    returnedOne(await platform.user(branch, 'staff@group.example', acme.reseller));
    returnedOne(await platform.user(branch, 'more.staff@group.example', admin));
    returnedOne(await platform.user(acme, 'more@group.example', acme.admin));
    const caught = await platform.catchall(branch, 'group.example', 'staff.at.group.example', admin);
    expectFault(caught, 'InvalidDataException', /also used by contexts that are not yours/);
    expect(await platform.route('staff@group.example')).to.deep.equal(['staff@group.example']);
  });

  it("the domain of a context admin's address is as good as approved: by providers, not by himself", async () => {
    const { world, acme, beta } = platform;
    const admin = { login: 'firmadmin', password: 'firm-secret' };
    const address = { primaryEmail: 'boss@firm.example', email1: 'boss@firm.example' };
    const newFirm = (name: string, tenant: { readonly reseller: Login }) =>
      world.newContext(name, { adminLogin: admin, as: tenant.reseller, admin: address });
    const firm = { ...acme, admin, contextId: await newFirm('reseller1_firm', acme) };
    const branch = { ...acme, admin, contextId: await newFirm('reseller1_firm2', acme) };
    const other = { ...beta, admin, contextId: await newFirm('reseller2_firm', beta) };
    returnedOne(await platform.user(firm, 'ann@firm.example', admin));
    returnedOne(await platform.user(branch, 'bob@firm.example', admin));
    const late = await platform.user(other, 'eve@firm.example', admin);
    expectFault(late, 'InvalidDataException', notApproved);
    const foreign = { primaryEmail: 'boss@gmail.example', email1: 'boss@gmail.example' };
    const usrdata = { id: 2, ...foreign, aliases: ['boss@gmail.example'] };
    const moved = await world.users('change', { ctx: { id: firm.contextId }, usrdata }, admin);
    expectFault(moved, 'InvalidDataException', notApproved);
    expectFault(await platform.user(firm, 'ann@gmail.example', admin), 'InvalidDataException', notApproved);
    expectDone(await world.users('change', { ctx: { id: firm.contextId }, usrdata }, acme.reseller));
    returnedOne(await platform.user(firm, 'ann@gmail.example', admin));
  });

  it('the master admin uses any domain, and all of its contexts go on', async () => {
    const { world, acme, beta } = platform;
    returnedOne(await platform.user(beta, 'guest@future.example', world.master));
    returnedOne(await platform.user(beta, 'guest2@future.example', beta.admin));
    returnedOne(await platform.user(acme, 'cfo@future.example', acme.admin));
    expect(await platform.route('guest2@future.example')).to.deep.equal(['guest2@future.example']);
    expect(await platform.route('cfo@future.example')).to.deep.equal(['cfo@future.example']);
  });

  it('an address of a shared domain is whose it was first, whatever it is', async () => {
    const { world, acme, beta } = platform;
    await world.shareDomain('shared.example');
    expect(await platform.forward(beta, 'forwarded@shared.example', beta.admin)).to.equal(201);
    const late = await platform.user(acme, 'forwarded@shared.example', acme.reseller);
    expectFault(late, 'InvalidDataException', /already exists in another context/);
    returnedOne(await platform.user(acme, 'taken@shared.example', acme.admin));
    expect(await platform.forward(beta, 'taken@shared.example', beta.admin)).to.equal(400);
    expect(await platform.route('taken@shared.example')).to.deep.equal(['taken@shared.example']);
    const aliases = ['eve@beta.example', 'taken@shared.example'];
    const usrdata = { id: eveId, aliases };
    const changed = await world.users('change', { ctx: { id: beta.contextId }, usrdata }, beta.admin);
    expectFault(changed, 'InvalidDataException', /already exists in another context/);
  });

  it("a forward comes before its own context's mailbox, in either order", async () => {
    const { world, acme } = platform;
    expect(await platform.forward(acme, 'before@acme.example', acme.admin)).to.equal(201);
    const id = idOf(returnedOne(await platform.user(acme, 'before@acme.example', acme.admin)));
    returnedOne(await platform.user(acme, 'after@acme.example', acme.admin));
    expect(await platform.forward(acme, 'after@acme.example', acme.admin)).to.equal(201);
    for (const address of ['before@acme.example', 'after@acme.example'])
      expect(await platform.route(address)).to.deep.equal(['thief@far.example']);
    const gone = { ctx: { id: acme.contextId }, user: { id }, reassign: 0 };
    expectDone(await world.users('delete', gone, acme.reseller));
    expect(await platform.route('before@acme.example')).to.deep.equal(['thief@far.example']);
  });

  it('only the mail of active domains goes anywhere', async () => {
    const { knex, acme } = platform;
    await knex('domains').where({ domain: 'acme.example' }).update({ state: 'suspended' });
    for (const address of ['anna@acme.example', 'sales@acme.example', 'other@acme.example'])
      expect(await platform.route(address)).to.deep.equal([]);
    expect(await platform.activeDomains()).to.not.include('acme.example');
    const made = await platform.user(acme, 'late@acme.example', acme.admin);
    expectFault(made, 'InvalidDataException', 'Mail domain acme.example is not active');
    returnedOne(await platform.user(acme, 'late@acme.example', acme.reseller));
    expect(await platform.route('late@acme.example')).to.deep.equal([]);
    await knex('domains').where({ domain: 'acme.example' }).update({ state: 'active' });
    expect(await platform.route('late@acme.example')).to.deep.equal(['late@acme.example']);
  });

  it('a domain of a deleted context is free', async () => {
    const { world, acme, beta } = platform;
    const contextId = await world.newContext('reseller1_mayfly');
    returnedOne(await platform.user({ ...acme, contextId }, 'm@mayfly.example', acme.reseller));
    const early = await platform.user(beta, 'm@mayfly.example', beta.reseller);
    expectFault(early, 'InvalidDataException', /already exists|not approved/);
    expectDone(await world.contexts('delete', { ctx: { id: contextId } }));
    returnedOne(await platform.user(beta, 'm@mayfly.example', beta.reseller));
  });
});

describe('wire: whose address it is, with MAIL_ADDRESS_SCOPE=context', function () {
  this.timeout(60_000);
  it('a forward has no address that another context has, nor does a user have that of a forward', async () => {
    const platform = await Platform.start({ MAIL_ADDRESS_SCOPE: 'context' });
    try {
      const { world, acme, beta } = platform;
      await world.shareDomain('shared.example');
      returnedOne(await platform.user(acme, 'taken@shared.example', acme.reseller));
      expect(await platform.forward(beta, 'taken@shared.example', beta.admin)).to.equal(400);
      expect(await platform.forward(beta, 'early@shared.example', beta.admin)).to.equal(201);
      const late = await platform.user(acme, 'early@shared.example', acme.reseller);
      expectFault(late, 'InvalidDataException', /already exists in another context/);
      returnedOne(await platform.user(beta, 'early@shared.example', beta.admin));
      expect(await platform.route('taken@shared.example')).to.deep.equal(['taken@shared.example']);
      // What slipped in by another way has no effect.
      const forward = { alias: 'taken@shared.example', domain: 'shared.example', context_id: beta.contextId };
      await platform.knex('mail_forwards').insert(forward);
      const target = { alias: forward.alias, position: 0, target: 'thief@far.example' };
      await platform.knex('mail_forward_targets').insert(target);
      expect(await platform.route('taken@shared.example')).to.deep.equal(['taken@shared.example']);
    } finally {
      await platform.stop();
    }
  });
});

describe('wire: other values of MAIL_DOMAIN_RULE', function () {
  this.timeout(60_000);
  it('owned: whoever is first has the domain', async () => {
    const platform = await Platform.start({ MAIL_DOMAIN_RULE: 'owned' });
    try {
      const { acme, beta } = platform;
      returnedOne(await platform.user(acme, 'a@own.example', acme.admin));
      expect(await platform.forward(acme, 'b@forward.example', acme.admin)).to.equal(201);
      for (const domain of ['own.example', 'forward.example']) {
        for (const as of [beta.admin, beta.reseller])
          expectFault(await platform.user(beta, `c@${domain}`, as), 'InvalidDataException', notApproved);
        expect(await platform.forward(beta, `d@${domain}`, beta.admin)).to.equal(400);
      }
      expect(await platform.route('b@forward.example')).to.deep.equal(['thief@far.example']);
    } finally {
      await platform.stop();
    }
  });

  it('off: everybody has addresses in every domain, which is in mail', async () => {
    const platform = await Platform.start({ MAIL_DOMAIN_RULE: 'off' });
    try {
      const { acme, beta } = platform;
      returnedOne(await platform.user(acme, 'a@any.example', acme.admin));
      returnedOne(await platform.user(beta, 'b@any.example', beta.admin));
      for (const address of ['a@any.example', 'b@any.example'])
        expect(await platform.route(address)).to.deep.equal([address]);
      expect(await platform.activeDomains()).to.deep.equal(['any.example']);
    } finally {
      await platform.stop();
    }
  });
});

for (const database of testDatabases)
  describe(`wire: two who want a free domain at once, on ${database.name}`, function () {
    this.timeout(120_000);
    before(function () {
      requirePart(this, database.part, database.isInstalled());
    });

    it('only one gets it', async () => {
      const platform = await Platform.start({ MAIL_DOMAIN_RULE: 'owned' }, database);
      try {
        const { acme, beta, knex } = platform;
        for (let round = 0; round < 5; round += 1) {
          const domain = `race${round}.example`;
          const answers = await Promise.all([
            platform.user(acme, `a@${domain}`, acme.admin),
            platform.user(beta, `b@${domain}`, beta.admin),
            platform.user(acme, `c@${domain}`, acme.reseller),
            platform.user(beta, `d@${domain}`, beta.reseller),
          ]);
          const [a, b, c, d] = answers.map(({ fault }) => fault === undefined);
          expect([a, b], domain).to.deep.equal([c, d]);
          expect(a, domain).to.not.equal(b);
          const holders: number[] = await knex('domain_contexts').where({ domain }).pluck('context_id');
          expect(holders).to.deep.equal([a === true ? acme.contextId : beta.contextId]);
        }
      } finally {
        await platform.stop();
      }
    });
  });

describe('wire: CONTEXT_NAME_PREFIX=login (docs/contract/oxaas.md#3-1)', function () {
  this.timeout(60_000);
  let world: World;
  const other: Login = { login: 'reseller1_sub', password: 'other-secret' };
  before(async () => {
    world = await World.start({ CONTEXT_NAME_PREFIX: 'login' });
    await world.newReseller(other);
  });
  after(() => world.stop());
  const create = (ctx: SoapParams, as: Login) =>
    world.contexts('create', { ctx: { maxQuota: 1, ...ctx }, admin_user: userData('boss', fast) }, as);

  it('refuses a name without the login of the reseller, and with that of another', async () => {
    for (const name of ['reseller1_x', 'x', 'reseller1_subx', 'Reseller1_sub_x'])
      expectFault(
        await create({ name }, other),
        'InvalidDataException',
        'context name must begin with reseller1_sub_',
      );
    const squat = await create({ name: 'reseller1_sub_x' }, world.reseller);
    const text = 'Context name or login mapping not allowed: reseller1_sub_x';
    expectFault(squat, 'InvalidDataException', text);
    const mapping = await create({ name: 'reseller1_y', loginMappings: 'reseller1_sub_x' }, world.reseller);
    expectFault(mapping, 'InvalidDataException', text);
    returnedOne(await create({ name: 'reseller1_sub_x' }, other));
    returnedOne(await create({ name: 'anything', maxQuota: 1 }, world.master));
  });

  it('holds for a new name of a context, but not for the present one', async () => {
    const change = (ctx: SoapParams, as: Login) => world.contexts('change', { ctx }, as);
    const id = await world.newContext('reseller1_named');
    expectFault(
      await change({ id, name: 'reseller1_sub_z' }, world.reseller),
      'InvalidDataException',
      'Context name or login mapping not allowed: reseller1_sub_z',
    );
    expectDone(await change({ id, name: 'reseller1_renamed' }, world.reseller));
    expectDone(await change({ id, name: 'free' }, world.master));
    expectDone(await change({ id, name: 'free', maxQuota: 2 }, world.reseller));
  });
});
