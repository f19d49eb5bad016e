import { expect } from 'chai';
import { CredentialVerifier } from '../../../src/provisioning/credential-verifier.js';
import { hashPassword } from '../../../src/provisioning/password-hashing.js';

async function medianMs(times: number, work: () => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const startMs = performance.now();
    await work();
    durations.push(performance.now() - startMs);
  }
  return durations.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

describe('CredentialVerifier', () => {
  it('pays for the slow hash once', async () => {
    const verifier = new CredentialVerifier();
    const hash = await hashPassword('secret', 'BCRYPT');
    expect(await verifier.verify('secret', hash)).to.equal(true);
    expect(await medianMs(5, () => verifier.verify('secret', hash))).to.be.lessThan(5);
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
    const verifier = new CredentialVerifier();
    const hash = await hashPassword('secret', 'BCRYPT');
    await verifier.verify('x', null);
    const wrong = await medianMs(5, () => verifier.verify('wrong', hash));
    const nobody = await medianMs(5, () => verifier.verify('wrong', null));
    expect(nobody / wrong).to.be.within(0.4, 2.5);
  });

  it('keeps no password in memory', async () => {
    const verifier = new CredentialVerifier();
    await verifier.verify('very-Secret-Word', await hashPassword('very-Secret-Word', 'BCRYPT'));
    const kept = JSON.stringify(verifier, (_key, value: unknown) =>
      value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
    );
    expect(kept).to.not.contain('very-Secret-Word');
  });
});
