import { expect } from 'chai';
import { ConsoleClient } from '../../support/console/console-client.js';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectDone, expectFault, returnedOne } from '../../support/wire/raw-soap.js';
import { adminData, idOf, World } from '../fixtures.js';

const fast = { passwordMech: 'SHA-512' };

for (const database of testDatabases)
  describe(`wire: an id or a name that somebody else had before, on ${database.name} (issue 12, D 4)`, function () {
    this.timeout(120_000);
    let world: World;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({ LOGIN_FAILURES_ALLOWED: '3' }, await database.url());
    });
    after(() => world?.stop());

    const former = { login: 'former', password: 'former-1' };
    const next = { login: 'next', password: 'next-1' };
    const id = 4711;
    const admin = { login: 'boss', password: 'boss-secret' };
    const create = async (as: { login: string; password: string }) => {
      const admin_user = { ...adminData('boss'), name: admin.login, password: admin.password, ...fast };
      const made = await world.contexts(
        'create',
        { ctx: { id, name: `${as.login}_firm`, maxQuota: 10 }, admin_user },
        as,
      );
      expect(idOf(returnedOne(made))).to.equal(id);
    };
    const byAdmin = (password = admin.password) =>
      world.users('listAll', { ctx: { id } }, { ...admin, password });
    const pages = async (as: { login: string; password: string }): Promise<string> => {
      const client = await ConsoleClient.loggedIn(world.url, as);
      return (await client.get('/requests')).text + (await client.get('/')).text;
    };

    it('the next owner of a context id sees no request of the former, and is not refused for its guesses', async () => {
      await world.newReseller(former, fast);
      await world.newReseller(next, fast);
      await create(former);
      expectDone(await byAdmin());
      for (let guess = 0; guess < 6; guess += 1)
        expectFault(await byAdmin(`guess-${guess}`), 'InvalidCredentialsException', /./);
      expectFault(await byAdmin(), 'InvalidCredentialsException', /./);
      expect(await pages(former))
        .to.contain('boss')
        .and.contain('listAll');
      expectDone(await world.contexts('delete', { ctx: { id } }, former));
      await create(next);
      const seen = await pages(next);
      expect(seen)
        .to.contain('>create<')
        .and.not.contain('boss')
        .and.not.contain('listAll')
        .and.not.contain('former');
      expectDone(await byAdmin());
      expect(await pages(next))
        .to.contain('boss')
        .and.contain('listAll');
      expect(await pages(former)).to.not.contain('listAll');
    });

    it('the next reseller of a name sees no request of the former, whether made or renamed', async () => {
      const login = { login: 'brand', password: 'brand-1' };
      await world.newReseller(login, fast);
      expectDone(await world.contexts('listAll', {}, login));
      expect(await pages(login)).to.contain('listAll');
      const other = { login: 'other', password: 'brand-2' };
      await world.newReseller(other, fast);
      expectDone(await world.resellers('delete', { adm: { name: 'brand' } }));
      const adm = { id: await resellerId('other') };
      expectDone(await world.resellers('change', { adm: { ...adm, name: 'brand' } }));
      expect(await pages({ ...login, password: other.password })).to.not.contain('listAll');
      expectDone(await world.resellers('delete', { adm: { name: 'brand' } }));
      await world.newReseller({ ...login, password: 'brand-3' }, fast);
      expect(await pages({ ...login, password: 'brand-3' })).to.not.contain('listAll');
    });

    const resellerId = async (name: string): Promise<number> =>
      idOf(returnedOne(await world.resellers('getData', { adm: { name } })));
  });
