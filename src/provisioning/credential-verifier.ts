import { createHmac, randomBytes } from 'node:crypto';
import { hashPassword, verifyPassword } from './password-hashing.js';

const defaultLifetimeMs = 5 * 60_000;
const defaultMaxEntries = 10_000;

export interface CredentialVerifierOptions {
  /** How long a pair that was right is believed. */
  readonly lifetimeMs?: number;
  /** How many pairs are remembered; the oldest makes room for the newest. */
  readonly maxEntries?: number;
  /** The slow check of a password against a stored hash. */
  readonly check?: typeof verifyPassword;
  readonly nowMs?: () => number;
}

/**
 * Checks passwords against stored hashes and remembers, for minutes, which pairs were right, so that not every call pays
 * for a slow hash. The key is an HMAC over the stored hash and the password under a key of this process: a changed password has
 * another hash and a deleted caller none, so both are refused at once, and no password stays in memory.
 */
export class CredentialVerifier {
  private readonly secret = randomBytes(32);
  private readonly verified = new Map<string, number>();
  private readonly pending = new Map<string, Promise<boolean>>();
  private nobodysHash: Promise<string> | undefined;
  private readonly lifetimeMs: number;
  private readonly maxEntries: number;
  private readonly checkSlowly: typeof verifyPassword;
  private readonly nowMs: () => number;

  constructor(options: CredentialVerifierOptions = {}) {
    this.lifetimeMs = options.lifetimeMs ?? defaultLifetimeMs;
    this.maxEntries = options.maxEntries ?? defaultMaxEntries;
    this.checkSlowly = options.check ?? verifyPassword;
    this.nowMs = options.nowMs ?? Date.now;
  }

  /**
   * Whether `password` belongs to `storedHash`; null (no such login) never matches and takes as long.
   * @throws ProvisioningError Storage when too many slow hashes are waiting
   */
  async verify(password: string, storedHash: string | null): Promise<boolean> {
    const hash = storedHash ?? (await this.hashOfNobody());
    const key = createHmac('sha256', this.secret).update(hash).update('\0').update(password).digest('base64');
    const expiresAt = this.verified.get(key);
    if (expiresAt !== undefined && expiresAt > this.nowMs()) return true;
    const running = this.pending.get(key) ?? this.check(key, password, hash);
    return (await running) && storedHash !== null;
  }

  /** A hash whose password nobody knows, so that an unknown login costs the same time as a wrong password. */
  private hashOfNobody(): Promise<string> {
    this.nobodysHash ??= hashPassword(randomBytes(24).toString('hex'), 'BCRYPT').catch((error: unknown) => {
      // It was too busy for it; the next caller tries again.
      this.nobodysHash = undefined;
      throw error;
    });
    return this.nobodysHash;
  }

  private check(key: string, password: string, hash: string): Promise<boolean> {
    const running = this.checkSlowly(password, hash)
      .then((matches) => {
        if (matches) this.remember(key);
        return matches;
      })
      .finally(() => this.pending.delete(key));
    this.pending.set(key, running);
    return running;
  }

  private remember(key: string): void {
    this.verified.delete(key);
    this.verified.set(key, this.nowMs() + this.lifetimeMs);
    if (this.verified.size <= this.maxEntries) return;
    const oldest = this.verified.keys().next().value;
    if (oldest !== undefined) this.verified.delete(oldest);
  }
}
