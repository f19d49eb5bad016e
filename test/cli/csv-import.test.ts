import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { World } from '../wire/fixtures.js';
import { oxbow, OxbowRun } from './oxbow.js';
import { runHere } from './run-here.js';

describe('--csv-import', function () {
  this.timeout(180_000);
  let world: World;
  let directory: string;
  let file: string;
  let env: Record<string, string>;
  before(async () => {
    world = await World.start();
    const { login, password } = world.reseller;
    env = {
      OX_ENDPOINT: world.url,
      OX_ADMIN_USER: login,
      ADMIN_PASSWORD: password,
      NEW_USER_PASSWORD: 'secret',
    };
  });
  after(() => world.stop());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oxbow-import-'));
    file = join(directory, 'users.csv');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const header = 'username,displayname,givenname,surname,email';
  const rowOf = (name: string) => `${name},"D, ${name}",G,S,${name}@import.example`;
  const write = (rows: readonly string[]) => writeFile(file, [header, ...rows, ''].join('\n'));
  const args = (...more: string[]) => [
    'createuser',
    '-c',
    String(world.contextId),
    '--csv-import',
    file,
    ...more,
  ];
  const names = async (pattern: string): Promise<string[]> => {
    const list = ['listuser', '-c', String(world.contextId), '-s', pattern, '--json'];
    return (JSON.parse((await runHere(list, env)).out) as { name: string }[]).map(({ name }) => name);
  };

  it('makes every user once, whatever moment it is killed at, and nobody twice', async () => {
    const wanted = Array.from({ length: 60 }, (_value, i) => `kill${i}`);
    await write(wanted.map(rowOf));
    for (const doneAtLeast of [3, 20]) {
      const killed = new OxbowRun(args(), env);
      const done = () =>
        existsSync(`${file}.journal`)
          ? readFileSync(`${file}.journal`, 'utf8').split('"done"').length - 1
          : 0;
      while (done() < doneAtLeast && killed.child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 5));
      killed.child.kill('SIGKILL');
      expect(await killed.exitCode(), killed.err).to.equal(null);
    }
    const last = await oxbow(args(), env);
    expect(last.err).to.match(/^resuming: \d+ lines are already done\n$/);
    expect(last.out).to.equal(`60 created, 0 failed; report in ${file}.report.csv\n`);
    expect(last.exitCode).to.equal(0);
    expect((await names('kill*')).sort()).to.deep.equal([...wanted].sort());
    expect(existsSync(`${file}.journal`)).to.equal(false);
    const lines = readFileSync(`${file}.report.csv`, 'utf8').trim().split('\n').slice(1);
    expect(lines.map((line) => Number(line.split(',')[0])).sort((a, b) => a - b)).to.deep.equal(
      wanted.map((_name, i) => i + 2),
    );
  });

  it('knows as done what an endpoint without idempotency keys had made before the kill', async () => {
    await write([rowOf('old')]);
    await runHere(args(), env);
    // A journal of an interrupted run, with other keys than those that were sent.
    await write([rowOf('old'), rowOf('new')]);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    await writeFile(
      `${file}.journal`,
      `${JSON.stringify({ import: 'createuser', sha256, id: 'other' })}\n{"line":2,"begun":true}\n{"line":3,"beg`,
    );
    const answer = await runHere(args(), env);
    expect(answer.out, answer.err).to.match(/^2 created, 0 failed/);
  });

  it('takes cells as they stand, and reports in cells that no spreadsheet calculates', async () => {
    await write(["quoted,'=D,G,S,quoted@import.example", 'formula,=D,G,S,=no address']);
    await runHere(args('--continue-on-error'), env);
    const list = ['listuser', '-c', String(world.contextId), '-s', 'quoted', '--csv', '--no-escape-formulas'];
    expect((await runHere(list, env)).out).to.include(",'=D,");
    const [, ...lines] = readFileSync(`${file}.report.csv`, 'utf8').trim().split('\n');
    for (const line of lines) expect(line.split(',').slice(2).join(',')).to.not.match(/^"?[=+@-]/);
  });

  it('ends at the first failed line, and tries it again', async () => {
    await write([rowOf('stop1'), rowOf('stop1'), rowOf('stop2')]);
    const answer = await runHere(args('--concurrency', '1'), env);
    expect(answer.exitCode).to.equal(103);
    expect(answer.err).to.include('line 3: The displayname is already used');
    expect(await names('stop*')).to.deep.equal(['stop1']);
    expect((await runHere(args('--concurrency', '1'), env)).exitCode).to.equal(103);
  });

  it('goes on behind failed lines when told to, and says of each what became of it', async () => {
    await write([rowOf('go1'), rowOf('go1'), rowOf('go2')]);
    const report = join(directory, 'r.json');
    const answer = await runHere(args('--continue-on-error', '--concurrency', '1', '--report', report), env);
    expect(answer.exitCode).to.equal(3);
    expect(answer.out).to.equal(`2 created, 1 failed; report in ${report}\n`);
    const results = readFileSync(report, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { result: string }).result);
    expect(results).to.deep.equal(['done', 'failed', 'done']);
    expect(readFileSync(`${file}.journal`, 'utf8')).not.to.include('secret');
  });

  it('refuses a file in another encoding before anything is sent, and characters that XML cannot carry', async () => {
    await writeFile(file, Buffer.from([header, rowOf('fine1'), rowOf('latin\xe9'), ''].join('\n'), 'latin1'));
    const latin = await runHere(args(), env);
    expect(latin.err).to.equal(`${file} is not UTF-8\n`);
    expect(await names('fine1')).to.deep.equal([]);
    await write([rowOf('control1').replace('D, ', 'D\u0001')]);
    const control = await runHere(args('--restart'), env);
    expect(control.exitCode).to.equal(103);
    expect(control.err).to.include('line 2: A text holds a character that XML cannot carry');
    expect(await names('control1')).to.deep.equal([]);
  });

  it('goes on behind a line that is no CSV when told to, and names it', async () => {
    await write([rowOf('poison1'), 'poison2,too,few', rowOf('poison3'), rowOf('poison4'), 'one,two']);
    const { out, exitCode } = await runHere(args('--continue-on-error'), env);
    expect(out).to.equal(`3 created, 2 failed; report in ${file}.report.csv\n`);
    expect(exitCode).to.equal(3);
    expect((await names('poison*')).sort()).to.deep.equal(['poison1', 'poison3', 'poison4']);
    const report = readFileSync(`${file}.report.csv`, 'utf8').trim().split('\n');
    const failed = report.filter((line) => line.includes('cannot be read'));
    expect(failed.map((line) => line.split(',')[0])).to.deep.equal(['3', '6']);
  });

  it('refuses columns that are no options, and a file that was changed, before anything is sent', async () => {
    await writeFile(file, `${header},pasword\n${rowOf('col')},x\n`);
    const unknown = await runHere(args(), env);
    expect(unknown).to.deep.include({ exitCode: 111, out: '' });
    expect(unknown.err).to.include('column "pasword"');
    expect(await names('col*')).to.deep.equal([]);
    await write([rowOf('col1'), rowOf('col1')]);
    expect((await runHere(args(), env)).exitCode).to.equal(103);
    await write([rowOf('col2')]);
    const changed = await runHere(args(), env);
    expect(changed.exitCode).to.equal(1);
    expect(changed.err).to.include('--restart');
    expect(await names('col2')).to.deep.equal([]);
    expect((await runHere(args('--restart'), env)).exitCode).to.equal(0);
  });
});
