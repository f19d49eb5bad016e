import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oxbowEntry } from '../support/processes/oxbow-entry.js';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram, type Program } from '../support/processes/require-program.js';
import { World } from '../wire/fixtures.js';
import { runHere } from './run-here.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = `${process.execPath} ${oxbowEntry}`;
const escape = '\u001b';

describe('on a terminal', function () {
  this.timeout(180_000);
  let script: Program;
  let directory: string;
  let world: World;
  before(async function () {
    script = requireProgram(this, 'script', 'script (bsdutils)');
    requirePart(this, 'a pseudo-terminal', script.runSync(['-qec', 'true', '/dev/null']).status === 0);
    directory = mkdtempSync(join(tmpdir(), 'oxbow-terminal-'));
    world = await World.start();
  });
  after(async () => {
    await world.stop();
    rmSync(directory, { recursive: true });
  });

  /** Runs a line of a shell on a terminal of its own; answers all that comes there. */
  async function onTerminal(line: string, env: Readonly<Record<string, string>>): Promise<string> {
    const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TERM: 'xterm' };
    const options = { cwd: root, env: { ...inherited, ...env } };
    return (await script.run(['-qec', line, '/dev/null'], options)).stdout;
  }

  it('doctor is coloured, but not with NO_COLOR and not in a pipe', async () => {
    const env = { DATABASE_URL: `sqlite:${join(directory, 'a.db')}`, PORT: '0' };
    expect(await onTerminal(`${program} doctor`, env)).to.include(`${escape}[32mok${escape}[0m`);
    expect(await onTerminal(`${program} doctor`, { ...env, NO_COLOR: '1' }))
      .to.include('settings')
      .and.not.include(escape);
    expect(await onTerminal(`${program} doctor | cat`, env))
      .to.include('settings')
      .and.not.include(escape);
  });

  it('an import shows a bar, but not with NO_COLOR and not into a file', async () => {
    const file = join(directory, 'users.csv');
    const { login, password } = world.reseller;
    const env = { OX_ENDPOINT: world.url, OX_ADMIN_USER: login, ADMIN_PASSWORD: password };
    const runs: [line: string, more: Record<string, string>, hasBar: boolean][] = [
      ['', {}, true],
      ['', { NO_COLOR: '1' }, false],
      [` 2> ${join(directory, 'errors')}`, {}, false],
    ];
    for (const [i, [redirection, more, hasBar]] of runs.entries()) {
      writeFileSync(
        file,
        `username,displayname,givenname,surname,email,password\nt${i},T${i},G,S,t${i}@terminal.example,secret\n`,
      );
      const line = `${program} createuser -c ${world.contextId} --csv-import ${file}${redirection}`;
      const shown = await onTerminal(line, { ...env, ...more });
      expect(shown).to.include('1 created, 0 failed');
      expect(shown.includes(escape), `${i}: ${JSON.stringify(shown)}`).to.equal(hasBar);
    }
  });

  it('a seed shows a line, which is taken away, only where progress is shown', async () => {
    const file = join(directory, 'seed.yaml');
    writeFileSync(file, 'resellers: [{ name: seeded, contexts: [{ name: seeded_lab, maxQuotaMb: 9 }] }]');
    const args = ['seed', file, '--endpoint', world.url, '--password', world.master.password];
    expect((await runHere(args, {}, { showsProgress: true })).err).to.match(
      new RegExp(`^\r1 of \\d+[^]*\r${escape}\\[K$`),
    );
    expect((await runHere(args, {})).err).to.equal('');
  });
});
