import { createHmac, randomBytes } from 'node:crypto';
import type { Store } from '../repositories/store.js';
import { hashPassword, isSlowHash, verifyPassword } from './password-hashing.js';
import { RecentKeys } from '../../util/recent-keys.js';

const defaultLifetimeMs = 5 * 60_000;

export interface CredentialVerifierOptions {
  /** Lifetime of a cached match. */
  readonly lifetimeMs?: number;
  /** Maximum of cached matches; beyond it the oldest is dropped. */
  readonly maxEntries?: number;
  /** The slow check of a password against a stored hash. */
  readonly check?: typeof verifyPassword;
  readonly nowMs?: () => number;
}

/**
 * Checks passwords against stored hashes and caches matches for minutes, since slow hashes are costly. The
 * cache key is an HMAC of stored hash and password under a key of this process. So a changed password or
 * deleted caller is refused at once, and no password stays in memory.
 */
export class CredentialVerifier {
  private readonly secret = randomBytes(32);
  private readonly verified: RecentKeys;
  private readonly pending = new Map<string, Promise<boolean>>();
  private nobodysHash: Promise<string> | undefined;
  private readonly lifetimeMs: number;
  private readonly checkSlowly: typeof verifyPassword;

  constructor(options: CredentialVerifierOptions = {}) {
    this.lifetimeMs = options.lifetimeMs ?? defaultLifetimeMs;
    this.checkSlowly = options.check ?? verifyPassword;
    this.verified = new RecentKeys(options.nowMs ?? Date.now, options.maxEntries);
  }

  /**
   * True when `password` matches `storedHash`; null (unknown login) never matches and takes as long.
   * @param account owner of the password: only checks of one account are shared while they run
   * @throws ProvisioningError Storage when too many slow hashes are waiting
   */
  async verify(password: string, storedHash: string | null, account = ''): Promise<boolean> {
    const hash = storedHash ?? (await this.hashOfNobody());
    if (this.isVerified(password, hash, account)) return true;
    const key = this.keyOf(password, hash, account);
    const running = this.pending.get(key) ?? this.check(key, password, hash);
    return (await running) && storedHash !== null;
  }

  /** True for a recent match, so that `verify` costs nothing. */
  isVerified(password: string, storedHash: string | null, account = ''): boolean {
    if (storedHash === null) return false;
    return this.verified.has(this.keyOf(password, storedHash, account));
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
        if (matches) this.verified.add(key, this.lifetimeMs);
        return matches;
      })
      .finally(() => this.pending.delete(key));
    this.pending.set(key, running);
    return running;
  }

  /** Wastes time on a wrong password with a fast hash, so that timing does not reveal existing logins. */
  private async matches(password: string, hash: string): Promise<boolean> {
    if (await this.checkSlowly(password, hash)) return true;
    if (!isSlowHash(hash)) await this.checkSlowly(password, await this.hashOfNobody());
    return false;
  }
}

/** The setting that keeps the master admin's password hash. */
export const masterPasswordSetting = 'masterPasswordHash';

/**
 * Ensures that the master admin has a password: the configured one, else the stored one, else a new one.
 * @returns the new password, to be shown once, or null if none was made
 */
export async function ensureMasterPassword(store: Store, configured: string | null): Promise<string | null> {
  const stored = await store.read.settings.get(masterPasswordSetting);
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
