import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { testDatabases } from '../support/database/databases.js';
import { requirePart } from '../support/processes/require-part.js';
import { sampleOf } from '../support/sample.js';
import { exceptions } from './exceptions.js';
import { casesOf, subjects } from './observed-case.js';
import { ObservedServer } from './observed-server.js';
import { replayCase } from './replay-case.js';

const excepted = new Set(exceptions.flatMap(({ steps }) => steps));

for (const database of testDatabases) {
  describe(`as the original answered, on ${database.name}`, function () {
    this.timeout(60_000);
    const servers = new Map<string, Promise<ObservedServer>>();

    const serverWith = (settings: Readonly<Record<string, string>> = {}): Promise<ObservedServer> => {
      const key = JSON.stringify(settings);
      const server = servers.get(key) ?? database.url().then((url) => ObservedServer.start(url, settings));
      servers.set(key, server);
      return server;
    };

    before(function () {
      requirePart(this, database.part, database.isInstalled());
    });
    after(async () => {
      for (const server of servers.values()) await (await server).stop();
    });

    for (const subject of subjects)
      for (const observed of sampleOf(casesOf(subject), ({ id }) => `${subject}/${id}`))
        it(`${subject}/${observed.id}: ${observed.title}`, async () => {
          const found = await replayCase(await serverWith(observed.settings), observed);
          const differences: string[] = [];
          observed.steps.forEach((_step, index) => {
            const name = `${subject}/${observed.id}#${index + 1}`;
            const told = found.get(index + 1);
            if (told !== undefined && !excepted.has(name)) differences.push(`${name} ${told.join('; ')}`);
            if (told === undefined && excepted.has(name))
              differences.push(`${name} answers as the original: it is no exception any more`);
          });
          expect(differences).to.deep.equal([]);
        });
  });
}

describe('exceptions from what the original answered', () => {
  it('each is a step of the corpus, named once', () => {
    const steps = subjects.flatMap((subject) =>
      casesOf(subject).flatMap(({ id, steps: all }) =>
        all.map((_step, index) => `${subject}/${id}#${index + 1}`),
      ),
    );
    const named = exceptions.flatMap((exception) => exception.steps);
    expect(named.filter((step) => !steps.includes(step))).to.deep.equal([]);
    expect(named.filter((step, index) => named.indexOf(step) !== index)).to.deep.equal([]);
  });

  it('each is told in docs/compatibility.md', () => {
    const page = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8');
    for (const { documented } of exceptions) if (documented !== null) expect(page).to.include(documented);
  });
});
