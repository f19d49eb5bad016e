import { expect } from 'chai';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { child, scalars, type XmlNode } from '../../support/wire/xml-tree.js';
import { adminData, idOf, literally, userData, World, type Login } from '../fixtures.js';

type Limits = Readonly<Record<string, number | string>>;

const OVERALL_USERS = (max: number) => `Maximum overall number of contexts reached: ${max}`;
const BY_MODULES = (name: string, max: number) =>
  `Maximum overall number of users by moduleaccess reached: ${name}:${max}`;

function toRestrictions(limits: Limits): SoapParams[] {
  return Object.entries(limits).map(([name, value]) => ({ name, value }));
}

function shown(nodes: readonly XmlNode[]): Record<string, string> {
  return Object.fromEntries(nodes.map((node) => [scalars(node)['name'] ?? '', scalars(node)['value'] ?? '']));
}

function restrictionsIn(node: XmlNode, local: string): Record<string, string> {
  return shown(node.children.filter((one) => one.local === local));
}

function expectRefused(answer: SoapAnswer, text: string): void {
  expectFault(answer, 'StorageException', new RegExp(literally(text)));
}

describe('wire: restrictions (docs/contract/resellers.md#2)', function () {
  this.timeout(60_000);
  let world: World;
  let made = 0;
  before(async () => {
    world = await World.start();
    await world.shareDomain();
  });
  after(() => world.stop());

  /** A new reseller that is under these restrictions. */
  const reseller = async (limits: Limits, as: Login = world.master): Promise<Login> => {
    const login = { login: `limited${(made += 1)}`, password: 'secret' };
    const restrictions = as === world.master ? { restrictions: toRestrictions(limits) } : {};
    await world.newReseller(login, { passwordMech: 'SHA-512', ...restrictions }, as);
    return login;
  };
  const createContext = (as: Login, ctx: SoapParams = {}, access = 'webmail') => {
    const name = `${as.login}_${(made += 1)}`;
    return world.contexts(
      'createModuleAccessByName',
      {
        ctx: { name, maxQuota: 10, ...ctx },
        admin_user: adminData(name, { passwordMech: 'SHA-512' }),
        access_combination_name: access,
      },
      as,
    );
  };
  const context = async (as: Login, ctx: SoapParams = {}, access = 'webmail') =>
    idOf(returnedOne(await createContext(as, ctx, access)));
  const createUser = (as: Login, id: number, access = 'pim') =>
    world.users(
      'createByModuleAccessName',
      {
        ctx: { id },
        usrdata: userData(`u${(made += 1)}`, { passwordMech: 'SHA-512' }),
        access_combination_name: access,
      },
      as,
    );
  const user = async (as: Login, id: number, access = 'pim') =>
    idOf(returnedOne(await createUser(as, id, access)));
  const countUsers = async (as: Login, id: number) =>
    returned(await world.users('listAll', { ctx: { id } }, as)).length;

  describe('Subadmin.MaxContext', () => {
    it('counts the contexts of a reseller; a refused one leaves nothing behind', async () => {
      const as = await reseller({ 'Subadmin.MaxContext': 2 });
      const first = await context(as);
      await context(as);
      expectRefused(await createContext(as), 'Maximum number of contexts reached: 2');
      expect(returned(await world.contexts('listAll', {}, as))).to.have.length(2);
      expectDone(await world.contexts('delete', { ctx: { id: first } }, as));
      await context(as);
    });
    it('counts for a child and its parent alone', async () => {
      const parent = await reseller({ 'Subadmin.MaxContext': 1, 'Subadmin.CanCreateSubadmin': 'true' });
      const kid = await reseller({}, parent);
      await context(kid);
      await context(parent);
      for (const as of [kid, parent])
        expectRefused(await createContext(as), 'Maximum number of contexts reached: 1');
    });
    it('0 allows none', async () => {
      expectRefused(
        await createContext(await reseller({ 'Subadmin.MaxContext': 0 })),
        'Maximum number of contexts reached: 0',
      );
    });
    it('is obeyed as soon as it is changed', async () => {
      const as = await reseller({ 'Subadmin.MaxContext': 1 });
      await context(as);
      const raised = { name: as.login, restrictions: toRestrictions({ 'Subadmin.MaxContext': 2 }) };
      expectDone(await world.resellers('change', { adm: raised }));
      await context(as);
      expectRefused(await createContext(as), 'Maximum number of contexts reached: 2');
    });
  });

  it('Subadmin.MaxOverallContextQuota compares what is used, not what is allotted', async () => {
    const roomy = await reseller({ 'Subadmin.MaxOverallContextQuota': 1 });
    await context(roomy, { maxQuota: 5000 });
    await context(roomy, { maxQuota: 5000 });
    const full = await reseller({ 'Subadmin.MaxOverallContextQuota': 0 });
    expectRefused(await createContext(full), 'Maximum overall context quota reached: 0');
  });

  describe('Subadmin.MaxOverallUser', () => {
    it('counts users of all contexts, admins included, whoever creates them', async () => {
      const as = await reseller({ 'Subadmin.MaxOverallUser': 4 });
      const one = await context(as);
      const two = await context(as);
      await user(as, one);
      await user(as, two);
      expectRefused(await createUser(as, one), OVERALL_USERS(4));
      expectRefused(await createUser(world.master, two), OVERALL_USERS(4));
      const admin = { login: 'ctxadmin', password: 'pw-ctxadmin' };
      expectRefused(await createUser(admin, two), OVERALL_USERS(4));
      expectRefused(await createContext(as), OVERALL_USERS(4));
      expect([await countUsers(as, one), await countUsers(as, two)]).to.deep.equal([2, 2]);
      expect(returned(await world.contexts('listAll', {}, as))).to.have.length(2);
    });
    it('a refused user leaves its name and its id behind', async () => {
      const as = await reseller({ 'Subadmin.MaxOverallUser': 2 });
      const id = await context(as);
      const last = await user(as, id);
      const usrdata = userData(`again${made}`);
      expectRefused(await world.users('create', { ctx: { id }, usrdata }, as), OVERALL_USERS(2));
      expectDone(await world.users('delete', { ctx: { id }, user: { id: last }, reassign: 0 }, as));
      expect(idOf(returnedOne(await world.users('create', { ctx: { id }, usrdata }, as)))).to.equal(last + 1);
    });
    it('counts a child together with its parent', async () => {
      const parent = await reseller({ 'Subadmin.MaxOverallUser': 3, 'Subadmin.CanCreateSubadmin': 'true' });
      const kid = await reseller({}, parent);
      const ofKid = await context(kid);
      const ofParent = await context(parent);
      await user(parent, ofKid);
      expectRefused(await createUser(kid, ofKid), OVERALL_USERS(3));
      expectRefused(await createUser(parent, ofParent), OVERALL_USERS(3));
    });
  });

  it('Context.MaxUser counts the admin; sent by owner or master; only a growing number is refused', async () => {
    const as = await reseller({});
    const id = await context(as, { restriction: toRestrictions({ 'Context.MaxUser': 2 }) });
    const first = await user(as, id);
    expectRefused(await createUser(as, id), 'Maximum number of users per context reached: 2');
    const change = (value: number, by: Login) =>
      world.contexts(
        'change',
        { ctx: { id, restriction: toRestrictions({ 'Context.MaxUser': value }) } },
        by,
      );
    expectDone(await change(3, world.master));
    await user(as, id);
    expectDone(await change(1, as));
    expectRefused(await createUser(as, id), 'Maximum number of users per context reached: 1');
    const access = { ctx: { id }, user: { id: first }, access_combination_name: 'webmail' };
    expectDone(await world.users('changeByModuleAccessName', access, as));
    expectRefused(
      await createContext(as, { restriction: toRestrictions({ 'Context.MaxUser': 0 }) }),
      'Maximum number of users per context reached: 0',
    );
  });

  for (const scope of ['Subadmin.MaxOverallUserByModuleaccess_', 'Context.MaxUserByModuleaccess_']) {
    it(`${scope}… counts those with exactly these modules, also when they are changed`, async () => {
      const name = `${scope}pim`;
      const limit = { [name]: 1 };
      const isContextWide = scope.startsWith('Context.');
      const as = await reseller(isContextWide ? {} : limit);
      const id = await context(as, isContextWide ? { restriction: toRestrictions(limit) } : {});
      const first = await user(as, id, 'pim');
      expectRefused(await createUser(as, id, 'pim'), BY_MODULES(name, 1));
      const other = await user(as, id, 'webmail');
      const into = (userId: number, access_combination_name: string) =>
        world.users(
          'changeByModuleAccessName',
          { ctx: { id }, user: { id: userId }, access_combination_name },
          as,
        );
      expectRefused(await into(other, 'pim'), BY_MODULES(name, 1));
      const read = { ctx: { id }, user: { id: other } };
      const still = await world.users('getAccessCombinationName', read, as);
      expect(returnedOne(still).text).to.equal('webmail');
      expectDone(await into(first, 'pim'));
      expectDone(await into(first, 'drive'));
      expectDone(await into(other, 'pim'));
      const whole = { ctx: { id }, access_combination_name: 'pim' };
      expectRefused(await world.contexts('changeModuleAccessByName', whole, as), BY_MODULES(name, 1));
      expectDone(
        await world.contexts('changeModuleAccessByName', { ...whole, access_combination_name: 'all' }, as),
      );
    });
  }
  it('by module access: the admin of a new context counts, too', async () => {
    const name = 'Subadmin.MaxOverallUserByModuleaccess_groupware_standard';
    const as = await reseller({ [name]: 0 });
    expectRefused(await createContext(as, {}, 'groupware_standard'), BY_MODULES(name, 0));
    await context(as, {}, 'pim');
  });

  it('Subadmin.MaxSubadmin counts children', async () => {
    const parent = await reseller({ 'Subadmin.MaxSubadmin': 1, 'Subadmin.CanCreateSubadmin': 'TRUE' });
    const kid = await reseller({}, parent);
    const adm = { name: `kid${made}`, displayname: 'K', password: 'k' };
    const refused = await world.resellers('create', { adm }, parent);
    expectRefused(refused, 'Maximum number of subadmins per subadmin reached: 1');
    expectDone(await world.resellers('delete', { adm: { name: kid.login } }, parent));
    idOf(returnedOne(await world.resellers('create', { adm }, parent)));
  });

  it('contexts of the master admin are exempt', async () => {
    const id = await context(world.master, { restriction: toRestrictions({ 'Context.MaxUser': 1 }) });
    await user(world.master, id);
    await user(world.master, id);
  });

  describe('of a context', () => {
    it('are shown by getData and getRestrictionsFromContext, and sent back whole they stay', async () => {
      const as = await reseller({});
      const limits = { 'Context.MaxUser': 7, 'Context.MaxUserByModuleaccess_pim': 5 };
      const id = await context(as, { restriction: toRestrictions(limits) });
      const read = async () => returnedOne(await world.contexts('getData', { ctx: { id } }, as));
      const before = await read();
      const texts = { 'Context.MaxUser': '7', 'Context.MaxUserByModuleaccess_pim': '5' };
      expect(restrictionsIn(before, 'restriction')).to.deep.equal(texts);
      for (const by of [as, world.master]) {
        expectDone(await world.contexts('change', { ctx: before }, by));
        expect(await read()).to.deep.equal(before);
        const params = { ctx: { id } };
        const alone = returned(await world.resellers('getRestrictionsFromContext', params, by));
        expect(shown(alone)).to.deep.equal(texts);
      }
    });
    it('are checked by name and value, inside a StorageException', async () => {
      const bad: [SoapParams, string][] = [
        [
          { name: 'Subadmin.MaxContext', value: 1 },
          'Restriction Subadmin.MaxContext cannot be applied to context',
        ],
        [{ value: 1 }, 'Restriction name must be set'],
        [{ name: 'Context.MaxUser' }, 'Restriction value must be set'],
        [{ name: 'Context.Nothing', value: 1 }, 'No restriction named Context.Nothing found in database'],
        [
          { name: 'Context.MaxUserByModuleaccess_none', value: 1 },
          'No restriction named Context.MaxUserByModuleaccess_none found in database',
        ],
      ];
      const as = await reseller({});
      const id = await context(as);
      for (const [restriction, text] of bad) {
        expectRefused(await createContext(as, { restriction: [restriction] }), text);
        expectRefused(await world.contexts('change', { ctx: { id, restriction: [restriction] } }, as), text);
      }
    });
    it('a child shows its parent’s, as an owner too', async () => {
      const parent = await reseller({ 'Subadmin.MaxContext': 9, 'Subadmin.CanCreateSubadmin': 'true' });
      const kid = await reseller({}, parent);
      const id = await context(kid);
      const owner = child(returnedOne(await world.contexts('getData', { ctx: { id } }, kid)), 'owner');
      if (!owner) throw new Error('no owner');
      expect(restrictionsIn(owner, 'restrictions')).to.deep.equal({ 'Subadmin.MaxContext': '9' });
    });
  });
});
