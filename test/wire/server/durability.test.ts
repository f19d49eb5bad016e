import { expect } from 'chai';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testDatabases } from '../../support/database/databases.js';
import { startNode } from '../../support/processes/node-program.js';
import { oxbowEntry } from '../../support/processes/oxbow-entry.js';
import { requirePart } from '../../support/processes/require-part.js';
import { RawSoap, returned, returnedOne } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { adminData, idOf, userData } from '../fixtures.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MASTER = { login: 'oxadminmaster', password: 'durable-secret-1' };

/** The real process on a free port, until it says that it listens. */
async function startProcess(databaseUrl: string): Promise<{ child: ChildProcess; soap: RawSoap }> {
  const child = startNode([oxbowEntry], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PORT: '0',
      DATABASE_URL: databaseUrl,
      MASTER_PASSWORD: MASTER.password,
    },
  });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /listening on (http:\/\/\S+)/.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`ended before it listened: ${output}`)));
  });
  return { child, soap: new RawSoap(url) };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

for (const database of testDatabases) {
  describe(`wire: kill -9 on ${database.name} (issue 2, done when 1 and 5)`, function () {
    this.timeout(120_000);
    const children: ChildProcess[] = [];
    before(function () {
      requirePart(this, database.part, database.isInstalled());
    });
    after(() => Promise.all(children.map((child) => kill(child, 'SIGKILL'))));

    it('every acknowledged user is there exactly once after the restart', async () => {
      const databaseUrl = await database.url();
      const first = await startProcess(databaseUrl);
      children.push(first.child);
      const users = (operation: string, params: object) =>
        first.soap.call('OXResellerUserService', operation, { ...params }, MASTER);
      const context = { ctx: { name: 'durable', maxQuota: 10 }, admin_user: adminData('durable') };
      const made = await first.soap.call('OXResellerContextService', 'create', context, MASTER);
      const ctx = { id: idOf(returnedOne(made)) };

      const acknowledged = new Map<number, string>();
      const attempts = Array.from({ length: 80 }, async (_, index) => {
        const name = `durable${index}`;
        try {
          const answer = await users('create', { ctx, usrdata: userData(name) });
          if (!answer.fault) acknowledged.set(idOf(returnedOne(answer)), name);
        } catch {
          // the connection went down with the process: not acknowledged
        }
        if (acknowledged.size >= 15) first.child.kill('SIGKILL');
      });
      await Promise.all(attempts);
      expect(acknowledged.size).to.be.within(15, 79);
      await kill(first.child, 'SIGKILL');

      const second = await startProcess(databaseUrl);
      children.push(second.child);
      const again = (operation: string, params: object) =>
        second.soap.call('OXResellerUserService', operation, { ...params }, MASTER);
      for (const [id, name] of acknowledged) {
        const read = scalars(returnedOne(await again('getData', { ctx, user: { id } })));
        expect(read).to.include({ name, primaryEmail: `${name}@example.org` });
      }
      const listed = returned(await again('list', { ctx, search_pattern: 'durable*' })).map(idOf);
      expect(new Set(listed).size).to.equal(listed.length);
      expect(listed).to.include.members([...acknowledged.keys()]);
      const half = await again('getMultipleData', { ctx, users: listed.map((id) => ({ id })) });
      for (const user of returned(half)) {
        const { name, aliases, email1 } = scalars(user);
        expect({ aliases, email1 }, 'no half-made user').to.deep.equal({
          aliases: `${name}@example.org`,
          email1: `${name}@example.org`,
        });
      }
      const next = await again('create', { ctx, usrdata: userData('after') });
      expect(listed).not.to.include(idOf(returnedOne(next)));
      await kill(second.child, 'SIGTERM');
      expect(second.child.exitCode).to.equal(0);
    });
  });
}
