import { configNamespace } from './attributes.js';
import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { changeUser } from './change-user.js';
import { unifiedQuotaProperty } from './config-cascade.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';

/** Both sides of a user's quota, and whether they are one. */
export interface WantedQuota {
  /** -1: no limit. */
  readonly maxQuotaMb: number;
  /** 0: no limit. */
  readonly mailQuotaMb: number;
  readonly unified: boolean;
}

/**
 * Sets the quotas of files and mail and the switch of unified quota in one transaction; with SOAP these are three calls. For those who may
 * set a mail quota.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser; Storage without a file storage
 */
export async function setUserQuota(
  deps: ProvisioningDeps,
  { contextId, userId }: { readonly contextId: number; readonly userId: number },
  { maxQuotaMb, mailQuotaMb, unified }: WantedQuota,
  credentials: Credentials,
): Promise<void> {
  await authorizeContextAdmin(deps, credentials, contextId, errors.noSuchContext);
  const fields = {
    maxQuotaMb,
    mailQuotaMb,
    aliases: [],
    imap: {},
    smtp: {},
    profile: {},
    attributeChanges: [{ namespace: configNamespace, key: unifiedQuotaProperty, value: String(unified) }],
  };
  await changeUser(deps, { contextId, user: { reference: { id: userId }, fields } }, credentials);
}
