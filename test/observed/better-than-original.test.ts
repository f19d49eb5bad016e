import { expect } from 'chai';
import { testDatabases } from '../support/database/databases.js';
import { requirePart } from '../support/processes/require-part.js';
import { expectDone, expectFault, returnedOne } from '../support/wire/raw-soap.js';
import { userData, World } from '../wire/fixtures.js';

const original = { COMPATIBILITY: 'original', MASTER_ACCOUNT_OVERRIDE: 'true' };

for (const database of testDatabases) {
  describe(`better than the original, also under its preset, on ${database.name}`, function () {
    this.timeout(60_000);
    let world: World | undefined;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start(original, await database.url());
    });
    after(() => world?.stop());
    const running = (): World => {
      if (!world) throw new Error('not started');
      return world;
    };

    it('four creates with one address at once make one user; the original makes four', async () => {
      const { ctx } = running();
      const address = { primaryEmail: 'one@example.org', email1: 'one@example.org' };
      const answers = await Promise.all(
        [1, 2, 3, 4].map((index) =>
          running().users('create', { ctx, usrdata: userData(`address${index}`, address) }),
        ),
      );
      const refused = answers.filter(({ fault }) => fault);
      expect(refused).to.have.length(3);
      for (const answer of refused)
        expectFault(
          answer,
          'InvalidDataException',
          /^Primary mail address "one@example\.org" already exists/,
        );
    });

    it('eight contexts created at once are there; the original deadlocks', async () => {
      const ids = await Promise.all(
        Array.from({ length: 8 }, (_, index) => running().newContext(`at-once-${index}`)),
      );
      expect(new Set(ids).size).to.equal(8);
    });

    it('a whole user as getData shows it is accepted by change', async () => {
      const id = await running().newUser('whole', { maxQuota: 10 });
      const { ctx } = running();
      const shown = await running().getUser(id);
      expectDone(await running().users('change', { ctx, usrdata: shown }));
      expect(returnedOne(await running().users('exists', { ctx, user: { id } })).text).to.equal('true');
    });

    it('a whole context as getData shows it is accepted by change', async () => {
      const ctx = returnedOne(await running().contexts('getData', { ctx: running().ctx }, running().master));
      expectDone(await running().contexts('change', { ctx }, running().master));
    });
  });
}
