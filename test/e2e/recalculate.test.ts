import { expect } from 'chai';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deliver, imapClient } from '../support/mail/mail-clients.js';
import { startNode } from '../support/processes/node-program.js';
import { oxbowEntry } from '../support/processes/oxbow-entry.js';
import { expectDone } from '../support/wire/raw-soap.js';
import { describeMail, eventually, type MailUser, type MailWorld } from './mail-world.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Run {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** `oxbow recalculate` as a process of its own, on the database of the running service. */
class Recalculation {
  private readonly child;
  private out = '';
  private err = '';

  constructor(mail: MailWorld, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { dovecot } = mail;
    this.child = startNode([oxbowEntry, 'recalculate', ...args], {
      cwd: root,
      env: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: dovecot.databaseUrl,
        MAIL_SERVER: 'dovecot',
        DOVEADM_URL: dovecot.doveadmUrl,
        DOVEADM_API_KEY: dovecot.doveadmApiKey,
        ...env,
      },
    });
    this.child.stdout.on('data', (data: Buffer) => (this.out += data.toString()));
    this.child.stderr.on('data', (data: Buffer) => (this.err += data.toString()));
  }

  /** Waits for so many lines of output, then kills it with no chance to do anything more. */
  async killAfterLines(count: number): Promise<void> {
    while (this.out.split('\n').length <= count && this.child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 1));
    this.child.kill('SIGKILL');
    await this.ended();
  }

  async ended(): Promise<Run> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return { exitCode: this.child.exitCode, out: this.out, err: this.err };
  }
}

describeMail('recalculate', (mail) => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    new Recalculation(mail(), args, env).ended();
  const contextId = () => mail().world.contextId;
  const spoil = async ({ address }: MailUser, bytes: number, messages: number): Promise<void> => {
    await mail().sql('DELETE FROM mail_usage WHERE username = ?', address);
    await mail().sql(
      'INSERT INTO mail_usage (username, bytes, messages) VALUES (?, ?, ?)',
      address,
      bytes,
      messages,
    );
  };
  const stored = async ({ address }: MailUser) => {
    const rows = await mail().sql('SELECT bytes, messages FROM mail_usage WHERE username = ?', address);
    const [row] = Array.isArray(rows) ? (rows as { bytes: number; messages: number }[]) : [];
    return { bytes: 0, messages: 0, ...row };
  };
  /** A user with mail, and what Dovecot has written of it. */
  const withMail = async (name: string, sizes: readonly number[]) => {
    const user = await mail().newUser(name);
    for (const size of sizes) expect((await deliver(mail().dovecot, user.address, size)).code).to.equal(250);
    await eventually('the usage is written', async () => (await stored(user)).messages === sizes.length);
    return { user, right: await stored(user) };
  };

  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oxbow-files-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('corrects mail to the byte, and tells what it was', async () => {
    const more = await withMail('more', [10_000, 20_000]);
    const less = await withMail('less', [5_000]);
    const none = await mail().newUser('none');
    await spoil(more.user, 1, 1);
    await spoil(less.user, 1_234_567, 89);
    await spoil(none, 5, 5);
    const { exitCode, out, err } = await run(['-c', String(contextId()), '-u', 'all']);
    expect(exitCode, err).to.equal(0);
    expect(await stored(more.user)).to.deep.equal(more.right);
    expect(await stored(less.user)).to.deep.equal(less.right);
    expect(await stored(none)).to.deep.equal({ bytes: 0, messages: 0 });
    const { bytes } = more.right;
    expect(out).to.include(
      `context ${contextId()}, user ${more.user.id}, ${more.user.address}: mail 1 → ${bytes} bytes, 1 → 2 messages\n`,
    );
    expect(out).to.match(/\d+ counted, 3 corrected, 0 failed\n$/);
  });

  it('counts with the doveadm program where there is no HTTP API', async () => {
    const { user, right } = await withMail('program', [9_000]);
    await spoil(user, 3, 2);
    const command = mail().dovecot.doveadmCommand().join(' ');
    const env = { DOVEADM_URL: '', DOVEADM_API_KEY: '', DOVEADM_COMMAND: command };
    const { exitCode, err } = await run(['-c', String(contextId()), '-u', String(user.id)], env);
    expect(exitCode, err).to.equal(0);
    expect(await stored(user)).to.deep.equal(right);
  });

  it('goes on after kill -9 where it was, and ends with everybody right', async () => {
    const users = [];
    for (let index = 0; index < 12; index += 1) users.push(await withMail(`killed${index}`, [1_000 + index]));
    for (const { user } of users) await spoil(user, 42, 42);
    const args = ['-c', String(contextId()), '-u', 'all', '--json'];
    await new Recalculation(mail(), args).killAfterLines(5);
    const halves = await Promise.all(users.map(({ user }) => stored(user)));
    expect(
      halves.some(({ bytes }) => bytes === 42),
      'it was killed in time',
    ).to.equal(true);
    const { exitCode, out, err } = await run([...args, '--resume']);
    expect(exitCode, err).to.equal(0);
    const after = await Promise.all(users.map(({ user }) => stored(user)));
    expect(after).to.deep.equal(users.map(({ right }) => right));
    const counted = out.split('\n').filter((line) => line.includes('"mailbox"')).length;
    const all = (await run([...args, '--dry-run'])).out
      .split('\n')
      .filter((line) => line.includes('"mailbox"'));
    expect(counted, 'those before it was killed are not counted again').to.be.within(1, all.length - 4);
  });

  it('counts files below a directory', async () => {
    const { world } = mail();
    const user = await mail().newUser('filed', { maxQuota: 10 });
    const own = join(directory, String(world.contextId), String(user.id));
    await mkdir(join(own, 'deep/er'), { recursive: true });
    await writeFile(join(own, 'a'), 'x'.repeat(1_000));
    await writeFile(join(own, 'deep/er/b'), 'x'.repeat(234));
    await writeFile(join(directory, String(world.contextId), 'shared'), 'x'.repeat(99));
    const context = String(world.contextId);
    const first = await run(['-c', context, '-u', String(user.id), '--store-root', directory]);
    expect(first.exitCode, first.err).to.equal(0);
    expect(first.out).to.include('files 0 → 1234 bytes, 0 → 2 files');
    expect((await mail().quotaState(user.id)).usage.fileBytes).to.equal(1_234);
    const ofContext = await run(['-c', context, '--store-root', directory]);
    expect(ofContext.exitCode, ofContext.err).to.equal(0);
    expect(ofContext.out).to.include(`context ${context}: files 0 → 99 bytes, 0 → 1 files`);
  });

  it('forgets what was written for mailboxes that nobody has', async () => {
    await mail().sql("INSERT INTO mail_usage (username, bytes, messages) VALUES ('ghost@example.org', 1, 1)");
    const { exitCode, out, err } = await run(['--scope', 'user']);
    expect(exitCode, err).to.equal(0);
    expect(out).to.include('1 of nobody forgotten');
    expect(await mail().sql("SELECT * FROM mail_usage WHERE username = 'ghost@example.org'")).to.deep.equal(
      [],
    );
  });

  it('is broken off when nobody can be asked', async () => {
    const { exitCode, err } = await run(['--scope', 'user'], { DOVEADM_API_KEY: 'wrong-Key' });
    expect(exitCode).to.equal(1);
    expect(err).to.match(/\nstopped: mail: doveadm refused the API key; use --resume to continue\n$/);
    expect(err).not.to.match(/wrong-Key|\n {4}at /);
  });
});

