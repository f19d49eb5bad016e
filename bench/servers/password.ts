import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const prefix = '{SSHA512}';
const hashBytes = 64;

/** A password hashed as Oxbow stores `SHA-512`. */
export function saltedSha512(password: string, salt: Buffer = randomBytes(16)): string {
  const hash = createHash('sha512').update(password).update(salt).digest();
  return `${prefix}${Buffer.concat([hash, salt]).toString('base64')}`;
}

/** @throws Error when it is not the password of that hash */
export function checkPassword(password: string, stored: string): void {
  const salt = Buffer.from(stored.slice(prefix.length), 'base64').subarray(hashBytes);
  const computed = Buffer.from(saltedSha512(password, salt));
  const expected = Buffer.from(stored);
  if (computed.length !== expected.length || !timingSafeEqual(computed, expected))
    throw new Error('Authentication failed');
}
