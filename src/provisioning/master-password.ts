import { randomBytes } from 'node:crypto';
import { hashPassword, verifyPassword } from './password-hashing.js';
import type { Store } from './store.js';

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
