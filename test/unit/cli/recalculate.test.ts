import { expect } from 'chai';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recalculateCommand, type RecalculateTools } from '../../../src/cli/commands/recalculate-command.js';
import { oxbowProgram } from '../../../src/cli/oxbow-program.js';
import { runProgram } from '../../../src/cli/run-program.js';
import { errors } from '../../../src/provisioning/errors/errors.js';
import type { MailCount } from '../../../src/provisioning/repositories/usage-repository.js';
import type { KnexStore } from '../../../src/store/knex-store.js';
import { openStore } from '../../../src/store/open-store.js';
import { aContext, createUser, insertContext } from '../../store/fixtures.js';

describe('recalculate', () => {
  let store: KnexStore;
  let directory: string;
  /** What the mail server says; an Error is thrown by it. */
  let mailboxes: Map<string, MailCount | 'unreachable' | (() => Promise<MailCount>)>;
  let asked: string[];
  const wrong = { bytes: 1, messages: 1 };
  const right = { bytes: 2_000, messages: 2 };
  const names = ['ann', 'bob', 'cec', 'dan', 'eve'];
  const ids = new Map<string, number>();

  beforeEach(async () => {
    store = await openStore({ databaseUrl: 'sqlite::memory:' });
    directory = await mkdtemp(join(tmpdir(), 'oxbow-files-'));
    mailboxes = new Map();
    asked = [];
    for (const contextId of [5, 7]) await insertContext(store, aContext(contextId));
    await store.transaction(async (tx) => {
      for (const name of names) {
        const contextId = name === 'eve' ? 7 : 5;
        ids.set(name, await createUser(tx, contextId, name, name === 'bob' ? { filestoreId: 1 } : {}));
        mailboxes.set(`${name}@example.org`, right);
        expect(await tx.usage.replaceMailUsage(`${name}@example.org`, null, wrong)).to.equal(true);
      }
    });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  const countMail: RecalculateTools['countMail'] = async (mailbox) => {
    asked.push(mailbox.replace('@example.org', ''));
    const count = mailboxes.get(mailbox);
    if (count === undefined) return { kind: 'unknown' };
    if (count === 'unreachable') return { kind: 'failed', reason: 'no answer', isUnreachable: true };
    return { kind: 'counted', count: typeof count === 'function' ? await count() : count };
  };

  async function run(args: string, more: Partial<RecalculateTools> & { stopAfter?: number } = {}) {
    let out = '';
    let err = '';
    const stop = new AbortController();
    const tools = {
      store,
      countMail,
      authorize: (admin: { password: string }) =>
        admin.password === 'right' ? Promise.resolve() : Promise.reject(errors.authenticationFailed()),
      ...more,
      close: () => Promise.resolve(),
    };
    let exitCode = 0;
    const io = {
      out: (text: string) => {
        out += text;
        if (asked.length === more.stopAfter) stop.abort(143);
      },
      err: (text: string) => (err += text),
      showsColours: false,
      showsProgress: false,
      signal: stop.signal,
      env: {},
      exitWith: (code: number) => (exitCode = code),
    };
    const program = oxbowProgram([recalculateCommand(() => Promise.resolve(tools), io)], io);
    await runProgram(program, ['recalculate', ...args.split(' ').filter((each) => each !== '')], io);
    return { exitCode, out, err };
  }

  const storedMail = async () => {
    const all = await Promise.all(names.map((name) => store.read.usage.mailUsage(`${name}@example.org`)));
    return all.map((count) => count?.bytes);
  };

  it('corrects everybody, one after the other, and says what it was', async () => {
    const { exitCode, out, err } = await run('--scope user');
    expect(exitCode, err).to.equal(0);
    expect(asked).to.deep.equal(names);
    expect(await storedMail()).to.deep.equal([2000, 2000, 2000, 2000, 2000]);
    expect(out.split('\n')).to.include(
      `context 7, user ${ids.get('eve')}, eve@example.org: mail 1 → 2000 bytes, 1 → 2 messages`,
    );
    expect((await run('--scope user')).out).to.equal('7 counted, 0 corrected, 0 failed\n');
  });

  it('takes one context, and one user', async () => {
    await run('-c 7 -u all');
    expect(asked).to.deep.equal(['eve']);
    await run(`--context 5 --user ${ids.get('dan')}`);
    expect(asked).to.deep.equal(['eve', 'dan']);
    expect(await storedMail()).to.deep.equal([1, 1, 1, 2000, 2000]);
  });

  it('writes nothing with --dry-run, and a line of JSON for everybody with --json', async () => {
    const { out } = await run(`-c 5 -u ${ids.get('ann')} --dry-run --json`);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).to.deep.equal([
      {
        contextId: 5,
        userId: ids.get('ann'),
        mailbox: 'ann@example.org',
        mail: { before: wrong, after: right, differs: true },
        files: null,
        failures: [],
      },
      { checked: 1, corrected: 1, failed: 0, forgotten: 0, dryRun: true },
    ]);
    expect((await storedMail())[0]).to.equal(1);
  });

  it('ends at a signal behind the user at hand, and goes on from there with --resume', async () => {
    const first = await run('--scope user', { stopAfter: 2 });
    expect(first.exitCode).to.equal(143);
    expect(first.err).to.include('--resume');
    expect(await storedMail()).to.deep.equal([2000, 2000, 1, 1, 1]);
    await run('--scope user --resume');
    expect(asked).to.deep.equal(names);
    asked = [];
    await run('--scope user --resume');
    expect(asked, 'a run that came to its end is not resumed').to.deep.equal(names);
  });

  it('does not go on where a run over others was', async () => {
    await run('--scope user', { stopAfter: 3 });
    asked = [];
    await run('-c 5 -u all --resume');
    expect(asked).to.deep.equal(['ann', 'bob', 'cec', 'dan']);
  });

  it('asks again when mail arrives while it counts', async () => {
    let times = 0;
    mailboxes.set('ann@example.org', async () => {
      times += 1;
      if (times === 1)
        await store.transaction(({ usage }) =>
          usage.replaceMailUsage('ann@example.org', wrong, { bytes: 3_000, messages: 3 }),
        );
      return times === 1 ? right : { bytes: 3_000, messages: 3 };
    });
    const { exitCode, out } = await run('-c 5 -u all');
    expect(exitCode).to.equal(0);
    expect((await storedMail())[0]).to.equal(3000);
    expect(out).not.to.include('ann');
  });

  it('gives up on one mailbox that never rests, and does the others', async () => {
    let bytes = 1;
    mailboxes.set('bob@example.org', async () => {
      const seen = { bytes, messages: 1 };
      bytes += 1;
      await store.transaction(({ usage }) =>
        usage.replaceMailUsage('bob@example.org', seen, { bytes, messages: 1 }),
      );
      return right;
    });
    const { exitCode, err } = await run('-c 5 -u all');
    expect(exitCode).to.equal(3);
    expect(err).to.include('bob@example.org: not done: it changed all the while');
    expect(await storedMail()).to.deep.equal([2000, bytes, 2000, 2000, 1]);
  });

  it('keeps what is stored of a mailbox that the mail server does not know', async () => {
    mailboxes.delete('cec@example.org');
    const { exitCode, err } = await run('-c 5 -u all');
    expect(exitCode).to.equal(3);
    expect(err).to.include('cec@example.org: not done: mail: not known there');
    expect(await storedMail()).to.deep.equal([2000, 2000, 1, 2000, 1]);
  });

  it('breaks off when the mail server is out of reach, and can go on later', async () => {
    for (const name of ['bob', 'cec', 'dan']) mailboxes.set(`${name}@example.org`, 'unreachable');
    const { exitCode, err } = await run('--scope user');
    expect(exitCode).to.equal(1);
    expect(err).to.include('stopped: mail: no answer; use --resume');
    expect(asked).to.deep.equal(['ann', 'bob', 'cec', 'dan']);
    for (const name of ['bob', 'cec', 'dan']) mailboxes.set(`${name}@example.org`, right);
    asked = [];
    expect((await run('--scope user --resume')).exitCode).to.equal(0);
    expect(asked, 'those not reached are asked again').to.deep.equal(['bob', 'cec', 'dan', 'eve']);
    expect(await storedMail()).to.deep.equal([2000, 2000, 2000, 2000, 2000]);
  });

  it('forgets the usage of nobody, but only when it has seen everybody', async () => {
    await store.transaction(({ usage }) => usage.replaceMailUsage('ghost@example.org', null, wrong));
    await run('-c 5 -u all');
    expect(await store.read.usage.mailUsage('ghost@example.org')).to.deep.equal(wrong);
    expect((await run('--scope user')).out).to.include('1 of nobody forgotten');
    expect(await store.read.usage.mailUsage('ghost@example.org')).to.equal(null);
  });

  it('counts files of own storages and of contexts, each in one place', async () => {
    const bob = String(ids.get('bob'));
    const ann = String(ids.get('ann'));
    await mkdir(join(directory, '5', bob, 'a/b'), { recursive: true });
    await mkdir(join(directory, '5', ann));
    await writeFile(join(directory, '5', bob, 'one'), 'x'.repeat(100));
    await writeFile(join(directory, '5', bob, 'a/b/two'), 'x'.repeat(23));
    await writeFile(join(directory, '5', ann, 'of the context'), 'x'.repeat(7));
    await symlink(join(directory, '5', bob, 'one'), join(directory, '5', 'link'));
    const { exitCode, out, err } = await run(`--scope all --only files --store-root ${directory}`);
    expect(exitCode, err).to.equal(0);
    expect(out.split('\n')).to.include.members([
      `context 5: files 0 → 7 bytes, 0 → 1 files`,
      `context 5, user ${bob}, bob@example.org: files 0 → 123 bytes, 0 → 2 files`,
    ]);
    expect(await store.read.usage.fileUsage({ contextId: 5, userId: 0 })).to.include({ bytes: 7, files: 1 });
    expect(await store.read.usage.fileUsage({ contextId: 5, userId: Number(bob) })).to.include({
      bytes: 123,
    });
    expect(await store.read.usage.fileUsage({ contextId: 7, userId: 0 })).to.include({ bytes: 0, files: 0 });
    expect(asked).to.deep.equal([]);
  });

  const refusals: [string, Partial<RecalculateTools>, number, string][] = [
    [
      '-c 5 -u all',
      { countMail: null },
      1,
      'nothing to count with: for mail set MAIL_SERVER, for files give --store-root',
    ],
    ['-c 5', {}, 1, 'nothing to count with: for files give --store-root'],
    ['--scope all --store-root /nowhere', {}, 1, '--store-root does not exist, is not readable or is empty'],
    ['-c 9 -u all', {}, 1, 'there is no context 9'],
    ['-c 5 -u 99', {}, 1, 'there is no user 99 in context 5'],
    ['--scope user -A admin -P wrong', {}, 1, '--adminuser: '],
    ['', {}, 2, 'give --context or --scope'],
    ['-u all', {}, 2, '--user needs --context'],
    ['-c 5 --scope all', {}, 2, '--scope goes without --context and --user'],
    ['--scope everything', {}, 2, '--scope must be all or context or user'],
    ['-c five', {}, 2, '--context must be a whole number above 0'],
    ['-c 5 -u ann', {}, 2, '--user must be a whole number above 0 or all'],
    ['-c 5 -u all -A admin', {}, 2, '--adminuser and --adminpass go together'],
    ['--scope user --force', {}, 2, "unknown option '--force'"],
  ];
  for (const [args, tools, exitCode, text] of refusals) {
    it(`refuses ${args || 'no arguments'}: ${text}`, async () => {
      const answer = await run(args, tools);
      expect(answer.err).to.include(text);
      expect(answer.err).not.to.include('wrong');
      expect({ exitCode: answer.exitCode, asked }).to.deep.equal({ exitCode, asked: [] });
    });
  }

  it('takes the command lines of the original', async () => {
    expect(
      (await run('--scope user -A admin -P right -s localhost -p 1099 --responsetimeout 0')).exitCode,
    ).to.equal(0);
    expect((await run('-h')).out).to.match(/^Usage: oxbow recalculate/);
  });
});
