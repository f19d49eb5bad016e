import { expect } from 'chai';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { attributeMap, child, scalars, texts, writeXml } from '../../support/wire/xml-tree.js';
import { adminData, idOf, literally, userData, World } from '../fixtures.js';

/** The text of invalid data inside a StorageException. */
const inPlugin = (text: string): string =>
  `com.openexchange.admin.rmi.exceptions.InvalidDataException: ${text}`;

describe('wire: contexts (docs/contract/contexts.md#1, docs/contract/authentication.md#3)', function () {
  this.timeout(90_000);
  let world: World;
  before(async () => (world = await World.start()));
  after(() => world.stop());
  const create = (ctx: SoapParams | undefined, admin_user: SoapParams | undefined = adminData('x')) =>
    world.contexts('create', { ctx, admin_user });
  const getData = async (id: number, as = world.reseller) =>
    returnedOne(await world.contexts('getData', { ctx: { id } }, as));

  describe('create (6.1)', () => {
    it('the server gives ids when the client sends none, and takes sent ones', async () => {
      const first = await world.newContext('reseller1_a');
      const second = await world.newContext('reseller1_b');
      expect(second).to.be.greaterThan(first);
      expect(await world.newContext('reseller1_c', { ctx: { id: 4242 } })).to.equal(4242);
      const next = await world.newContext('reseller1_d');
      expect([first, second, 4242]).not.to.include(next);
    });

    it('the answer is the context, complete', async () => {
      const userAttributes = { taxonomy: { types: 'one,two' } };
      const ctx = { name: 'reseller1_full', maxQuota: 77, loginMappings: ['full.map'], userAttributes };
      const answered = returnedOne(await create(ctx));
      const context = await getData(idOf(answered));
      for (const seen of [answered, context]) {
        expect(scalars(seen)).to.include({ name: 'reseller1_full', maxQuota: '77' });
      }
      expect(texts(context, 'loginMappings')).to.include.members(['full.map', 'reseller1_full']);
      expect(attributeMap(context)).to.deep.equal({ taxonomy: { types: 'one,two' } });
      expect(scalars(context)).to.include({ usedQuota: '0', enabled: 'true' });
    });

    it('when several things are wrong the first one wins', async () => {
      let ctx: SoapParams = {
        id: world.contextId,
        name: 'reseller1_acme',
        loginMappings: ['me@home'],
        userAttributes: { config: { 'com.openexchange.capability.infostore': 'true' } },
      };
      let admin: SoapParams = adminData('x', {
        given_name: '',
        primaryEmail: 'nope',
        email1: 'nope',
        language: 'german',
      });
      const steps: [SoapParams, SoapParams, string, string | RegExp][] = [
        [{}, {}, 'InvalidDataException', /^Mandatory fields in context not set: \[maxQuota\]/],
        [{ maxQuota: 5 }, {}, 'ContextExistsException', `Context ${world.contextId} already exists!`],
        [{ id: 0 }, {}, 'InvalidDataException', 'The context identifier 0 is not allowed!'],
        [{ id: -7 }, {}, 'InvalidDataException', 'The context identifier -7 is not allowed!'],
        [
          { id: undefined },
          {},
          'InvalidDataException',
          'Mandatory fields in admin user not set: [given_name]',
        ],
        [{}, { given_name: 'G' }, 'InvalidDataException', 'Illegal chars: "@" in login mapping'],
        [
          { loginMappings: undefined },
          {},
          'ContextExistsException',
          'Context reseller1_acme already exists!',
        ],
        [{ name: 'reseller1_ACME' }, {}, 'ContextExistsException', 'Context reseller1_ACME already exists!'],
        [
          { name: 'reseller1_fresh' },
          {},
          'StorageException',
          inPlugin('language must contain an underscore, e.g. en_US'),
        ],
        [{}, { language: 'de_DE' }, 'StorageException', inPlugin('Invalid email address: nope')],
      ];
      for (const [fixCtx, fixAdmin, exception, text] of steps) {
        ctx = { ...ctx, ...fixCtx };
        admin = { ...admin, ...fixAdmin };
        expectFault(await create(ctx, admin), exception, text);
      }
      returnedOne(await create(ctx, { ...admin, primaryEmail: 'a@example.org', email1: 'a@example.org' }));
    });

    it('restrictions come before everything else about the context', async () => {
      const restriction = [{ name: 'Subadmin.MaxContext', value: '1' }];
      const refused = await create({ name: 'reseller1_restricted', restriction });
      const text = inPlugin('Restriction Subadmin.MaxContext cannot be applied to context');
      expectFault(refused, 'StorageException', text);
    });

    it('missing arguments, admin fields, taken mappings', async () => {
      expectFault(await create(undefined), 'InvalidDataException', 'Context or user not correct');
      const noAdmin = await world.contexts('create', { ctx: { name: 'reseller1_na', maxQuota: 1 } });
      expectFault(noAdmin, 'InvalidDataException', 'Context or user not correct');
      const all = 'name, display_name, password, given_name, sur_name, primaryEmail, email1';
      const empty = await create({ name: 'reseller1_na', maxQuota: 1 }, { note: 'x' });
      expectFault(empty, 'InvalidDataException', `Mandatory fields in admin user not set: [${all}]`);
      await world.newContext('reseller1_map1', { ctx: { loginMappings: ['only.once'] } });
      const taken = await create({ name: 'reseller1_map2', maxQuota: 1, loginMappings: ['only.once'] });
      const text = "Cannot map 'only.once' to the newly created context. This mapping is already in use.";
      expectFault(taken, 'StorageException', new RegExp(literally(text)));
      const listed = await world.contexts('list', { search_pattern: 'reseller1_map2' });
      expect(returned(listed), 'a failed create leaves nothing').to.have.length(0);
    });

    it('permission capabilities of the admin are refused', async () => {
      const userAttributes = { config: { 'com.openexchange.capability.infostore': 'true' } };
      const admin = adminData('cap', { userAttributes });
      const refused = await create({ name: 'reseller1_cap', maxQuota: 1 }, admin);
      expectFault(refused, 'InvalidDataException', /^PERM-0001 Categories=USER_INPUT .* exceptionID=/);
      const id = idOf(returnedOne(await create({ name: 'reseller1_cap', maxQuota: 1, userAttributes })));
      expect(attributeMap(await getData(id)), 'those of a context are not').to.deep.equal(userAttributes);
    });

    it('a name has the characters of a mapping', async () => {
      for (const [name, illegal] of [
        ['reseller1_a b', ' '],
        ['reseller1_ä/', 'ä/'],
      ] as const) {
        const text = `Illegal chars: "${illegal}" in login mapping`;
        expectFault(await create({ name, maxQuota: 1 }), 'InvalidDataException', text);
      }
    });

    it('by combination name: unknown ones refused', async () => {
      const params = { ctx: { name: 'reseller1_comb', maxQuota: 1 }, admin_user: adminData('x') };
      for (const access_combination_name of ['nonsense', null, ' ']) {
        const answer = await world.contexts('createModuleAccessByName', {
          ...params,
          access_combination_name,
        });
        expect(answer.fault?.exception).to.equal('InvalidDataException');
      }
    });

    it('without a name the id becomes the name and a mapping (as master: no prefix)', async () => {
      const params = { ctx: { maxQuota: 1, id: 555 }, admin_user: adminData('555') };
      const id = idOf(returnedOne(await world.contexts('create', params, world.master)));
      const context = returnedOne(await world.contexts('getData', { ctx: { id } }, world.master));
      expect(scalars(context)['name']).to.equal('555');
      expect(texts(context, 'loginMappings'), 'the id is not shown').to.deep.equal([]);
    });

    it('an empty login mapping says nothing', async () => {
      const id = await world.newContext('reseller1_nomapping', { ctx: { loginMappings: [''] } });
      const mappings = async () =>
        texts(returnedOne(await world.contexts('getData', { ctx: { id } })), 'loginMappings');
      expect(await mappings()).to.deep.equal(['reseller1_nomapping']);
      expectDone(await world.contexts('change', { ctx: { id, loginMappings: [''] } }));
      expect(await mappings()).to.deep.equal(['reseller1_nomapping']);
    });

    it('no id is given that is the name of another context', async () => {
      const next = (await world.newContext('reseller1_before')) + 1;
      await world.newContext(String(next), { ctx: { id: 70_000 } });
      expect(await world.newContext('reseller1_after')).to.equal(next + 1);
    });

    it('schema_select_strategy is accepted, files members of the admin are unknown elements', async () => {
      const params = {
        ctx: { name: 'reseller1_schema', maxQuota: 1 },
        admin_user: adminData('x'),
        schema_select_strategy: { schema_name: 'x', strategy: 'automatic' },
      };
      const files = { ...params, admin_user: adminData('x', { maxQuota: 5 }) };
      const refused = await world.contexts('create', files);
      expect(refused.fault?.code).to.match(/:Client$/);
      expect(refused.fault?.text).to.match(/^Unmarshalling Error: unexpected element .* local:"maxQuota"/);
      returnedOne(await world.contexts('create', params));
      const strategy = { schema_select_strategy: { strategy: 'bogus' } };
      const unknown = await world.contexts('create', { ...params, ...strategy });
      expectFault(unknown, undefined, /^Invalid parameter value for schema-select-strategy\./);
    });

    it('a context of the master admin is shown as his', async () => {
      const id = await world.newContext('masters', { as: world.master, ctx: { maxQuota: -1 } });
      const context = returnedOne(await world.contexts('getData', { ctx: { id } }, world.master));
      const owner = child(context, 'owner');
      expect(owner && scalars(owner)).to.include({ name: world.master.login, id: '0' });
      expect(scalars(context)).to.include({ sid: '0', maxQuota: null });
      const own = returnedOne(await world.contexts('getData', { ctx: world.ctx }));
      const reseller = child(own, 'owner');
      expect(scalars(own)['sid']).to.equal(reseller && scalars(reseller)['id']);
      const [listed] = returned(await world.contexts('list', { search_pattern: 'reseller1_acme' }));
      const shown = listed && child(listed, 'owner');
      expect(shown && scalars(shown)).to.include({ name: 'reseller1', id: null });
    });
  });

  describe('change (6.2)', () => {
    const change = (ctx: SoapParams) => world.contexts('change', { ctx });
    it('touches only what is sent; mappings are replaced, attributes merged', async () => {
      const attributes = { config: { a: '1', b: '2' } };
      const id = await world.newContext('reseller1_chg', {
        ctx: { loginMappings: ['old.map'], userAttributes: attributes },
      });
      expectDone(await change({ id, maxQuota: 9 }));
      expect(scalars(await getData(id))).to.include({ maxQuota: '9', name: 'reseller1_chg' });
      expect(texts(await getData(id), 'loginMappings')).to.include('old.map');
      expectDone(
        await change({ id, loginMappings: ['new.map'], userAttributes: { config: { a: null, c: '3' } } }),
      );
      const after = await getData(id);
      expect(texts(after, 'loginMappings')).to.include('new.map');
      expect(texts(after, 'loginMappings')).not.to.include('old.map');
      expect(attributeMap(after)).to.deep.equal({ config: { b: '2', c: '3' } });
    });
    it('name: equal or blank ignored, taken refused in any letter case, new taken over', async () => {
      const id = await world.newContext('reseller1_nm');
      for (const name of ['reseller1_nm', '', '  ']) expectDone(await change({ id, name }));
      const text = 'Context reseller1_acme already exists!';
      expectFault(await change({ id, name: 'reseller1_acme' }), 'InvalidDataException', text);
      const other = 'Context reseller1_Acme already exists!';
      expectFault(await change({ id, name: 'reseller1_Acme' }), 'InvalidDataException', other);
      expectDone(await change({ id, name: 'reseller1_NM' }));
      expectDone(await change({ id, name: 'reseller1_nm2' }));
      expect(scalars(await getData(id))['name']).to.equal('reseller1_nm2');
    });
    it('a context may be named by its name; unknown ones and stores', async () => {
      const id = await world.newContext('reseller1_byname');
      expectDone(await change({ name: 'reseller1_byname', maxQuota: 3 }));
      expect(scalars(await getData(id))['maxQuota']).to.equal('3');
      const store = await change({ id, filestoreId: 4711 });
      expect(store.fault?.text).to.match(/No such filestore with id 4711/);
      const ghost = await world.contexts('getData', { ctx: { name: 'ghost' } }, world.master);
      const text = /^com\.openexchange\.admin\.rmi\.exceptions\.\w+: .*No such context ghost/;
      expectFault(ghost, 'NoSuchContextException', text);
    });
    it('a whole object with a new maxQuota comes back (client A)', async () => {
      const id = await world.newContext('reseller1_round');
      const whole = await getData(id);
      const quota = child(whole, 'maxQuota');
      if (quota) quota.text = '4321';
      expectDone(await world.contexts('change', { ctx: whole }));
      expect(writeXml(await getData(id))).to.equal(writeXml(whole));
    });
    it('nothing to change', async () => {
      expectFault(await world.contexts('change', {}), 'InvalidDataException', /^context is null/i);
    });
  });

  it('delete takes everything; name and id are answered as unknown (6.3)', async () => {
    const id = await world.newContext('reseller1_del', { ctx: { loginMappings: ['del.map'] } });
    await world.newUser('inside', {}, id);
    expectDone(await world.contexts('delete', { ctx: { id } }));
    const text = `Context ${id} does not exist`;
    const asMaster = await world.contexts('getData', { ctx: { id } }, world.master);
    expectFault(asMaster, 'NoSuchContextException', text);
    const asReseller = await world.contexts('getData', { ctx: { id } });
    expectFault(asReseller, 'InvalidCredentialsException', 'Authentication failed');
    const user = await world.users('exists', { ctx: { id }, user: { id: 3 } });
    expectFault(user, 'InvalidCredentialsException', 'Authentication failed');
    const again = await world.newContext('reseller1_del', { ctx: { loginMappings: ['del.map'] } });
    expect(again).not.to.equal(id);
  });

  it('disable and enable are idempotent and do not block provisioning (6.4, 5.3)', async () => {
    const id = await world.newContext('reseller1_off');
    const state = async () => scalars(await getData(id))['enabled'];
    for (const [operation, enabled] of [
      ['disable', 'false'],
      ['disable', 'false'],
      ['enable', 'true'],
      ['enable', 'true'],
      ['disable', 'false'],
    ] as const) {
      expectDone(await world.contexts(operation, { ctx: { id } }));
      expect(await state()).to.equal(enabled);
    }
    await world.shareDomain();
    const params = { ctx: { id }, usrdata: userData('offline') };
    returnedOne(await world.users('create', params, world.contextAdmin));
  });

  it('list by pattern; entries are complete; blank is everything', async () => {
    const id = await world.newContext('reseller1_listed', {
      ctx: { userAttributes: { config: { k: 'v' } } },
    });
    const list = async (search_pattern: string | null | undefined) =>
      returned(await world.contexts('list', { search_pattern }));
    const [context] = await list('reseller1_listed');
    expect(scalars(context)).to.include({
      id: String(id),
      name: 'reseller1_listed',
      maxQuota: '1000',
      usedQuota: '0',
    });
    expect(attributeMap(context)).to.deep.equal({ config: { k: 'v' } });
    expect((await list('*_listed')).map(idOf)).to.deep.equal([id]);
    expect(await list('nothing-like-it')).to.have.length(0);
    const all = (await list('*')).map(idOf);
    expect(all).to.include.members([id, world.contextId]);
    for (const blank of [undefined, null, '', ' ']) expect((await list(blank)).map(idOf)).to.deep.equal(all);
    expect(returned(await world.contexts('listAll', {})).map(idOf)).to.deep.equal(all);
  });

  it('exists by id and name', async () => {
    const exists = async (ctx: SoapParams) => returnedOne(await world.contexts('exists', { ctx })).text;
    expect(await exists({ id: world.contextId })).to.equal('true');
    expect(await exists({ name: 'reseller1_acme' })).to.equal('true');
    expect(await exists({ id: 99999 })).to.equal('false');
    expect(await exists({ name: 'ghost' })).to.equal('false');
  });
});
