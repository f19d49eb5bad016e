import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { startTestApp, type TestApp } from '../../support/processes/app.js';
import { requirePart } from '../../support/processes/require-part.js';
import {
  expectFault,
  RawSoap,
  returned,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { adminData, userData, World, type Login } from '../fixtures.js';

const CALLS = 30;

/** Creates at the same time, sent in turn to two processes' worth of app on one database. */
for (const database of testDatabases) {
  describe(`wire: restrictions against many at once, on ${database.name}`, function () {
    this.timeout(180_000);
    let world: World | undefined;
    let second: TestApp | undefined;
    let clients: RawSoap[] = [];
    let made = 0;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      const databaseUrl = await database.url();
      world = await World.start({}, databaseUrl);
      await world.shareDomain();
      second = await startTestApp({ databaseUrl });
      clients = [world.soap, new RawSoap(second.url)];
    });
    after(async () => {
      await second?.stop();
      await world?.stop();
    });
    const running = (): World => {
      if (!world) throw new Error('not started');
      return world;
    };

    const reseller = async (limits: Record<string, number | 'true'>, as?: Login): Promise<Login> => {
      const login = { login: `many${(made += 1)}`, password: 'secret' };
      const restrictions = Object.entries(limits).map(([name, value]) => ({ name, value }));
      await running().newReseller(login, as ? {} : { restrictions }, as ?? running().master);
      return login;
    };
    const context = (as: Login, ctx: SoapParams = {}) =>
      running().newContext(`${as.login}_${(made += 1)}`, { as, ctx });
    const atOnce = (call: (soap: RawSoap, index: number) => Promise<SoapAnswer>) =>
      Promise.all(
        Array.from({ length: CALLS }, (_, index) => {
          const soap = clients[index % clients.length];
          if (!soap) throw new Error('not started');
          return call(soap, index);
        }),
      );
    const user = (soap: RawSoap, as: Login, contextId: number, index: number, access?: string) => {
      const usrdata = userData(`at-once-${(made += 1)}-${index}`, { passwordMech: 'SHA-512' });
      const params = { ctx: { id: contextId }, usrdata };
      return access === undefined
        ? soap.call('OXResellerUserService', 'create', params, as)
        : soap.call(
            'OXResellerUserService',
            'createByModuleAccessName',
            { ...params, access_combination_name: access },
            as,
          );
    };
    const usersOf = async (as: Login, contextIds: number[]) => {
      const found = contextIds.map(
        async (id) => returned(await running().users('listAll', { ctx: { id } }, as)).length,
      );
      return (await Promise.all(found)).reduce((sum, count) => sum + count, 0);
    };
    /** Exactly so many went through, and all others were told why not. */
    const expectOnly = (answers: SoapAnswer[], through: number, text: RegExp): void => {
      const refused = answers.filter((answer) => answer.fault);
      for (const answer of refused) expectFault(answer, 'StorageException', text);
      expect(answers.length - refused.length).to.equal(through);
    };

    it('MaxOverallUser over several contexts, some of them a child’s', async () => {
      const parent = await reseller({ 'Subadmin.MaxOverallUser': 16, 'Subadmin.CanCreateSubadmin': 'true' });
      const kid = await reseller({}, parent);
      const ids: number[] = [];
      for (const as of [parent, kid, parent, kid, parent, kid]) ids.push(await context(as));
      const answers = await atOnce((soap, index) => user(soap, parent, ids[index % 6] ?? 0, index));
      expectOnly(answers, 10, /Maximum overall number of contexts reached: 16/);
      expect(await usersOf(parent, ids)).to.equal(16);
    });

    it('users by module access, created and changed', async () => {
      const name = 'Subadmin.MaxOverallUserByModuleaccess_drive';
      const as = await reseller({ [name]: 5 });
      const ids = [await context(as), await context(as)] as const;
      const text = new RegExp(`moduleaccess reached: ${name}:5`);
      const first = await atOnce((soap, index) => user(soap, as, ids[index % 2 ? 0 : 1], index, 'pim'));
      expect(first.filter((answer) => answer.fault)).to.deep.equal([]);
      const present = await Promise.all(
        ids.map(async (id) => {
          const nodes = returned(
            await running().users('list', { ctx: { id }, search_pattern: 'at-once*' }, as),
          );
          return nodes.map((node) => ({
            ctx: { id },
            user: { id: node.children.find((c) => c.local === 'id')?.text },
          }));
        }),
      );
      const targets = present.flat();
      const answers = await atOnce((soap, index) =>
        index % 3 === 0
          ? user(soap, as, ids[0], index, 'drive')
          : soap.call(
              'OXResellerUserService',
              'changeByModuleAccessName',
              { ...targets[index], access_combination_name: 'drive' },
              as,
            ),
      );
      expectOnly(answers, 5, text);
    });

    it('MaxUser of one context', async () => {
      const as = await reseller({});
      const id = await context(as, { restriction: [{ name: 'Context.MaxUser', value: 8 }] });
      const answers = await atOnce((soap, index) => user(soap, as, id, index));
      expectOnly(answers, 7, /Maximum number of users per context reached: 8/);
      expect(await usersOf(as, [id])).to.equal(8);
    });

    it('MaxContext, by a parent and its child, each for itself', async () => {
      const parent = await reseller({ 'Subadmin.MaxContext': 3, 'Subadmin.CanCreateSubadmin': 'true' });
      const kid = await reseller({}, parent);
      const answers = await atOnce((soap, index) => {
        const as = index % 2 ? parent : kid;
        const name = `${as.login}_at_once_${index}`;
        const admin_user = adminData(name, { passwordMech: 'SHA-512' });
        const params = { ctx: { name, maxQuota: 10 }, admin_user };
        return soap.call('OXResellerContextService', 'create', params, as);
      });
      expectOnly(answers, 6, /Maximum number of contexts reached: 3/);
      expect(returned(await running().contexts('listAll', {}, kid))).to.have.length(3);
      expect(returned(await running().contexts('listAll', {}, parent))).to.have.length(6);
    });

    it('MaxSubadmin', async () => {
      const as = await reseller({ 'Subadmin.MaxSubadmin': 4, 'Subadmin.CanCreateSubadmin': 'true' });
      const answers = await atOnce((soap, index) => {
        const adm = {
          name: `${as.login}-${index}`,
          displayname: 'K',
          password: 'k',
          passwordMech: 'SHA-512',
        };
        return soap.call('OXResellerService', 'create', { adm }, as);
      });
      expectOnly(answers, 4, /Maximum number of subadmins per subadmin reached: 4/);
      expect(returned(await running().resellers('list', { search_pattern: '*' }, as))).to.have.length(4);
    });
  });
}
