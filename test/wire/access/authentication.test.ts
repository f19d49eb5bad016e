import { expect } from 'chai';
import { contract } from '../../support/wire/contract-snapshot.js';
import {
  expectFault,
  returned,
  returnedOne,
  type Credentials,
  type SoapAnswer,
} from '../../support/wire/raw-soap.js';
import { adminData, userData, World } from '../fixtures.js';

const UPPER = 'Authentication failed';
const LOWER = 'authentication failed';
const USER_OPERATIONS = [
  ...['create', 'createByModuleAccess', 'createByModuleAccessName', 'change', 'changeByModuleAccess'],
  ...[
    'changeByModuleAccessName',
    'delete',
    'deleteMultiple',
    'getData',
    'getMultipleData',
    'list',
    'listAll',
  ],
  ...['listCaseInsensitive', 'exists', 'getModuleAccess', 'getAccessCombinationName', 'getContextAdmin'],
];
/** Where an ordinary user may be somebody: he gets his own texts there. */
const OWN_OPERATIONS = ['change', 'getData', 'getMultipleData'];
const CONTEXT_OPERATIONS = ['change', 'delete', 'getData', 'exists', 'enable', 'disable'];
const PLATFORM_OPERATIONS = ['create', 'createModuleAccess', 'createModuleAccessByName', 'list', 'listAll'];
const RESELLER_OPERATIONS = ['create', 'change', 'delete', 'getData', 'list'];

/** Arguments that would do if only the login were right; user 3 is alice. */
function argumentsOf(operation: string): object {
  if (operation === 'change') return { usrdata: { id: 3, note: 'x' } };
  if (operation.startsWith('create')) {
    const extras = { createByModuleAccess: { access: { webmail: true } }, createByModuleAccessName: NAMED };
    return { usrdata: userData('never'), ...extras[operation as keyof typeof extras] };
  }
  if (operation.startsWith('list') || operation === 'getContextAdmin') return {};
  if (/Multiple/.test(operation)) return { users: [{ id: 3 }] };
  const extras = {
    changeByModuleAccess: { moduleAccess: { webmail: true } },
    changeByModuleAccessName: NAMED,
  };
  return { user: { id: 3 }, ...extras[operation as keyof typeof extras] };
}
const NAMED = { access_combination_name: 'webmail' };

