import { expect } from 'chai';
import { inspect } from 'node:util';
import { DoveadmClient } from '../../../src/mail/doveadm-client.js';
import { DoveadmCommand } from '../../../src/mail/doveadm-command.js';
import { DovecotMailServer } from '../../../src/mail/dovecot-mail-server.js';
import { MailServerError } from '../../../src/mail/mail-server.js';
import { startFakeDoveadm, type FakeDoveadm } from './doveadm-fake.js';

const ann = 'ann@example.org';
const nobody = 'nobody@example.org';
const mailboxes = {
  [ann]: { vsize: 9_007_199_254, messages: 12, sessions: 2 },
  'empty@example.org': { vsize: 0, messages: 0, sessions: 0 },
};

async function failure(work: Promise<unknown>): Promise<MailServerError> {
  try {
    await work;
  } catch (error) {
    expect(error).to.be.instanceOf(MailServerError);
    return error as MailServerError;
  }
  throw new Error('it worked');
}

/** Longer than anything here takes on a busy machine. */
const patienceMs = 15_000;

describe('Dovecot over the doveadm HTTP API', () => {
  let fake: FakeDoveadm;
  let dovecot: DovecotMailServer;
  beforeEach(async () => {
    fake = await startFakeDoveadm(mailboxes);
    dovecot = serverOn(fake);
  });
  afterEach(() => fake.stop());

  function serverOn(
    { url, apiKey }: Pick<FakeDoveadm, 'url' | 'apiKey'>,
    hasAuthCache = false,
    timeoutMs = patienceMs,
  ) {
    return new DovecotMailServer({
      doveadm: new DoveadmClient({ url, apiKey, timeoutMs }),
      hasAuthCache,
    });
  }

  it('reads usage to the byte', async () => {
    expect(await dovecot.readUsage(ann)).to.deep.equal({ bytes: 9_007_199_254, messages: 12 });
    expect(await dovecot.readUsage('empty@example.org')).to.deep.equal({ bytes: 0, messages: 0 });
  });

  it('tells who is not known from who holds nothing', async () => {
    expect(await dovecot.readUsage(nobody)).to.equal(null);
    await dovecot.recalculate(nobody);
  });

  it('ends sessions, and minds nobody having one', async () => {
    await dovecot.dropSessions(ann);
    await dovecot.dropSessions(nobody);
    expect(fake.commands).to.deep.equal([
      ['kick', { mask: [ann] }],
      ['kick', { mask: [nobody] }],
    ]);
  });

  it('lets no mailbox name be a pattern for all', async () => {
    await dovecot.dropSessions('*@example.org');
    expect(fake.commands).to.deep.equal([['kick', { mask: ['?@example.org'] }]]);
  });

  for (const parameter of ['user', 'userMask'] as const) {
    it(`makes an authentication cache forget before sessions end, where the parameter is ${parameter}`, async () => {
      const other = await startFakeDoveadm(mailboxes, parameter);
      try {
        const server = serverOn(other, true);
        await server.dropSessions(ann);
        expect(other.commands).to.deep.equal([
          ['authCacheFlush', { [parameter]: [ann] }],
          ['kick', { mask: [ann] }],
        ]);
      } finally {
        await other.stop();
      }
    });
  }

  it('says when its key is refused, and shows it nowhere', async () => {
    const server = serverOn({ url: fake.url, apiKey: 'wrong-Secret' });
    const error = await failure(server.readUsage(ann));
    expect(error.failure).to.equal('refused');
    expect(inspect(error) + inspect(server, { depth: 9, showHidden: true })).not.to.include('wrong-Secret');
    expect(inspect(server, { depth: 9 })).not.to.include(Buffer.from('wrong-Secret').toString('base64'));
  });

  it('waits no longer than its time limit', async () => {
    fake.answer = 'never';
    const hasty = serverOn(fake, false, 300);
    const patient = failure(dovecot.readUsage(ann));
    const first = await Promise.race([failure(hasty.readUsage(ann)), patient.then(() => 'the patient one')]);
    expect(first).to.have.property('failure', 'unreachable');
  });

  it('says when nobody listens', async () => {
    await fake.stop();
    const error = await failure(dovecot.dropSessions(ann));
    expect(error.failure).to.equal('unreachable');
    expect(error.message).to.include('ECONNREFUSED');
  });

  const error = (type: string, exitCode: number) =>
    `[["error",{"type":"${type}","exitCode":${exitCode}},"oxbow"]]`;
  const answers: [string, number, string, MailServerError['failure']][] = [
    ['a temporary failure', 200, error('exitCode', 75), 'unreachable'],
    ['another exit code', 200, error('exitCode', 64), 'failed'],
    ['an unknown method', 200, error('unknownMethod', 0), 'failed'],
    ['an exit code of 0 in an error', 200, error('exitCode', 0), 'failed'],
    ['the answer to something else', 200, '[["doveadmResponse",[],"other"]]', 'failed'],
    ['two answers', 200, '[["doveadmResponse",[],"oxbow"],["doveadmResponse",[],"oxbow"]]', 'failed'],
    ['no answer in it', 200, '[]', 'failed'],
    ['no rows', 200, '[["doveadmResponse",[],"oxbow"]]', 'failed'],
    [
      'a size that is no number',
      200,
      '[["doveadmResponse",[{"vsize":"1k","messages":"1"}],"oxbow"]]',
      'failed',
    ],
    ['a size that is no text', 200, '[["doveadmResponse",[{"vsize":1,"messages":1}],"oxbow"]]', 'failed'],
    ['something else than JSON', 200, 'hello', 'failed'],
    ['far too much', 200, `"${'x'.repeat(5_000_000)}"`, 'failed'],
    ['HTTP 400', 400, 'JSON parse error', 'failed'],
    ['HTTP 500', 500, '', 'unreachable'],
    ['HTTP 302', 302, '', 'failed'],
  ];
  for (const [what, status, body, expected] of answers) {
    it(`takes ${what} for ${expected}`, async () => {
      fake.answer = { status, body };
      expect((await failure(dovecot.readUsage(ann))).failure).to.equal(expected);
    });
  }
});

