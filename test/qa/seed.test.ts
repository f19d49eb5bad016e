import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedCommand } from '../../src/cli/commands/seed.js';
import { generateSeed } from '../../src/qa/seed/generate-seed.js';
import { seedForm } from '../../src/qa/seed/seed-form.js';
import { differences, dumpDatabase } from '../support/database/dump-database.js';
import { startTestApp, type TestApp } from '../support/processes/app.js';
import { RawSoap, returned, returnedOne } from '../support/wire/raw-soap.js';
import { scalars } from '../support/wire/xml-tree.js';
import { runCommand, type CommandRun } from './run-command.js';

const small = `
resellers:
  - name: acme
    password: acme-password
    contexts:
      - name: acme-lab
        maxQuotaMb: 500
        admin: { name: boss }
        users:
          - name: anna
            password: anna-password
            email: anna@lab.example
            aliases: [a@lab.example]
            maxQuotaMb: 200
            mailQuotaMb: 300
            unifiedQuota: true
          - name: ben
        groups:
          - name: crew
            members: [ben]
        resources:
          - name: beamer
`;

describe('qa: oxbow seed', function () {
  this.timeout(120_000);
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-seed-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  let app: TestApp;
  let databaseUrl = '';
  let files = 0;

  const start = async (): Promise<TestApp> => {
    databaseUrl = `sqlite:${join(directory, `${(files += 1)}.db`)}`;
    return startTestApp({ databaseUrl });
  };
  beforeEach(async () => {
    app = await start();
  });
  afterEach(() => app.stop());

  const seed = (...args: string[]): Promise<CommandRun> =>
    runCommand(seedCommand, ['--endpoint', app.url, '--password', app.masterPassword, ...args]);
  const seedFile = (text: string): Promise<CommandRun> => {
    const file = join(directory, 'seed.yaml');
    writeFileSync(file, text);
    return seed(file);
  };

  it('makes what a file names, with its quotas, and the rest by rule', async () => {
    const run = await seedFile(small);
    expect(run, run.err).to.include({ exitCode: 0, err: '' });
    expect(run.out).to.match(/^resellers: 1 created\ncontexts: 1 created\nusers: 2 created\n/);
    const soap = new RawSoap(app.url);
    const boss = { login: 'boss', password: 'boss-secret' };
    const ctx = { id: 1 };
    const anna = returnedOne(
      await soap.call('OXResellerUserService', 'getData', { ctx, user: { name: 'anna' } }, boss),
    );
    expect(scalars(anna)).to.include({
      primaryEmail: 'anna@lab.example',
      maxQuota: '200',
      sur_name: 'acme-lab',
    });
    const quota = await soap.call(
      'OXaaSService',
      'getMailQuota',
      { ctxid: 1, usrid: Number(scalars(anna)['id']) },
      boss,
    );
    expect(returnedOne(quota).text).to.equal('300');
    const crew = returned(await soap.call('OXResellerGroupService', 'list', { ctx, pattern: 'crew' }, boss));
    expect(crew).to.have.length(1);
  });

  it('leaves alone what is there, and goes on where it was broken off', async () => {
    await seedFile(small);
    const before = dumpDatabase(databaseUrl, ['login_attempts']);
    const again = await seedFile(small);
    expect(again.out).to.include('users: 0 created, 2 already there');
    expect(differences(before, dumpDatabase(databaseUrl, ['login_attempts']))).to.deep.equal([]);
    const more = await seedFile(
      small.replace('          - name: ben\n', '          - name: ben\n          - name: carl\n'),
    );
    expect(more.out).to.include('users: 1 created, 2 already there');
  });

  it('makes up a hundred users with few and cheap calls, the same ones each time', async () => {
    const run = await seed('--resellers', '2', '--contexts', '3', '--users', '100');
    expect(run, run.err).to.include({ exitCode: 0 });
    expect(run.out).to.match(/^resellers: 2 created\ncontexts: 3 created\nusers: 100 created\n/);
    expect(run.out).to.include('the password of NAME is NAME-secret');
    expect(run.out).to.include('usage: skipped');
    // What keeps it fast whatever else the machine is doing: two calls a user, and no slow hashes.
    expect(app.log().match(/"message":"request"/g)).to.have.length.below(220);
    expect(dumpDatabase(databaseUrl).get('users')?.join('')).not.to.match(/\$2[aby]\$/);
    const seen = dumpDatabase(databaseUrl);
    await app.stop();
    app = await start();
    await seed('--resellers', '2', '--contexts', '3', '--users', '100');
    const same = ['users', 'contexts', 'resellers', 'groups', 'group_members', 'resources', 'sequences'];
    for (const table of same.filter((each) => seen.has(each)))
      expect(withoutHashes(dumpDatabase(databaseUrl).get(table)), table).to.deep.equal(
        withoutHashes(seen.get(table)),
      );
  });

  it('makes up usage below the limits: most hold little, a few have nearly all', () => {
    const size = { resellers: 2, contexts: 3, users: 100, groups: 1, resources: 1, randomSeed: 1 };
    const made = seedForm.parse(generateSeed(size));
    expect(seedForm.parse(generateSeed(size))).to.deep.equal(made);
    const filled = made.resellers
      .flatMap(({ contexts }) => contexts.flatMap(({ users }) => users))
      .flatMap(({ usage, maxQuotaMb = 0, mailQuotaMb = 0, unifiedQuota }) => {
        const { mailBytes = 0, fileBytes = 0 } = usage ?? {};
        const of = (bytes: number, limitMb: number) => bytes / (limitMb * 1024 * 1024);
        if (!unifiedQuota) return [of(mailBytes, mailQuotaMb), of(fileBytes, maxQuotaMb)];
        expect(mailQuotaMb).to.equal(maxQuotaMb);
        return [of(mailBytes + fileBytes, maxQuotaMb)];
      });
    expect(Math.max(...filled)).to.be.within(0.8, 1);
    expect(filled.filter((part) => part > 0 && part < 0.5)).to.have.length.above(filled.length / 2);
  });

  it('prints what it would make, which is a seed itself; another number makes another', async () => {
    const first = await seed('--users', '5', '--print');
    expect((await seed('--users', '5', '--print')).out).to.equal(first.out);
    expect((await seed('--users', '5', '--print', '--random-seed', '2')).out).not.to.equal(first.out);
    expect((await seedFile(first.out)).out).to.include('users: 5 created');
  });

  const refusals: [what: string, text: string, complaint: RegExp][] = [
    ['no YAML', 'resellers: [', /seed\.yaml:\d+:\d+ /],
    ['an unknown key', 'resellers:\n  - name: a\n    colour: red\n', /seed\.yaml:3:5 .*colour/],
    ['usage below nothing', small.replace('ben\n', 'ben\n            usage: { fileBytes: -1 }\n'), /usage/],
    ['a missing name', 'resellers:\n  - password: abc\n', /seed\.yaml:2:5 resellers\.0\.name/],
    ['a bad address', small.replace('anna@lab.example', 'anna'), /seed\.yaml:12:20 .*email/],
    [
      'a character that SOAP cannot carry',
      small.replace('name: ben', 'name: "be\\0n"'),
      /seed\.yaml:17:.*XML/,
    ],
    [
      'a name that is there twice',
      small.replace('name: ben', 'name: anna'),
      /seed\.yaml:17:19 .*"anna" is there twice/,
    ],
    ['a member who is no user', small.replace('[ben]', '[bob]'), /seed\.yaml:20:23 .*there is no user "bob"/],
  ];
  for (const [what, text, complaint] of refusals) {
    it(`refuses ${what} and says where`, async () => {
      const run = await seedFile(text);
      expect(run.exitCode).to.equal(1);
      expect(run.err).to.match(complaint);
      expect(run.err.trim()).not.to.include('\n');
    });
  }

  it('says what the service says, and when there is no service', async () => {
    const wrong = await runCommand(seedCommand, ['--endpoint', app.url, '--password', 'wrong']);
    expect(wrong.exitCode).to.equal(1);
    expect(wrong.err).to.match(/^reseller reseller1: Authentication failed/);
    const nowhere = await runCommand(seedCommand, ['-e', 'http://127.0.0.1:4009', '--password', 'x']);
    expect(nowhere.err).to.equal('no answer from http://127.0.0.1:4009: ECONNREFUSED\n');
  });
});

/** Salts differ, and so do hashes, and when things were made. */
function withoutHashes(rows: readonly string[] = []): string[] {
  return rows
    .map((row) => row.replace(/"\{SSHA512\}[^"]*"|"\$[^"]*"|"\{[A-Z0-9-]+\}[^"]*"/g, '"hash"'))
    .map((row) => row.replace(/"(made|named)_ms":\d+/g, '"$1_ms":0'))
    .sort();
}