describeMail('open sessions', (mail) => {
  /** Logs in, does the work, and waits for the server to end the session. */
  const endsSession = async (user: MailUser, change: () => Promise<unknown>): Promise<void> => {
    const client = imapClient(mail().dovecot, user.address, user.password);
    await client.connect();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await client.noop();
    await change();
    const tooLong = new Promise<never>((_resolve, reject) =>
      setTimeout(() => reject(new Error('the session is still open')), 5_000).unref(),
    );
    await Promise.race([closed, tooLong]);
  };
  const target = ({ id }: MailUser) => ({ ctxid: mail().world.contextId, usrid: id });

  it('end when the mail quota changes, and not when it is only said again', async () => {
    const user = await mail().newUser('kicked', {}, 5);
    await endsSession(user, () => mail().world.setMailQuota(user.id, 1));
    const client = imapClient(mail().dovecot, user.address, user.password);
    await client.connect();
    await mail().world.setMailQuota(user.id, 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await client.noop();
    expect(client.usable).to.equal(true);
    await client.logout();
  });

  it('end when the log-in is switched off, the password changed, a permission taken, the user deleted', async () => {
    const { world } = mail();
    const disabled = await mail().newUser('disabled');
    await endsSession(disabled, () => world.changed(disabled.id, { mailenabled: false }));
    const rekeyed = await mail().newUser('rekeyed');
    await endsSession(rekeyed, () =>
      world.changed(rekeyed.id, { password: 'a-new-One', passwordMech: 'SHA-512' }),
    );
    const barred = await mail().newUser('barred');
    const login = { ...target(barred), permissions: ['maillogin'] };
    await endsSession(barred, async () => expectDone(await world.oxaas('disablePermissions', login)));
    const deleted = await mail().newUser('deleted');
    await endsSession(deleted, async () =>
      expectDone(await world.users('delete', { ctx: world.ctx, user: { id: deleted.id } })),
    );
  });

  it('write nothing that lasts for a user who is gone', async () => {
    const { world } = mail();
    const user = await mail().newUser('leaving');
    const client = imapClient(mail().dovecot, user.address, user.password);
    await client.connect();
    await client.append('INBOX', 'Subject: last\r\n\r\nwords\r\n');
    expectDone(await world.users('delete', { ctx: world.ctx, user: { id: user.id } }));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await mail().sql('SELECT * FROM mail_usage WHERE username = ?', user.address)).to.deep.equal([]);
  });
});
