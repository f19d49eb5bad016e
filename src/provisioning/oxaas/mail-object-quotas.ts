import { bytesPerMb } from '../../util/bytes-per-mb.js';
import { authorizeContextAdmin } from '../access/authorization.js';
import { changeContext } from '../contexts/change-context.js';
import { getContext } from '../contexts/read-contexts.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { AttributeChange } from '../model/model.js';
import { type MailObjectKind, mailObjectKinds } from '../repositories/mailbox-repository.js';
import { changeUser } from '../users/change-user.js';
import { getQuotaFacts } from './mail-quota.js';

/** The namespace of userAttributes that says how much a user or a context may have in a Stalwart mail server. */
export const stalwartNamespace = 'stalwart';

/** The key of a context's attribute that limits all its mailboxes together, in MB. */
const tenantKey = 'disk-quota-mb';
/** The largest number of objects that a limit may allow. */
export const maxObjects = 4_294_967_295;
/** The largest limit on a context's mailboxes together. */
export const maxTenantMb = Math.floor(Number.MAX_SAFE_INTEGER / bytesPerMb);

/** The limits that a user's attributes of the namespace set. What is no whole number from 1 on sets none. */
export function mailObjectQuotas(values: ReadonlyMap<string, string>): ReadonlyMap<MailObjectKind, number> {
  const limits = new Map<MailObjectKind, number>();
  for (const kind of mailObjectKinds) {
    const limit = parseCount(values.get(kind), maxObjects);
    if (limit !== null) limits.set(kind, limit);
  }
  return limits;
}

/** Limit of all mailboxes of a context together; null for no limit. */
export function tenantLimitBytes(values: ReadonlyMap<string, string>): number | null {
  const limitMb = parseCount(values.get(tenantKey), maxTenantMb);
  return limitMb === null ? null : limitMb * bytesPerMb;
}

/** The limit on one kind of a user's objects in the mail server; null: no limit. */
export interface MailObjectQuota {
  readonly kind: MailObjectKind;
  readonly limit: number | null;
}

/**
 * The limits on a user's objects in the mail server, for whoever may read the user.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function getMailObjectQuotas(
  installation: Installation,
  contextId: number,
  userId: number,
  credentials: Credentials,
): Promise<MailObjectQuota[]> {
  const { user } = await getQuotaFacts(installation, contextId, userId, credentials);
  const limits = mailObjectQuotas(user.attributes.get(stalwartNamespace) ?? new Map());
  return mailObjectKinds.map((kind) => ({ kind, limit: limits.get(kind) ?? null }));
}

/**
 * Sets limits of a user's mail server objects, for callers with rights on others. Null removes a limit, and
 * unnamed kinds keep theirs.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function setMailObjectQuotas(
  installation: Installation,
  contextId: number,
  userId: number,
  quotas: readonly MailObjectQuota[],
  credentials: Credentials,
): Promise<void> {
  await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  const attributeChanges = quotas.map(({ kind, limit }) => attribute(kind, limit));
  const fields = { aliases: [], imap: {}, smtp: {}, profile: {}, attributeChanges };
  await changeUser(installation, { contextId, user: { reference: { id: userId }, fields } }, credentials);
}

/**
 * Limits what the mailboxes of a context may hold together, in MB; null: no limit. For the owners of the context.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function setTenantQuota(
  installation: Installation,
  contextId: number,
  limitMb: number | null,
  credentials: Credentials,
): Promise<void> {
  const attributeChanges = [attribute(tenantKey, limitMb)];
  await changeContext(
    installation,
    { id: contextId, loginMappings: [], restrictions: [], attributeChanges },
    credentials,
  );
}

function attribute(key: string, limit: number | null): AttributeChange {
  return { namespace: stalwartNamespace, key, value: limit === null ? null : String(limit) };
}

/**
 * Limit of all mailboxes of a context together, for callers who may read the context.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function getTenantQuota(
  installation: Installation,
  contextId: number,
  credentials: Credentials,
): Promise<{ readonly contextId: number; readonly limitBytes: number | null }> {
  const { context } = await getContext(installation, { id: contextId }, credentials);
  const limitBytes = tenantLimitBytes(context.attributes.get(stalwartNamespace) ?? new Map());
  return { contextId: context.id, limitBytes };
}

function parseCount(text: string | undefined, max: number): number | null {
  const trimmed = text?.trim() ?? '';
  const value = /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : 0;
  return value >= 1 && value <= max ? value : null;
}
