import { createHmac, randomBytes } from 'node:crypto';
import type { Store } from '../repositories/store.js';
import { hashPassword, isSlowHash, verifyPassword } from './password-hashing.js';

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
   * @param account whose password it is: only the same account's checks are shared while they run
   * @throws ProvisioningError Storage when too many slow hashes are waiting
   */
  async verify(password: string, storedHash: string | null, account = ''): Promise<boolean> {
    const hash = storedHash ?? (await this.hashOfNobody());
    if (this.isVerified(password, hash, account)) return true;
    const key = this.keyOf(password, hash, account);
    const running = this.pending.get(key) ?? this.check(key, password, hash);
    return (await running) && storedHash !== null;
  }

  /** Whether it was right a short while ago, so that `verify` costs nothing. */
  isVerified(password: string, storedHash: string | null, account = ''): boolean {
    if (storedHash === null) return false;
    const expiresAt = this.verified.get(this.keyOf(password, storedHash, account));
    return expiresAt !== undefined && expiresAt > this.nowMs();
  }

  /** Stands for a password and the hash that it is held against, for as long as the process runs. */
  keyOf(password: string, storedHash: string, account = ''): string {
    const parts = [storedHash, account, password].map((part) => `${Buffer.byteLength(part)}:${part}`);
    return createHmac('sha256', this.secret).update(parts.join('')).digest('base64');
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
    const running = this.matches(password, hash)
      .then((matches) => {
        if (matches) this.remember(key);
        return matches;
      })
      .finally(() => this.pending.delete(key));
    this.pending.set(key, running);
    return running;
  }

  /** A wrong password takes as long where the stored hash is a fast one, lest the time told that there is such a login. */
  private async matches(password: string, hash: string): Promise<boolean> {
    if (await this.checkSlowly(password, hash)) return true;
    if (!isSlowHash(hash)) await this.checkSlowly(password, await this.hashOfNobody());
    return false;
  }

  private remember(key: string): void {
    this.verified.delete(key);
    this.verified.set(key, this.nowMs() + this.lifetimeMs);
    if (this.verified.size <= this.maxEntries) return;
    const oldest = this.verified.keys().next().value;
    if (oldest !== undefined) this.verified.delete(oldest);
  }
}

/** The setting that keeps the master admin's password hash. */
export const masterPasswordSetting = 'masterPasswordHash';

/**
 * Makes sure that the master admin has a password: the configured one, else the one from an earlier start, else a new one.
 * @returns the new password, to be shown once, or null if none was made
 */
export async function ensureMasterPassword(store: Store, configured: string | null): Promise<string | null> {
  const stored = await store.settings.get(masterPasswordSetting);
  if (configured === null && stored !== null) return null;
  if (configured !== null && stored !== null && (await verifyPassword(configured, stored))) return null;
  const password = configured ?? randomBytes(12).toString('base64url');
  const hash = await hashPassword(password, 'BCRYPT');
  return store.transaction(async ({ settings }) => {
    // Another process may have started first on the same database: its password stands.
    if (configured === null && (await settings.get(masterPasswordSetting)) !== null) return null;
    await settings.set(masterPasswordSetting, hash);
    return configured === null ? password : null;
  });
}
