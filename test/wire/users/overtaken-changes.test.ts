import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { overtaken, type Place } from '../../support/database/overtaken.js';
import { objectKinds, together } from '../../support/history/changing-objects.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectDone } from '../../support/wire/raw-soap.js';
import { World } from '../fixtures.js';

/** One change is made and answered while another, of another field, waits between what it reads and what it writes. */
for (const database of testDatabases) {
  describe(`wire: changes that overtake each other, on ${database.name} (issue 12, E)`, function () {
    this.timeout(120_000);
    let started: World | undefined;
    let world: World;
    let serial = 0;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = started = await World.start({}, await database.url());
    });
    after(() => started?.stop());

    for (const kind of objectKinds) {
      const places: Place[] = kind.hasPassword
        ? ['before its hash', 'before its transaction']
        : ['before its transaction'];
      for (const place of places) {
        for (const late of kind.fields) {
          it(`${kind.kind}: ${late.name} waits ${place}, all other fields are changed meanwhile`, async () => {
            serial += 1;
            const mine = serial;
            const target = await kind.make(world, `overtaken${mine}`);
            const others = kind.fields.filter((field) => field !== late);
            const hashed =
              place === 'before its hash' ? { password: `new-${mine}`, passwordMech: 'BCRYPT' } : {};
            const change = { ...late.params(mine, target), ...hashed };
            const answer = await overtaken(
              place,
              () => kind.change(world.soap, world, target, change),
              async () => {
                const changes = together(others.map((field) => field.params(mine, target)));
                expectDone(await kind.change(world.soap, world, target, changes));
              },
            );
            expectDone(answer);
            const node = await kind.read(world.soap, world, target);
            const shown = Object.fromEntries(kind.fields.map((field) => [field.name, field.read(node)]));
            const wanted = Object.fromEntries(kind.fields.map((field) => [field.name, field.shown(mine)]));
            expect(shown).to.deep.equal(wanted);
          });
        }
      }
    }
  });
}
