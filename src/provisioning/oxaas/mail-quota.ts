import { authorizeContextAdmin, authorizeInContext } from '../access/authorization.js';
import { cloudErrors } from '../errors/cloud-errors.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { QuotaUsage, User } from '../model/model.js';
import { configScopes, isUnifiedQuotaEnabled } from '../quota/config-scopes.js';
import { checkMailQuotaMb } from '../quota/quota-values.js';

/** The facts from which the quota state of a user is derived. */
export interface QuotaFacts {
  readonly user: User;
  readonly unifiedEnabled: boolean;
  readonly usage: QuotaUsage;
  /** Files of the context, when the user's files count there and the caller may know; else null. */
  readonly contextFileBytes: number | null;
}

/** User of an OXaaSService operation, always by ids. */
export interface MailboxTarget {
  readonly contextId: number | null | undefined;
  readonly userId: number | null | undefined;
}

/**
 * Stores the mail quota in MB, 0 = unlimited. It leaves maxQuota and the attribute alone, even if they differ
 * (docs/contract/quota.md#3-3). Users without an own filestore have one, too.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function setMailQuota(
  installation: Installation,
  target: MailboxTarget,
  quotaMb: number | null | undefined,
  credentials: Credentials,
): Promise<void> {
  const { contextId, userId } = await authorizeOnMailbox(installation, target, credentials);
  if (quotaMb === null || quotaMb === undefined) throw cloudErrors.argumentMissing('quota');
  const mailQuotaMb = checkMailQuotaMb(quotaMb);
  const isSet = await installation.store.users.setMailQuota(contextId, userId, mailQuotaMb);
  if (!isSet) throw errors.noSuchUser(userId, contextId);
}

/**
 * The mail quota in MB, 0 = unlimited; a quota that was never set limits nothing.
 * @throws ProvisioningError as setMailQuota
 */
export async function getMailQuota(
  installation: Installation,
  target: MailboxTarget,
  credentials: Credentials,
): Promise<number> {
  const { contextId, userId } = await authorizeOnMailbox(installation, target, credentials);
  const user = await installation.store.read.users.find(contextId, userId);
  if (user === null) throw errors.noSuchUser(userId, contextId);
  return user.mailQuotaMb ?? 0;
}

/**
 * Usage of a user's mailbox.
 * @throws ProvisioningError as setMailQuota
 */
export async function getMailUsage(
  installation: Installation,
  target: MailboxTarget,
  credentials: Credentials,
): Promise<QuotaUsage> {
  const { contextId, userId } = await authorizeOnMailbox(installation, target, credentials);
  const usage = (await installation.store.read.users.usage(contextId, [userId])).get(userId);
  if (usage === undefined) throw errors.noSuchUser(userId, contextId);
  return usage;
}

/**
 * The facts behind a user's quota state, for whoever may read the user: the same rights as getData.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function getQuotaFacts(
  installation: Installation,
  contextId: number,
  userId: number,
  credentials: Credentials,
): Promise<QuotaFacts> {
  const { context, principal } = await authorizeInContext(
    installation,
    credentials,
    contextId,
    errors.noSuchContext,
  );
  if (principal.kind === 'user' && principal.userId !== userId) throw errors.permissionDenied();
  const user = await installation.store.read.users.find(contextId, userId);
  const usage = (await installation.store.read.users.usage(contextId, [userId])).get(userId);
  if (user === null || usage === undefined) throw errors.noSuchUser(userId, contextId);
  const unifiedEnabled = isUnifiedQuotaEnabled(await configScopes(installation, context), user);
  const countsToContext = user.filestoreId <= 0 && user.filestoreOwnerId <= 0 && principal.kind !== 'user';
  const used = countsToContext ? await installation.store.read.contexts.usedBytes([contextId]) : null;
  return { user, usage, unifiedEnabled, contextFileBytes: used?.get(contextId) ?? null };
}

/**
 * Authorises an operation on the mailbox of a user: the owners of the context and its admin. The user is not checked to exist.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function authorizeOnMailbox(
  installation: Installation,
  target: MailboxTarget,
  credentials: Credentials,
): Promise<{ contextId: number; userId: number }> {
  if (target.contextId === null || target.contextId === undefined) throw errors.invalidContextObject();
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    target.contextId,
    errors.noSuchContext,
  );
  if (target.userId === null || target.userId === undefined) throw cloudErrors.userArgumentMissing('usrid');
  return { contextId: context.id, userId: target.userId };
}
