import { claimsOf } from './names.js';
import type { ProvisioningSettings } from './settings.js';
import { UniqueConflictError, type Store } from './store.js';

const rulesSetting = 'uniqueNameRules';

/**
 * Brings the names that users hold for themselves in line with the installation's rules (MAIL_ADDRESS_SCOPE,
 * ENFORCE_UNIQUE_DISPLAY_NAME) when these changed since the last start. All or nothing.
 * @throws UniqueConflictError a name has several owners and so the stricter rule cannot be
 */
export async function applyUniqueNameRules(store: Store, settings: ProvisioningSettings): Promise<void> {
  const rules = `${settings.mailAddressScope}, display names ${settings.enforceUniqueDisplayName ? 'unique' : 'free'}`;
  const present = await store.settings.get(rulesSetting);
  if (present === rules) return;
  await store.transaction(async (tx) => {
    if (present !== null) {
      await tx.users.deleteAllClaims();
      for await (const user of tx.users.all())
        await tx.users.insertClaims(user.contextId, user.id, claimsOf(settings, user));
      await tx.users.claimForwards();
    }
    await tx.settings.set(rulesSetting, rules);
  });
}

/** What to tell the operator when the rules cannot be applied; null for any other error. */
export function explainNameConflict(error: unknown): string | null {
  if (!(error instanceof UniqueConflictError)) return null;
  return error.key === 'mailAddress'
    ? `MAIL_ADDRESS_SCOPE cannot be made stricter: ${error.value} has several owners`
    : `ENFORCE_UNIQUE_DISPLAY_NAME cannot be true: the name ${JSON.stringify(error.value)} has several owners in a context`;
}
