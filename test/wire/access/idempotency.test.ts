import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import {
  envelope,
  expectFault,
  operationXml,
  returned,
  returnedOne,
  type Credentials,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { adminData, idOf, userData, World } from '../fixtures.js';

const usersService = 'OXResellerUserService';

for (const database of testDatabases) {
  describe(`wire: Idempotency-Key on ${database.name} (issue 6, point 2)`, function () {
    this.timeout(60_000);
    let world: World;
    let url: string;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      url = await database.url();
      world = await World.start({}, url);
      await world.shareDomain();
    });
    after(() => world?.stop());

    const keyed = (
      key: string,
      service: string,
      operation: string,
      params: SoapParams,
      as: Credentials = world.reseller,
    ): Promise<SoapAnswer> =>
      world.soap.post(service, envelope(operationXml(service, operation, params, as)), {
        'idempotency-key': key,
      });
    const create = (key: string, name: string, as?: Credentials, more: SoapParams = {}) =>
      keyed(key, usersService, 'create', { ctx: world.ctx, usrdata: userData(name, more) }, as);
    const count = async (pattern: string) =>
      returned(await world.users('list', { ctx: world.ctx, search_pattern: pattern })).length;
    const isReplayed = (answer: SoapAnswer) => answer.headers.get('idempotent-replayed') === 'true';
    const expectClientFault = (answer: SoapAnswer, text: RegExp) => {
      expect(answer.fault?.text, answer.xml).to.match(text);
      expect(answer.fault?.code).to.match(/:Client$/);
    };

    it('answers a repetition as the first time, and does it once', async () => {
      const key = randomUUID();
      const first = await create(key, 'once');
      const again = await create(key, 'once');
      expect(again.xml).to.equal(first.xml);
      expect([isReplayed(first), isReplayed(again)]).to.deep.equal([false, true]);
      expect(await count('once')).to.equal(1);
    });

    it('also where nothing else would tell: a context without name and id', async () => {
      const key = randomUUID();
      const ask = () =>
        keyed(key, 'OXResellerContextService', 'create', {
          ctx: { maxQuota: 10 },
          admin_user: adminData('nameless', { name: 'nameless' }),
        });
      expect(idOf(returnedOne(await ask()))).to.equal(idOf(returnedOne(await ask())));
    });

    it('twenty at the same time: one executes, all get its answer', async () => {
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 20 }, () => create(key, 'crowd')));
      expect(new Set(answers.map(({ xml }) => xml)).size).to.equal(1);
      expect(answers.filter((answer) => !isReplayed(answer))).to.have.length(1);
      expect(await count('crowd')).to.equal(1);
    });

    it('with other parameters: a clear fault', async () => {
      const key = randomUUID();
      returnedOne(await create(key, 'first-use'));
      expectClientFault(await create(key, 'second-use'), /was used for another request/);
      const otherPassword = await create(key, 'first-use', undefined, { password: 'another' });
      expectClientFault(otherPassword, /was used for another request/);
      expect(await count('second-use')).to.equal(0);
    });

    it('keeps nothing of a call that was refused', async () => {
      const key = randomUUID();
      const refused = await create(key, 'once', undefined, {
        display_name: 'x',
        primaryEmail: 'x',
        email1: 'x',
      });
      expect(refused.fault?.exception).to.equal('InvalidDataException');
      expect(idOf(returnedOne(await create(key, 'after-all')))).to.be.a('number');
    });

    it('belongs to one caller', async () => {
      const key = randomUUID();
      const ofReseller = returnedOne(await create(key, 'his'));
      const ofAdmin = returnedOne(await create(key, 'hers', world.contextAdmin));
      expect(idOf(ofReseller)).not.to.equal(idOf(ofAdmin));
      const wrong = await create(key, 'his', { ...world.reseller, password: 'wrong' });
      expectFault(wrong, 'InvalidCredentialsException', /authentication failed/i);
    });

    it('belongs to one context where two admins have one login and one password', async () => {
      const key = randomUUID();
      const other = { id: await world.newContext('reseller1_other', { adminLogin: world.contextAdmin }) };
      const ask = (ctx: { id: number }) =>
        keyed(
          key,
          usersService,
          'create',
          { ctx, usrdata: userData(`namesake${ctx.id}`) },
          world.contextAdmin,
        );
      const first = await ask(world.ctx);
      const second = await ask(other);
      for (const answer of [first, second]) expect(idOf(returnedOne(answer))).to.be.a('number');
      expect([isReplayed(first), isReplayed(second)]).to.deep.equal([false, false]);
      expect([isReplayed(await ask(world.ctx)), isReplayed(await ask(other))]).to.deep.equal([true, true]);
    });

    it('of a new context belongs to the caller, whichever id the context is to have', async () => {
      const key = randomUUID();
      const ask = (id: number) =>
        keyed(
          key,
          'OXResellerContextService',
          'create',
          { ctx: { id, name: `keyed${id}`, maxQuota: 10 }, admin_user: adminData('keyed') },
          world.master,
        );
      returnedOne(await ask(70_001));
      expectClientFault(await ask(70_002), /was used for another request/);
    });

    it('is not answered to a caller whose password is another meanwhile', async () => {
      const login = { login: `fleeting${Date.now()}`, password: 'old-secret' };
      const id = await world.newReseller(login);
      const ctx = { id: await world.newContext(`${login.login}_c`, { as: login }) };
      const key = randomUUID();
      const ask = () => keyed(key, usersService, 'create', { ctx, usrdata: userData('fleeting') }, login);
      returnedOne(await ask());
      const adm = { id, password: 'new-secret' };
      expect((await world.resellers('change', { adm })).fault).to.equal(undefined);
      expectFault(await ask(), 'InvalidCredentialsException', /authentication failed/i);
    });

    it('must be 1 to 255 printable characters', async () => {
      for (const key of ['x'.repeat(256), 'a\tb'])
        expectClientFault(await create(key, 'bad'), /1 to 255 printable/);
      returnedOne(await create('y'.repeat(255), 'longkey'));
    });

    it('is of no interest to other operations', async () => {
      const key = randomUUID();
      const list = () => keyed(key, usersService, 'listAll', { ctx: world.ctx });
      const before = returned(await list()).length;
      await world.newUser('one-more');
      expect(returned(await list())).to.have.length(before + 1);
    });

    it('is forgotten after 24 hours, and holds no password', async () => {
      const knex = connect(parseDatabaseUrl(url));
      try {
        const key = randomUUID();
        returnedOne(await create(key, 'aged', undefined, { password: 'very-secret-17' }));
        const rows = await knex('idempotency_keys').select('*');
        expect(JSON.stringify(rows)).not.to.match(/very-secret-17|"secret"/);
        await knex('idempotency_keys').update({ created_at_ms: Date.now() - 25 * 3_600_000 });
        const late = await create(key, 'aged', undefined, { password: 'very-secret-17' });
        expectFault(late, 'InvalidDataException', /already/);
        returnedOne(await create(key, 'aged-again'));
      } finally {
        await knex.destroy();
      }
    });
  });
}
