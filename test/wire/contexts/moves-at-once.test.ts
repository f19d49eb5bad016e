import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectFault } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { World } from '../fixtures.js';

const quick = { passwordMech: 'SHA-512', maxQuota: 5 };
const rounds = 6;

for (const database of testDatabases) {
  describe(`wire: moves and deletes at once, on ${database.name}`, function () {
    this.timeout(60_000);
    let world: World;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({}, await database.url());
    });
    after(() => world?.stop());

    it('nobody is left in the storage of a user who is gone', async () => {
      for (let round = 0; round < rounds; round += 1) {
        const master = await world.newUser(`master${round}`, quick);
        const id = await world.newUser(`sharer${round}`, quick);
        const { ctx } = world;
        const masterUser = { id: master };
        const [move, deletion] = await Promise.all([
          world.users('moveFromUserFilestoreToMaster', { ctx, user: { id }, masterUser }),
          world.users('delete', { ctx, user: masterUser, reassign: 0 }),
        ]);
        const user = scalars(await world.getUser(id));
        if (deletion.fault) {
          expectFault(deletion, 'InvalidDataException', new RegExp(`User IDs: ${id}`));
          expect(move.fault).to.equal(undefined);
          const name = scalars(await world.getUser(master))['filestore_name'];
          expect(user).to.include({ filestore_name: name, usedQuota: null });
        } else {
          expectFault(move, 'NoSuchUserException', /No such user/);
          expect(user).to.include({ usedQuota: '0', maxQuota: '5' });
        }
      }
    });

    it('of two users who each want to share the storage of the other, one does', async () => {
      const [one, two] = [await world.newUser('one', quick), await world.newUser('two', quick)];
      const { ctx } = world;
      const join = (id: number, master: number) =>
        world.users('moveFromUserFilestoreToMaster', { ctx, user: { id }, masterUser: { id: master } });
      const answers = await Promise.all([join(one, two), join(two, one)]);
      const refused = answers.filter(({ fault }) => fault);
      expect(refused, 'one is the master of the other').to.have.length(1);
      expect(refused[0]?.fault?.exception).to.be.oneOf(['InvalidDataException', 'StorageException']);
    });
  });
}
