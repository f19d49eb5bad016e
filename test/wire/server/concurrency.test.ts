import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectFault, returned, returnedOne } from '../../support/wire/raw-soap.js';
import { idOf, userData, World } from '../fixtures.js';

const SAME_NAME_CALLS = 200;
const DIFFERENT_NAMES = 40;

for (const database of testDatabases) {
  describe(`wire: at the same time, on ${database.name} (issue 2, done when 5)`, function () {
    this.timeout(180_000);
    let world: World | undefined;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({}, await database.url());
    });
    after(() => world?.stop());
    const running = (): World => {
      if (!world) throw new Error('not started');
      return world;
    };
    const inParallel = <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: count }, (_, index) => call(index)));

    it(`${SAME_NAME_CALLS} creates of one name: one user, a clear fault for each other`, async () => {
      const { ctx } = running();
      const answers = await inParallel(SAME_NAME_CALLS, () =>
        running().users('create', { ctx, usrdata: userData('same') }),
      );
      const refused = answers.filter((answer) => answer.fault);
      expect(refused).to.have.length(SAME_NAME_CALLS - 1);
      const clear =
        /^(User same already exists in this context|The displayname is already used|Primary mail address "same@example\.org" already exists)/;
      for (const answer of refused) expectFault(answer, 'InvalidDataException', clear);
      const found = returned(await running().users('list', { ctx, search_pattern: 'same' }));
      expect(found).to.have.length(1);
    });

    it('the login alone decides as well', async () => {
      const { ctx } = running();
      const answers = await inParallel(30, (index) => {
        const address = `login${index}@example.org`;
        const own = { display_name: `Login ${index}`, primaryEmail: address, email1: address };
        return running().users('create', { ctx, usrdata: userData('onelogin', own) });
      });
      const refused = answers.filter((answer) => answer.fault);
      expect(refused).to.have.length(29);
      const text = 'User onelogin already exists in this context';
      for (const answer of refused) expectFault(answer, 'InvalidDataException', text);
    });

    it('creates of different names: all of them, with ids of their own', async () => {
      const ids = await inParallel(DIFFERENT_NAMES, (index) => running().newUser(`different${index}`));
      expect(new Set(ids).size).to.equal(DIFFERENT_NAMES);
      const { ctx } = running();
      const found = returned(await running().users('list', { ctx, search_pattern: 'different*' })).map(idOf);
      expect(found).to.have.members(ids);
    });

    it('contexts at the same time get ids of their own', async () => {
      const ids = await inParallel(15, (index) => running().newContext(`reseller1_at_once${index}`));
      expect(new Set(ids).size).to.equal(15);
    });

    it('changes of one user lose nothing of each other', async () => {
      const id = await running().newUser('shared');
      await inParallel(20, (index) =>
        running().changed(id, { userAttributes: { config: { [`key${index}`]: String(index) } } }),
      );
      const xml = (await running().users('getData', { ctx: running().ctx, user: { id } })).xml;
      for (let index = 0; index < 20; index += 1) expect(xml).to.include(`key${index}<`);
    });

    it('one of several deletes wins, the others are told', async () => {
      const id = await running().newUser('mortal');
      const { ctx } = running();
      const answers = await inParallel(10, () =>
        running().users('delete', { ctx, user: { id }, reassign: 0 }),
      );
      const refused = answers.filter((answer) => answer.fault);
      expect(refused).to.have.length(9);
      for (const answer of refused) expect(answer.fault?.exception).to.equal('NoSuchUserException');
      const asked = await running().users('exists', { ctx, user: { id } });
      expect(returnedOne(asked).text).to.equal('false');
    });
  });
}
