import { expect } from 'chai';
import { unlockCommand } from '../../../src/cli/commands/unlock.js';
import { oxbowProgram } from '../../../src/cli/oxbow-program.js';
import { runProgram } from '../../../src/cli/run-program.js';
import { accountOf } from '../../../src/provisioning/access/login-account.js';
import type { KnexStore } from '../../../src/store/knex-store.js';
import { openStore } from '../../../src/store/open-store.js';

describe('oxbow unlock', () => {
  const at = { nowMs: Date.UTC(2026, 0, 1), windowMs: 900_000, isKnownPlace: false };
  const anna = accountOf('anna', 7);
  let store: KnexStore;
  beforeEach(async () => {
    store = await openStore({ databaseUrl: 'sqlite::memory:' });
    for (const account of [anna, accountOf('reseller', null)])
      for (const address of ['192.0.2.1', '192.0.2.2'])
        await store.loginAttempts.addFailure({ account, address }, at);
  });
  afterEach(() => store.close());

  async function run(...args: string[]) {
    let [out, err, exitCode] = ['', '', 0];
    const io = {
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
      showsColours: false,
      showsProgress: false,
      signal: new AbortController().signal,
      env: {},
      exitWith: (code: number) => (exitCode = code),
    };
    const tools = { loginAttempts: store.loginAttempts, close: () => Promise.resolve() };
    const program = oxbowProgram([unlockCommand(() => Promise.resolve(tools), io)], io);
    await runProgram(program, ['unlock', ...args], io);
    return { out, err, exitCode };
  }
  const failures = async (account: string, address: string) =>
    (await store.loginAttempts.read({ account, address })).here.failures;

  it('forgets the failures of a login in its context, whatever its letter case', async () => {
    expect(await run('--login', 'ANNA', '--context', '7')).to.deep.equal({
      out: 'unlocked: 3 failure counts deleted\n',
      err: '',
      exitCode: 0,
    });
    expect(await failures(anna, '192.0.2.1')).to.equal(0);
    expect(await failures(accountOf('reseller', null), '192.0.2.1')).to.equal(1);
    expect((await run('--login', 'anna', '--context', '7')).out).to.equal('nothing to unlock\n');
  });

  it('forgets those of an address, or of a login from it', async () => {
    await run('--login', 'reseller', '--address', '192.0.2.1');
    expect(await failures(accountOf('reseller', null), '192.0.2.1')).to.equal(0);
    expect(await failures(accountOf('reseller', null), '192.0.2.2')).to.equal(1);
    await run('--address', '192.0.2.2');
    expect(await failures(accountOf('reseller', null), '192.0.2.2')).to.equal(0);
    expect(await failures(anna, '192.0.2.1')).to.equal(1);
  });

  it('wants to know whose', async () => {
    for (const args of [[], ['--context', '7'], ['--login', 'anna', '--context', 'x']]) {
      const { exitCode, err, out } = await run(...args);
      expect([exitCode, out], args.join(' ')).to.deep.equal([2, '']);
      expect(err).to.match(/--login|--context/);
    }
    expect(await failures(anna, '192.0.2.1')).to.equal(1);
  });
});
