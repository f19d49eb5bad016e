import { expect } from 'chai';
import { seededRandom } from '../../src/qa/seed/generate-seed.js';
import { testDatabases } from '../support/database/databases.js';
import { ChangeHistory } from '../support/history/change-history.js';
import { objectKinds } from '../support/history/changing-objects.js';
import { registerComplaints, type RegisterEvent } from '../support/history/register-history.js';
import { startTestApp, type TestApp } from '../support/processes/app.js';
import { requirePart } from '../support/processes/require-part.js';
import { RawSoap } from '../support/wire/raw-soap.js';
import { scalars } from '../support/wire/xml-tree.js';
import { World } from '../wire/fixtures.js';

/** `npm run test:fault` makes it longer. */
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 1);
const writersPerObject = 4;
const changesPerWriter = 10 * rounds;

for (const database of testDatabases) {
  describe(`fault: no update is lost, on ${database.name} (issue 12, E)`, function () {
    this.timeout(120_000 + 60_000 * rounds);
    let started: World | undefined;
    let world: World;
    let second: TestApp | undefined;
    let clients: RawSoap[] = [];
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      const databaseUrl = await database.url();
      world = started = await World.start({}, databaseUrl);
      clients = [world.soap];
      if (database.name !== 'MariaDB') return;
      second = await startTestApp({ databaseUrl });
      clients.push(new RawSoap(second.url));
    });
    after(async () => {
      await second?.stop();
      await started?.stop();
    });

    /** Whether a password lets the user or reseller in. */
    const letsIn = async ({ kind, target }: ChangeHistory, password: string): Promise<boolean> => {
      const { name: login = '' } = scalars(await kind.read(world.soap, world, target));
      const as = { login, password };
      const answer =
        kind.kind === 'user'
          ? await world.users('getData', { ctx: world.ctx, user: { id: target.id } }, as)
          : await world.resellers('list', { search_pattern: 'nobody' }, as);
      return answer.fault === undefined;
    };

    it(`${writersPerObject} writers on each of ${objectKinds.length} kinds of objects`, async () => {
      const random = seededRandom(12);
      const histories = await Promise.all(
        objectKinds.map((kind) => ChangeHistory.begin(world, clients, random, kind)),
      );
      await Promise.all(
        histories.flatMap((history) =>
          Array.from({ length: writersPerObject }, () => history.work(changesPerWriter)),
        ),
      );
      for (const history of histories) {
        await history.end();
        for (const password of history.passwords())
          if (await letsIn(history, password)) {
            history.passwordIs(password);
            break;
          }
      }
      expect(histories.flatMap((history) => history.complaints())).to.deep.equal([]);
      const acknowledged = histories.reduce((sum, { counts }) => sum + counts.acknowledged, 0);
      const made = objectKinds.length * writersPerObject * changesPerWriter;
      expect(acknowledged, 'most changes are made').to.be.greaterThan(made / 2);
    });
  });
}

describe('fault: the checker of lost updates itself', () => {
  const write = (
    value: string,
    begun: number,
    ended: number,
    more: Partial<RegisterEvent> = {},
  ): RegisterEvent => {
    return { kind: 'write', value, begun, ended, ...more };
  };
  const read = (value: string, begun: number, ended: number): RegisterEvent => {
    return { kind: 'read', value, begun, ended };
  };
  const fine: Readonly<Record<string, RegisterEvent[]>> = {
    'nothing happens': [read('first', 1, 2)],
    'one after the other': [write('a', 1, 2), read('a', 3, 4), write('b', 5, 6), read('b', 7, 8)],
    'two at once, the first wins': [write('a', 1, 4), write('b', 2, 3), read('a', 5, 6)],
    'two at once, the second wins': [write('a', 1, 4), write('b', 2, 3), read('b', 5, 6)],
    'seen while it is written': [write('a', 1, 6), read('a', 2, 3), read('a', 4, 5)],
    'a read at the same time shows what was before': [write('a', 1, 4), read('first', 2, 3), read('a', 5, 6)],
    'never answered, never seen': [write('a', 1, Infinity), read('first', 2, 3)],
    'never answered, seen late': [write('a', 1, Infinity), read('first', 2, 3), read('a', 4, 5)],
    'refused and not there': [write('a', 1, 2, { isRefused: true }), read('first', 3, 4)],
  };
  const planted: Readonly<Record<string, [RegisterEvent[], RegExp]>> = {
    'an update is lost': [[write('a', 1, 2), read('first', 3, 4)], /^a was acknowledged and lost/],
    'the old value comes back with the change of another field': [
      [write('a', 1, 2), write('b', 3, 4), read('a', 5, 6)],
      /^b was acknowledged and lost: a was there before and after/,
    ],
    'it is there and gone again': [
      [write('a', 1, 2), read('a', 3, 4), read('first', 5, 6)],
      /replace each other/,
    ],
    'two reads disagree about the order': [
      [write('a', 1, 8), write('b', 2, 9), read('a', 3, 4), read('b', 5, 6), read('a', 10, 11)],
      /^b was acknowledged and lost/,
    ],
    'refused, but there': [[write('a', 1, 2, { isRefused: true }), read('a', 3, 4)], /nobody wrote/],
    'seen before it was asked for': [[read('a', 1, 2), write('a', 3, 4)], /before it was written/],
  };
  for (const [name, events] of Object.entries(fine))
    it(`has nothing to say: ${name}`, () => {
      expect(registerComplaints('first', events)).to.deep.equal([]);
    });
  for (const [name, [events, complaint]] of Object.entries(planted))
    it(`complains: ${name}`, () => {
      expect(registerComplaints('first', events).join('\n')).to.match(complaint);
    });
});
