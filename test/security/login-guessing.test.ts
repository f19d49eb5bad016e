import { expect } from 'chai';
import { CredentialVerifier } from '../../src/provisioning/access/credential-verifier.js';
import { accountOf } from '../../src/provisioning/access/login-account.js';
import { LoginGuard, type FailedLogin } from '../../src/provisioning/access/login-guard.js';
import { hashPassword } from '../../src/provisioning/access/password-hashing.js';
import type { LoginAttempts } from '../../src/provisioning/repositories/access-repository.js';
import { openStore } from '../../src/store/open-store.js';
import { testDatabases } from '../support/database/databases.js';
import { useCheapHashes } from '../support/processes/cheap-hashes.js';
import { requirePart } from '../support/processes/require-part.js';

const minuteMs = 60_000;
const settings = { loginFailuresAllowed: 3, loginFailuresElsewhere: 12, loginFailureWindow: 900 };

/** What a guard asked of the database. */
interface Asked {
  reads: number;
  writes: number;
}

for (const database of testDatabases)
  describe(`security: login guessing, the guard on ${database.name}`, function () {
    this.timeout(60_000);
    let store: Awaited<ReturnType<typeof openStore>>;
    let hash: string;
    let nowMs = Date.UTC(2026, 0, 1);
    let delaysMs: number[];
    let failures: FailedLogin[];
    let rightRefused: string[];
    let asked: Asked;
    let login: string;
    let number = 0;
    let letGo: (() => void) | undefined;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      letGo = useCheapHashes();
      store = await openStore({ databaseUrl: await database.url() });
      hash = await hashPassword('right', 'SHA-512');
    });
    after(async () => {
      letGo?.();
      await store?.close();
    });
    beforeEach(() => {
      login = `somebody${(number += 1)}`;
      delaysMs = [];
      failures = [];
      rightRefused = [];
      asked = { reads: 0, writes: 0 };
    });

    /** As another process on the database: with nothing in its memory. */
    const newGuard = (): LoginGuard =>
      new LoginGuard({
        verifier: new CredentialVerifier(),
        attempts: counting(store.loginAttempts, asked),
        settings,
        onFailure: (failure) => failures.push(failure),
        onRightRefused: ({ login: of }) => rightRefused.push(of),
        now: () => nowMs,
        sleep: (ms) => Promise.resolve(void delaysMs.push(ms)),
      });
    const attempt = (guard: LoginGuard, password: string, address: string, stored: string | null = hash) =>
      guard.verify({ login, password, address }, stored, 7);
    const guess = async (guard: LoginGuard, times: number, address: string, stored?: string | null) => {
      for (let index = 0; index < times; index += 1)
        expect(await attempt(guard, `guess ${index}`, address, stored)).to.equal(false);
    };

    it('slows after a few failures and then refuses even the right password, in every process', async () => {
      const [one, other] = [newGuard(), newGuard()];
      await guess(one, 3, '192.0.2.1');
      expect(delaysMs, 'not slowed').to.deep.equal([]);
      await guess(other, 3, '192.0.2.1');
      expect(delaysMs, 'slowed more and more').to.deep.equal([200, 400, 800]);
      for (const guard of [one, other, newGuard()])
        expect(await attempt(guard, 'right', '192.0.2.1')).to.equal(false);
      expect(failures.map(({ outcome }) => outcome)).to.deep.equal([
        ...Array<string>(6).fill('wrong'),
        ...Array<string>(3).fill('refused'),
      ]);
      nowMs += 15 * minuteMs;
      expect(await attempt(one, 'right', '192.0.2.1'), 'after a while').to.equal(true);
    });

    it('an unknown login is slowed and refused like a known one', async () => {
      const outcomes: unknown[] = [];
      for (const stored of [hash, null]) {
        login = `somebody${(number += 1)}`;
        [delaysMs, failures] = [[], []];
        await guess(newGuard(), 8, '192.0.2.2', stored);
        outcomes.push([delaysMs, failures.map(({ outcome, failures: count }) => [outcome, count])]);
      }
      expect(outcomes[1]).to.deep.equal(outcomes[0]);
    });

    it('refuses nobody else from the same address', async () => {
      const guard = newGuard();
      await guess(guard, 10, '192.0.2.3');
      login = 'an-honest-neighbour';
      expect(await attempt(guard, 'right', '192.0.2.3')).to.equal(true);
      expect(await attempt(newGuard(), 'right', '192.0.2.3')).to.equal(true);
    });

    it('while many addresses guess, the owner goes on from where he was before, and new addresses are refused', async () => {
      const before = newGuard();
      expect(await attempt(before, 'right', '192.0.2.4')).to.equal(true);
      await before.settle();
      for (let network = 0; network < 12; network += 1) await guess(newGuard(), 1, `198.51.100.${network}`);
      for (const guard of [before, newGuard()])
        expect(await attempt(guard, 'right', '192.0.2.4'), 'where he was').to.equal(true);
      expect(await attempt(newGuard(), 'right', '203.0.113.9'), 'a new address').to.equal(false);
      nowMs += 15 * minuteMs;
      expect(await attempt(newGuard(), 'right', '203.0.113.9'), 'later').to.equal(true);
    });

    it('guesses from where the owner was have a budget of their own', async () => {
      const guard = newGuard();
      expect(await attempt(guard, 'right', '192.0.2.5')).to.equal(true);
      await guard.settle();
      await guess(guard, 6, '192.0.2.5');
      expect(await attempt(guard, 'right', '192.0.2.5'), 'also in the cache').to.equal(false);
      expect(await attempt(newGuard(), 'right', '192.0.2.6'), 'nothing counted elsewhere').to.equal(true);
    });

    it('many guesses at once are no more than one after the other', async () => {
      const guard = newGuard();
      const words = [...Array.from({ length: 15 }, (_, index) => `guess ${index}`), 'right'];
      const answers = await Promise.all(words.map((word) => attempt(guard, word, '192.0.2.7')));
      expect(answers).to.deep.equal(words.map(() => false));
      expect(failures.filter(({ outcome }) => outcome === 'wrong')).to.have.length(6);
    });

    it('spellings of one login share its budget', async () => {
      const guard = newGuard();
      const plain = login;
      for (const spelled of [plain, plain.toUpperCase(), ` ${plain}`, `${plain} `, plain, plain]) {
        login = spelled;
        expect(await attempt(guard, `guess ${(number += 1)}`, '192.0.2.8')).to.equal(false);
      }
      expect(await attempt(guard, 'right', '192.0.2.8')).to.equal(false);
    });

    it('a right password costs one read where it is new, and nothing afterwards', async () => {
      const guard = newGuard();
      expect(await attempt(guard, 'right', '192.0.2.9')).to.equal(true);
      await guard.settle();
      expect(asked, 'once a day, the place is noted beside the request').to.deep.equal({
        reads: 1,
        writes: 1,
      });
      for (let index = 0; index < 20; index += 1) await attempt(guard, 'right', '192.0.2.9');
      expect(asked).to.deep.equal({ reads: 1, writes: 1 });
      const other = newGuard();
      expect(await attempt(other, 'right', '192.0.2.9')).to.equal(true);
      await other.settle();
      expect(asked, 'another process').to.deep.equal({ reads: 2, writes: 1 });
    });

    it('the same wrong password again and again is one guess, and keeps nobody out', async () => {
      const [one, other] = [newGuard(), newGuard()];
      expect(await attempt(one, 'right', '192.0.2.11')).to.equal(true);
      await one.settle();
      for (const guard of [one, other])
        for (let index = 0; index < 10; index += 1)
          expect(await attempt(guard, 'of last year', '192.0.2.11')).to.equal(false);
      expect(failures.filter(({ outcome }) => outcome === 'wrong').length, 'one per process').to.equal(2);
      expect(delaysMs).to.deep.equal([]);
      for (const guard of [one, other, newGuard()])
        expect(await attempt(guard, 'right', '192.0.2.11')).to.equal(true);
      await guess(one, 5, '192.0.2.11');
      expect(await attempt(one, 'of last year', '192.0.2.11'), 'it is still wrong').to.equal(false);
    });

    it('a wrong password is looked at again when the stored one has changed, and after the window', async () => {
      const guard = newGuard();
      expect(await attempt(guard, 'new', '192.0.2.12')).to.equal(false);
      expect(await attempt(guard, 'new', '192.0.2.12', await hashPassword('new', 'SHA-512'))).to.equal(true);
      expect(await attempt(guard, 'other', '192.0.2.12')).to.equal(false);
      nowMs += 15 * minuteMs;
      expect(await attempt(guard, 'other', '192.0.2.12')).to.equal(false);
      expect(failures.map(({ outcome }) => outcome)).to.deep.equal(['wrong', 'wrong', 'wrong']);
    });

    it('a success in between proves the place: what failed there before counts no more', async () => {
      const guard = newGuard();
      for (let round = 0; round < 3; round += 1) {
        for (let index = 0; index < 4; index += 1)
          expect(await attempt(guard, `typo ${round} ${index}`, '192.0.2.13')).to.equal(false);
        expect(await attempt(newGuard(), 'right', '192.0.2.13')).to.equal(true);
        expect(await attempt(guard, 'right', '192.0.2.13')).to.equal(true);
        await guard.settle();
      }
      await guess(guard, 6, '192.0.2.13');
      expect(await attempt(guard, 'right', '192.0.2.13'), 'guesses alone are still refused').to.equal(false);
    });

    it('who is refused with the right password is told to the operator, and with a wrong one is not', async () => {
      const guard = newGuard();
      await guess(guard, 6, '192.0.2.14');
      expect(await attempt(guard, 'wrong as well', '192.0.2.14')).to.equal(false);
      await guard.settle();
      expect(rightRefused).to.deep.equal([]);
      expect(await attempt(guard, 'right', '192.0.2.14')).to.equal(false);
      await guard.settle();
      expect(rightRefused).to.deep.equal([login]);
      expect(failures.at(-1)?.outcome).to.equal('refused');
    });

    it('refusals can be lifted, by login, by address, or by both', async () => {
      const account = accountOf(login, 7);
      const refuse = async (address: string) => {
        await guess(newGuard(), 6, address);
        expect(await attempt(newGuard(), 'right', address)).to.equal(false);
      };
      for (const address of ['192.0.2.15', '192.0.2.16']) await refuse(address);
      const listed = await store.loginAttempts.listRefused({ here: 6, elsewhere: 12 }, nowMs - 1, 100);
      const places = listed.filter((each) => each.account === account).map(({ address }) => address);
      expect(places).to.have.members(['', '192.0.2.15', '192.0.2.16']);
      await store.loginAttempts.forgetFailures({ account, address: '192.0.2.15' });
      expect(await attempt(newGuard(), 'right', '192.0.2.15'), 'both').to.equal(true);
      expect(await attempt(newGuard(), 'right', '192.0.2.16')).to.equal(false);
      await store.loginAttempts.forgetFailures({ address: '192.0.2.16' });
      expect(await attempt(newGuard(), 'right', '192.0.2.16'), 'the address').to.equal(true);
      await refuse('192.0.2.17');
      expect(await store.loginAttempts.forgetFailures({ account })).to.be.greaterThan(0);
      expect(await attempt(newGuard(), 'right', '192.0.2.17'), 'the login').to.equal(true);
    });

    it('what counts for nothing is held back as well once there is too much of it', async () => {
      const guard = newGuard();
      await guess(guard, 6, '192.0.2.18');
      delaysMs = [];
      for (let index = 0; index < 25; index += 1) await attempt(guard, 'right', '192.0.2.18');
      expect(delaysMs).to.deep.equal(Array<number>(5).fill(3_000));
    });

    it('one request that tries a password twice has failed once', async () => {
      const guard = newGuard();
      const request = { login, password: 'wrong', address: '192.0.2.10' };
      for (let index = 0; index < 5; index += 1) await guard.verify(request, hash, 7);
      expect(asked.writes, 'one count, and perhaps the sweep').to.be.at.most(2);
      expect(failures).to.have.length(1);
    });
  });

function counting(attempts: LoginAttempts, asked: Asked): LoginAttempts {
  const write = <A extends unknown[], R>(run: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => {
      asked.writes += 1;
      return run(...args);
    };
  };
  return {
    read: (place) => {
      asked.reads += 1;
      return attempts.read(place);
    },
    addFailure: write((...args: Parameters<LoginAttempts['addFailure']>) => attempts.addFailure(...args)),
    addRight: write((...args: Parameters<LoginAttempts['addRight']>) => attempts.addRight(...args)),
    forgetExpired: write((now: number) => attempts.forgetExpired(now)),
    countRefused: (...args) => attempts.countRefused(...args),
    listRefused: (...args) => attempts.listRefused(...args),
    forgetFailures: (of) => attempts.forgetFailures(of),
  };
}
