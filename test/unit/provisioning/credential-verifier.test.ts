import { expect } from 'chai';
import { LRUCache } from 'lru-cache';
import {
  CredentialVerifier,
  type CredentialVerifierOptions,
} from '../../../src/provisioning/access/credential-verifier.js';
import { hashPassword, verifyPassword } from '../../../src/provisioning/access/password-hashing.js';

/** Notes the stored hashes that passwords are held against, which is what takes the time. */
function noting() {
  const held: string[] = [];
  const check = (password: string, hash: string) => {
    held.push(hash);
    return verifyPassword(password, hash);
  };
  return { verifier: new CredentialVerifier({ check }), held };
}

/** Algorithm and cost of a hash, which say how long it takes. */
const work = (hash: string): string => /^\{CRYPT\}\$2[aby]\$\d+\$/.exec(hash)?.[0] ?? 'not slow';

describe('CredentialVerifier', () => {
  it('pays for the slow hash once', async () => {
    const { verifier, held } = noting();
    const hash = await hashPassword('secret', 'BCRYPT');
    for (let time = 0; time < 5; time += 1) expect(await verifier.verify('secret', hash)).to.equal(true);
    expect(held).to.deep.equal([hash]);
  });

  it('refuses the old password as soon as the stored hash is another', async () => {
    const verifier = new CredentialVerifier();
    const before = await hashPassword('old', 'BCRYPT');
    expect(await verifier.verify('old', before)).to.equal(true);
    expect(await verifier.verify('old', await hashPassword('new', 'BCRYPT'))).to.equal(false);
    expect(await verifier.verify('old', null)).to.equal(false);
  });

  it('never remembers a wrong password as right', async () => {
    const verifier = new CredentialVerifier();
    const hash = await hashPassword('secret', 'BCRYPT');
    const answers = await Promise.all(
      ['secret', 'wrong', 'secret', 'wrong'].map((word) => verifier.verify(word, hash)),
    );
    expect(answers).to.deep.equal([true, false, true, false]);
    expect(await verifier.verify('wrong', hash)).to.equal(false);
  });

  it('takes as long for nobody as for a wrong password', async () => {
    const { verifier, held } = noting();
    const hash = await hashPassword('secret', 'BCRYPT');
    expect(await verifier.verify('wrong', hash)).to.equal(false);
    expect(await verifier.verify('wrong', null)).to.equal(false);
    expect(held.map(work)).to.deep.equal([work(hash), work(hash)]);
    expect(work(hash)).not.to.equal('not slow');
  });

  it('keeps no password in memory', async () => {
    const verifier = new CredentialVerifier();
    const hash = await hashPassword('very-Secret-Word', 'BCRYPT');
    await verifier.verify('very-Secret-Word', hash);
    const kept = JSON.stringify(verifier, (_key, value: unknown) =>
      value instanceof Map || value instanceof LRUCache ? [...(value as Map<unknown, unknown>)] : value,
    );
    expect(kept, 'what is remembered').to.contain(verifier.keyOf('very-Secret-Word', hash));
    expect(kept).to.not.contain('very-Secret-Word');
  });

  describe('remembers', () => {
    /** Counts the slow checks; the password is right when it is the hash. */
    function counted(options: CredentialVerifierOptions = {}) {
      let checks = 0;
      const check = (password: string, hash: string) => {
        checks += 1;
        return Promise.resolve(password === hash);
      };
      return { verifier: new CredentialVerifier({ ...options, check }), checks: () => checks };
    }

    it('what was right for five minutes and no longer, however often it is asked', async () => {
      let nowMs = 1_000_000;
      const { verifier, checks } = counted({ nowMs: () => nowMs });
      await verifier.verify('a', 'a');
      nowMs += 4 * 60_000;
      expect(await verifier.verify('a', 'a')).to.equal(true);
      expect(checks()).to.equal(1);
      nowMs += 60_000;
      expect(await verifier.verify('a', 'a')).to.equal(true);
      expect(checks()).to.equal(2);
    });

    it('nothing that was wrong', async () => {
      const { verifier, checks } = counted();
      for (let index = 0; index < 3; index += 1)
        expect(await verifier.verify('x', '{CRYPT}$2b$10$a')).to.equal(false);
      expect(checks()).to.equal(3);
    });

    it('a bounded number, the oldest making room', async () => {
      const { verifier, checks } = counted({ maxEntries: 2 });
      for (const word of ['a', 'b', 'c']) await verifier.verify(word, word);
      for (const word of ['b', 'c']) await verifier.verify(word, word);
      expect(checks()).to.equal(3);
      await verifier.verify('a', 'a');
      expect(checks()).to.equal(4);
    });

    it('nothing of a check that could not be made', async () => {
      let isBusy = true;
      const verifier = new CredentialVerifier({
        check: () => (isBusy ? Promise.reject(new Error('busy')) : Promise.resolve(true)),
      });
      const refusal = await verifier.verify('a', 'a').catch((error: unknown) => String(error));
      expect(refusal).to.equal('Error: busy');
      isBusy = false;
      expect(await verifier.verify('a', 'a')).to.equal(true);
    });

    it('under a key of its own, so that keys of two processes tell nothing of each other', async () => {
      const keys = await Promise.all(
        [counted(), counted()].map(async ({ verifier }) => {
          await verifier.verify('a', 'a');
          const { verified } = verifier as unknown as { verified: { keys: LRUCache<string, true> } };
          return [...verified.keys.keys()];
        }),
      );
      expect(keys[0]).to.have.length(1);
      expect(keys[0]).to.not.deep.equal(keys[1]);
    });
  });
});
