import type { QuotaFacts } from '../provisioning/oxaas/mail-quota.js';
import { quotaState, type QuotaState } from '../provisioning/quota/quota-state.js';
import { ownsFilestore } from '../provisioning/registry/filestores.js';

/** The quota state that follows from the facts about a user. */
export function quotaStateOf({ user, usage, unifiedEnabled }: QuotaFacts): QuotaState {
  return quotaState({
    maxQuotaMb: user.maxQuotaMb,
    ownsFilestore: ownsFilestore(user),
    mailQuotaMb: user.mailQuotaMb,
    unifiedEnabled,
    mailBytes: usage.mailBytes,
    fileBytes: usage.fileBytes ?? 0,
  });
}
