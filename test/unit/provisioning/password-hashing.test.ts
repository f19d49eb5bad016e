import { expect } from 'chai';
import {
  hashPassword,
  parsePasswordMechanism,
  verifyPassword,
} from '../../../src/provisioning/access/password-hashing.js';
import { passwordMechanisms } from '../../../src/provisioning/model/credentials.js';
import { requireProgram, type Program } from '../../support/processes/require-program.js';

const password = 'Schlüssel 漢字 & "x"';

describe('password hashing', () => {
  for (const mechanism of passwordMechanisms) {
    it(`${mechanism}: the right password matches, any other does not, and no two hashes are alike`, async () => {
      const hash = await hashPassword(password, mechanism);
      expect(await verifyPassword(password, hash)).to.equal(true);
      expect(await verifyPassword(`${password} `, hash)).to.equal(false);
      expect(await verifyPassword('', hash)).to.equal(false);
      expect(await hashPassword(password, mechanism)).to.not.equal(hash);
      expect(hash).to.not.contain(password);
    });
  }

  it('takes mechanisms with and without braces, in any case', () => {
    expect(['bcrypt', '{SHA-256}', '{sha}'].map(parsePasswordMechanism)).to.deep.equal([
      'BCRYPT',
      'SHA-256',
      'SHA',
    ]);
    expect(() => parsePasswordMechanism('MD5')).to.throw(
      'Invalid PasswordMech: MD5. Use one of the following: BCRYPT, CRYPT, SHA-256, SHA-512, SHA',
    );
  });

  it('refuses what bcrypt would cut off', async () => {
    const refusal = await hashPassword('ä'.repeat(37), 'BCRYPT').catch((error: unknown) => error);
    expect(String(refusal)).to.contain('longer than 72 bytes');
    expect(await hashPassword('ä'.repeat(37), 'SHA-512')).to.match(/^\{SSHA512\}/);
  });

  it('verifies nothing against a hash of a kind it does not know', async () => {
    expect(await verifyPassword('x', '{PLAIN}x')).to.equal(false);
  });

  it('lets the event loop run while bcrypt works', async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 2);
    await Promise.all([1, 2, 3, 4].map(() => hashPassword(password, 'BCRYPT')));
    clearInterval(timer);
    expect(ticks).to.be.greaterThan(5);
  });

  describe('in Dovecot', () => {
    let doveadm: Program;
    before(function () {
      doveadm = requireProgram(this, 'doveadm', 'doveadm (dovecot-core)');
    });

    for (const mechanism of passwordMechanisms)
      it(`${mechanism} opens the mailbox with the right password only`, async () => {
        const hash = await hashPassword(password, mechanism);
        const test = (word: string) => doveadm.runSync(['-O', 'pw', '-t', hash, '-p', word]);
        const right = test(password);
        expect(right.status).to.equal(0);
        expect(right.stdout).to.contain('(verified)');
        expect(test('wrong').status).not.to.equal(0);
      });
  });
});