describe('Dovecot through the doveadm program', () => {
  const withProgram = (script: string, timeoutMs = patienceMs) =>
    new DovecotMailServer({
      doveadm: new DoveadmCommand({ command: ['/bin/sh', '-c', script, 'doveadm'], timeoutMs }),
      hasAuthCache: true,
    });

  it('reads usage to the byte', async () => {
    const server = withProgram(
      `[ "$*" = "-f tab mailbox status -u ${ann} -t messages vsize *" ] && printf 'messages\\tvsize\\n12\\t9007199254\\n'`,
    );
    expect(await server.readUsage(ann)).to.deep.equal({ bytes: 9_007_199_254, messages: 12 });
  });

  it('knows its exit codes', async () => {
    expect(await withProgram('exit 67').readUsage(ann)).to.equal(null);
    await withProgram('[ "$3" = auth ] || exit 68').dropSessions('-x@example.org');
    expect((await failure(withProgram('exit 75').readUsage(ann))).failure).to.equal('unreachable');
    expect((await failure(withProgram('exit 1').readUsage(ann))).failure).to.equal('failed');
  });

  it('waits no longer than its time limit', async () => {
    const hasty = withProgram('exec sleep 20', 500);
    expect((await failure(hasty.readUsage(ann))).failure).to.equal('unreachable');
  });

  it('says when there is no such program', async () => {
    const doveadm = new DoveadmCommand({ command: ['/nowhere/doveadm'] });
    const server = new DovecotMailServer({ doveadm, hasAuthCache: false });
    expect((await failure(server.readUsage(ann))).message).to.equal('doveadm cannot be run: ENOENT');
  });
});