describe('wire: who may what, and how a refusal reads (docs/contract/authentication.md#3, docs/contract/authentication.md#2, docs/contract/choices.md#4)', function () {
  this.timeout(90_000);
  let world: World;
  let principals: Record<string, Credentials | undefined>;
  before(async () => {
    world = await World.start();
    await world.newReseller({ login: 'rival', password: 'rival-secret' });
    await world.newUser('alice');
    principals = {
      'master, wrong password': { ...world.master, password: 'wrong' },
      'owner, wrong password': { ...world.reseller, password: 'wrong' },
      'context admin, wrong password': { ...world.contextAdmin, password: 'wrong' },
      'rival, right password': { login: 'rival', password: 'rival-secret' },
      'rival, wrong password': { login: 'rival', password: 'wrong' },
      'user, right password': { login: 'alice', password: 'pw-alice' },
      'unknown login': { login: 'nobody', password: 'x' },
      'empty login': { login: '', password: '' },
      'nil login': { login: null, password: null },
      'no auth element': undefined,
    };
  });
  after(() => world.stop());

  const refused = (answer: SoapAnswer, text: string): void =>
    expectFault(answer, 'InvalidCredentialsException', text);
  const call = (service: string, operation: string, params: object, as: Credentials | undefined) =>
    world.soap.call(service, operation, { ...params }, as);

  describe('user service', () => {
    const texts: Record<string, string> = {
      'master, wrong password': UPPER,
      'owner, wrong password': LOWER,
      'context admin, wrong password': UPPER,
      'rival, right password': UPPER,
      'rival, wrong password': UPPER,
      'unknown login': UPPER,
      'empty login': LOWER,
      'nil login': LOWER,
      'no auth element': LOWER,
    };
    for (const [who, text] of Object.entries(texts)) {
      it(`${who}: ${text}`, async () => {
        for (const operation of USER_OPERATIONS) {
          // The password of an ordinary login is checked as that user's own. Source: docs/contract/authentication.md#3.
          const own = OWN_OPERATIONS.includes(operation) && who.startsWith('context admin');
          const params = { ctx: world.ctx, ...argumentsOf(operation) };
          const answer = await call('OXResellerUserService', operation, params, principals[who]);
          if (own) expect(answer.fault?.text, operation).to.match(/^Authentication failed/);
          else refused(answer, text);
        }
      });
    }

    it('an ordinary user on what only admins may', async () => {
      for (const operation of USER_OPERATIONS.filter((name) => !OWN_OPERATIONS.includes(name))) {
        for (const password of ['pw-alice', 'wrong']) {
          const as = { login: 'alice', password };
          const params = { ctx: world.ctx, ...argumentsOf(operation) };
          refused(await call('OXResellerUserService', operation, params, as), UPPER);
        }
      }
    });
    it('an ordinary user with a wrong password of his own', async () => {
      const as = { login: 'alice', password: 'wrong' };
      for (const operation of OWN_OPERATIONS) {
        const params = { ctx: world.ctx, ...argumentsOf(operation) };
        const answer = await call('OXResellerUserService', operation, params, as);
        refused(answer, 'Authentication failed for user alice');
      }
    });
    it('an unknown context and a wrong login tell nothing', async () => {
      for (const operation of USER_OPERATIONS) {
        for (const who of ['master, wrong password', 'unknown login', 'no auth element']) {
          const params = { ctx: { id: 99999 }, ...argumentsOf(operation) };
          const text = who === 'no auth element' ? LOWER : UPPER;
          refused(await call('OXResellerUserService', operation, params, principals[who]), text);
        }
      }
    });
    it('master, owner and context admin all may', async () => {
      for (const as of [world.master, world.reseller, world.contextAdmin]) {
        const answer = await world.users('list', { ctx: world.ctx, search_pattern: 'alice' }, as);
        expect(returned(answer)).to.have.length(1);
        const made = { ctx: world.ctx, usrdata: userData(`by-${as.login}`) };
        returnedOne(await world.users('create', made, as));
      }
    });
  });

  describe('context service', () => {
    const named: Record<string, string> = {
      'master, wrong password': UPPER,
      'owner, wrong password': LOWER,
      'context admin, wrong password': UPPER,
      'rival, right password': UPPER,
      'rival, wrong password': UPPER,
      'user, right password': UPPER,
      'unknown login': UPPER,
      'empty login': LOWER,
      'no auth element': LOWER,
    };
    for (const [who, text] of Object.entries(named)) {
      it(`where a context is named, ${who}: ${text}`, async () => {
        for (const operation of CONTEXT_OPERATIONS) {
          const answer = await call(
            'OXResellerContextService',
            operation,
            { ctx: world.ctx },
            principals[who],
          );
          refused(answer, text);
        }
      });
    }
    const contextExtras = (operation: string): object =>
      operation === 'createModuleAccess'
        ? { access: { webmail: true } }
        : operation === 'createModuleAccessByName'
          ? NAMED
          : {};
    const unnamed: Record<string, string> = {
      'master, wrong password': UPPER,
      'owner, wrong password': LOWER,
      'context admin, wrong password': LOWER,
      'rival, wrong password': LOWER,
      'unknown login': LOWER,
      'empty login': LOWER,
      'nil login': LOWER,
      'no auth element': LOWER,
    };
    for (const [who, text] of Object.entries(unnamed)) {
      it(`where none is named, ${who}: ${text}`, async () => {
        for (const operation of PLATFORM_OPERATIONS) {
          const create = { ctx: { name: 'never', maxQuota: 1 }, admin_user: adminData('never') };
          const params = operation.startsWith('create') ? { ...create, ...contextExtras(operation) } : {};
          const answer = await call('OXResellerContextService', operation, params, principals[who]);
          const isWithoutAuth = who === 'no auth element' && operation.startsWith('create');
          refused(answer, isWithoutAuth ? 'credential object is null' : text);
        }
      });
    }
    it('an unknown context: only the master is told', async () => {
      const ctx = { id: 99999 };
      for (const operation of ['getData', 'delete', 'enable', 'disable', 'change']) {
        const asMaster = await world.contexts(operation, { ctx }, world.master);
        expectFault(asMaster, 'NoSuchContextException', 'Context 99999 does not exist');
        refused(await world.contexts(operation, { ctx }), UPPER);
        refused(await world.contexts(operation, { ctx }, principals['unknown login']), UPPER);
      }
      for (const as of [world.master, world.reseller]) {
        expect(returnedOne(await world.contexts('exists', { ctx }, as)).text).to.equal('false');
      }
    });
    it('a name that does not exist is not told to a wrong login', async () => {
      for (const who of ['master, wrong password', 'unknown login', 'no auth element']) {
        const answer = await call(
          'OXResellerContextService',
          'getData',
          { ctx: { name: 'ghost' } },
          principals[who],
        );
        expect(answer.fault?.text).to.match(/^authentication failed/i);
      }
    });
  });

  describe('reseller service and OXaaSService', () => {
    const texts: Record<string, string> = {
      'master, wrong password': UPPER,
      'owner, wrong password': LOWER,
      'context admin, wrong password': LOWER,
      'unknown login': LOWER,
      'empty login': LOWER,
      'no auth element': LOWER,
    };
    for (const [who, text] of Object.entries(texts)) {
      it(`reseller service, ${who}: ${text}`, async () => {
        for (const operation of RESELLER_OPERATIONS) {
          const adm = operation === 'list' ? {} : { adm: { name: 'reseller1', displayname: 'x' } };
          refused(await call('OXResellerService', operation, adm, principals[who]), text);
        }
      });
    }
    it('OXaaSService answers like the user service', async () => {
      for (const who of Object.keys(principals)) {
        for (const operation of ['setMailQuota', 'getMailQuota', 'getQuotaUsagePerUser']) {
          const quota = operation === 'setMailQuota' ? { quota: 5 } : {};
          const params = { ctxid: world.contextId, usrid: 3, ...quota };
          const answer = await call('OXaaSService', operation, params, principals[who]);
          refused(answer, /^(owner|empty|nil|no auth)/.test(who) ? LOWER : UPPER);
        }
      }
    });
  });

  describe('authentication first, even when arguments are missing (docs/contract/choices.md#4)', () => {
    it('user service', async () => {
      for (const operation of USER_OPERATIONS) {
        const params = { ctx: world.ctx };
        const answer = await call('OXResellerUserService', operation, params, principals['unknown login']);
        expect(answer.fault?.text, operation).to.match(/^authentication failed/i);
      }
    });
    it('context service', async () => {
      for (const operation of PLATFORM_OPERATIONS) {
        const answer = await call('OXResellerContextService', operation, {}, principals['unknown login']);
        expect(answer.fault?.text, operation).to.match(/^authentication failed/i);
      }
    });
    it('reseller service', async () => {
      for (const operation of RESELLER_OPERATIONS) {
        const answer = await call('OXResellerService', operation, {}, principals['unknown login']);
        expect(answer.fault?.text, operation).to.match(/^authentication failed/i);
      }
    });
  });

  it('a right password does not open the door for a wrong one, and no password is echoed', async () => {
    for (const login of [world.master, world.reseller, world.contextAdmin]) {
      const params = { ctx: world.ctx, search_pattern: 'alice' };
      returned(await world.users('list', params, login));
      const wrong = { login: login.login, password: `${login.password}-not-it` };
      const answer = await world.users('list', params, wrong);
      expect(answer.fault?.exception).to.equal('InvalidCredentialsException');
      expect(answer.xml).not.to.include('not-it');
      expect(answer.xml).not.to.include(login.password);
    }
  });

  it('no password is ever logged', async () => {
    const usrdata = userData('logged', { password: 'never-in-a-log' });
    returnedOne(await world.users('create', { ctx: world.ctx, usrdata }));
    const mine = { login: 'logged', password: 'never-in-a-log' };
    await world.users('list', { ctx: world.ctx, search_pattern: '*' }, mine);
    const log = world.log();
    expect(log).to.match(/create/);
    for (const secret of ['never-in-a-log', world.master.password, 'rival-secret', 'admin-secret', '$2b$']) {
      expect(log).not.to.include(secret);
    }
  });

  it('every operation of the contract is at least known to the server', async () => {
    for (const [service, { operations }] of Object.entries(contract.services)) {
      for (const operation of Object.keys(operations)) {
        const answer = await call(service, operation, {}, undefined);
        expect(answer.fault?.text, `${service}.${operation}`).to.be.a('string');
        expect(answer.fault?.code, `${service}.${operation}`).to.match(/:Server$/);
      }
    }
  });
});
