import { ownsFilestore } from './provisioning/filestores.js';
import type { getQuotaFacts } from './provisioning/mail-quota.js';
import { quotaState } from './quota/quota-state.js';

/** The quota of a user, out of what is stored of it. */
export function stateOf({ user, usage, unifiedEnabled }: Awaited<ReturnType<typeof getQuotaFacts>>) {
  return quotaState({
    maxQuotaMb: user.maxQuotaMb,
    ownsFilestore: ownsFilestore(user),
    mailQuotaMb: user.mailQuotaMb,
    unifiedEnabled,
    mailBytes: usage.mailBytes,
    fileBytes: usage.fileBytes ?? 0,
  });
}
