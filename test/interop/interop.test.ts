import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabases } from '../support/database/databases.js';
import {
  interopStacks,
  tellStory,
  type InteropStack,
  type ToldStory,
} from '../support/interop/interop-stacks.js';
import { startTestApp } from '../support/processes/app.js';
import { requirePart } from '../support/processes/require-part.js';

for (const stack of interopStacks) {
  describe(`interop: ${stack.name}`, function () {
    let directory: string;

    before(async function () {
      requirePart(this, stack.name, stack.isInstalled());
      directory = await mkdtemp(join(tmpdir(), 'oxbow-interop-'));
    });

    after(async () => {
      if (directory) await rm(directory, { recursive: true });
    });

    for (const database of testDatabases) {
      describe(`on ${database.name}`, function () {
        let told: ToldStory;

        before(async function () {
          requirePart(this, database.part, database.isInstalled());
          this.timeout(300_000); // the first one may have to compile the client
          told = await tellOn(await database.url(), stack, directory);
        });

        for (const step of stack.story) {
          it(step.name, () => {
            if (!told.values.has(step.name)) throw new Error(`the program ended before: ${told.errors}`);
            step.check(told.values.get(step.name), told.values);
          });
        }

        it('ends well', () => expect(told.exitCode, told.errors).to.equal(0));
      });
    }
  });
}

async function tellOn(databaseUrl: string, stack: InteropStack, directory: string): Promise<ToldStory> {
  const app = await startTestApp({ databaseUrl });
  try {
    const command = await stack.command(app.url, directory);
    return await tellStory(command, [app.url, app.masterLogin, app.masterPassword]);
  } finally {
    await app.stop();
  }
}
