import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { errors } from '../errors/errors.js';
import { type PasswordMechanism, passwordMechanisms } from '../model/credentials.js';
import { hashingThreads, SlowHashes } from './slow-hashes.js';

const bcryptCost = 10;
const bcryptMaxBytes = 72;

/** Of one process, like the cores that it bounds. So many take some 15 seconds on two cores, half of what a request may take. */
const slowHashes = new SlowHashes({ threads: hashingThreads(), maxWaiting: 500 });

/**
 * Reads a mechanism as clients write it: with or without braces, any letter case.
 * @throws ProvisioningError InvalidData for an unknown one
 */
export function parsePasswordMechanism(text: string): PasswordMechanism {
  const name = text.replace(/^\{(.*)\}$/, '$1').toUpperCase();
  const known = passwordMechanisms.find((mechanism) => mechanism === name);
  if (known === undefined) throw errors.invalidPasswordMech(text, passwordMechanisms);
  return known;
}

/** A mechanism as answers show it, e.g. `{SHA-256}`. */
export function showPasswordMechanism(mechanism: PasswordMechanism): string {
  return `{${mechanism}}`;
}

/**
 * Hashes a password in a form that Dovecot and Stalwart both accept (docs/contract/mail-servers.md#1-5).
 * BCRYPT and CRYPT are slow and run in low-priority threads. The SHA family, only on a client's request, is
 * stored as SSHA512, its one form that both accept.
 * @throws ProvisioningError InvalidData when bcrypt would ignore the end of the password
 * @throws ProvisioningError Storage when too many slow hashes are waiting, before anything is written
 */
export async function hashPassword(password: string, mechanism: PasswordMechanism): Promise<string> {
  if (mechanism !== 'BCRYPT' && mechanism !== 'CRYPT') return saltedSha512(password, randomBytes(16));
  if (Buffer.byteLength(password) > bcryptMaxBytes) throw errors.passwordTooLong(bcryptMaxBytes, mechanism);
  return `{CRYPT}${await slowHashes.hash(password, bcryptCost)}`;
}

/** True for a hash that is slow on purpose. */
export function isSlowHash(stored: string): boolean {
  return stored.startsWith('{CRYPT}$2');
}

/**
 * True when a password matches a stored hash. Slow on purpose for bcrypt.
 * @throws ProvisioningError Storage as above
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  if (isSlowHash(stored)) {
    return (
      Buffer.byteLength(password) <= bcryptMaxBytes &&
      (await slowHashes.verify(password, stored.slice('{CRYPT}'.length)))
    );
  }
  if (stored.startsWith('{SSHA512}')) {
    const salt = Buffer.from(stored.slice('{SSHA512}'.length), 'base64').subarray(64);
    return timingSafeEqual(digest(saltedSha512(password, salt)), digest(stored));
  }
  return false;
}

function saltedSha512(password: string, salt: Buffer): string {
  const hash = createHash('sha512').update(password, 'utf8').update(salt).digest();
  return `{SSHA512}${Buffer.concat([hash, salt]).toString('base64')}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
