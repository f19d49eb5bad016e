import { isDeepStrictEqual } from 'node:util';
import { authorizeContextAdmin, authorizeInContext, type ContextAccess } from '../access/authorization.js';
import { hashPassword } from '../access/password-hashing.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context, User } from '../model/model.js';
import { applyAttributeChanges, configNamespace, unifiedQuotaProperty } from '../quota/config-cascade.js';
import { checkCount, checkUserBounds } from '../installation/object-bounds.js';
import { holdCascade, touchesUnifiedProperty, writeUnifiedFlag } from '../quota/unified-flags.js';
import { chooseUserFilestore, holdFilestore } from '../registry/filestores.js';
import type { Repositories } from '../repositories/store.js';
import type { UserChanges } from '../repositories/user-repository.js';
import { useNewDomains } from './change-user-addresses.js';
import { hidingOthersFrom, requireContextId, resolveUserId, type UserReference } from './identify-users.js';
import { planUserChange, type UserPlan, type WantedChange } from './plan-user-change.js';
import { noHolders } from './planning-deps.js';
import type { UserFields } from './user-fields.js';
import { claimsOf, reportingUserConflicts } from './user-names.js';

/** Request of the change operation; null for absent members. */
export interface ChangeUserRequest {
  readonly contextId: number | null | undefined;
  readonly user: { readonly reference: UserReference; readonly fields: UserFields } | null;
}

/** A change that was checked, as the user was when it was read. */
interface Draft {
  readonly caller: ContextAccess;
  readonly seen: User;
  readonly wanted: WantedChange;
  readonly plan: UserPlan;
  /** Absent without a new password. */
  readonly passwordHash?: string;
}

/**
 * Changes the fields of a user that the request sets. The checks come in the order of the source, save that the caller is authenticated
 * first. What is written follows from the user as it is under the lock, not as it was before the hash.
 * Source: docs/contract/users.md#2-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser, Storage
 */
export async function changeUser(
  installation: Installation,
  request: ChangeUserRequest,
  credentials: Credentials,
): Promise<void> {
  const caller = await authorizeInContext(
    installation,
    credentials,
    requireContextId(request.contextId),
    errors.noSuchContextOnUserChange,
  );
  const { context, principal } = caller;
  if (request.user === null) throw errors.changeArgumentMissing();
  const { reference, fields } = request.user;
  const userId = await resolveUserId(installation, context.id, reference).catch(hidingOthersFrom(principal));
  if (principal.kind === 'user' && principal.userId !== userId) throw errors.permissionDenied();
  const seen = await installation.store.read.users.find(context.id, userId);
  if (seen === null) throw errors.noSuchUser(userId, context.id);
  // Before any of them is looked at.
  checkCount('aliases', installation.settings.maxAliases, seen.aliases.length, fields.aliases.length);
  const wanted = { fields, isByHimself: principal.kind === 'user' };
  const plan = await planUserChange(planningBefore(installation, context), seen, wanted);
  const { newPassword } = plan;
  const password =
    newPassword === null
      ? {}
      : { passwordHash: await hashPassword(newPassword.password, newPassword.mechanism) };
  const draft: Draft = { caller, seen, wanted, plan, ...password };
  await reportingUserConflicts(installation, { ...seen, ...plan.changes }, () => write(installation, draft));
}

function write(installation: Installation, draft: Draft): Promise<void> {
  const { id, contextId } = draft.seen;
  return installation.store.transaction(async (tx) => {
    const { attributeChanges = [] } = draft.plan.changes;
    const held = touchesUnifiedProperty(attributeChanges) ? await holdCascade(tx, contextId) : null;
    const before = await tx.users.lock(contextId, id);
    if (before === null) throw errors.noSuchUser(id, contextId);
    const changes = await changesUnderLock(installation, tx, draft, before);
    const attributes = applyAttributeChanges(before.attributes, attributeChanges);
    const { aliases = before.aliases, profile = before.profile } = changes;
    checkUserBounds(installation.settings, { aliases, attributes, profile }, before);
    await useNewDomains(installation, tx, draft.caller, before, changes);
    if (changes.filestoreId !== undefined) await holdFilestore(tx, { ...before, ...changes });
    await tx.users.update(contextId, id, changes);
    if (held !== null) await writeUnifiedFlag(installation, tx, held, { ...before, attributes });
  });
}

/** Plan of the change, made anew when the user changed since it was read. */
async function changesUnderLock(
  installation: Installation,
  tx: Repositories,
  { caller, seen, wanted, plan, passwordHash }: Draft,
  present: User,
): Promise<UserChanges> {
  const isAsSeen = isDeepStrictEqual(present, seen);
  const { changes } = isAsSeen
    ? plan
    : await planUserChange(planningUnderLock(installation, tx, caller.context, plan), present, wanted);
  return {
    ...changes,
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(touchesNames(changes) ? { claims: claimsOf(installation.settings, { ...present, ...changes }) } : {}),
  };
}

function planningBefore(installation: Installation, context: Context) {
  const { settings, store } = installation;
  return {
    settings,
    holders: store.read.users,
    findFilestore: (id: number) => store.read.filestores.find(id),
    chooseFilestore: () => chooseUserFilestore(installation, context),
  };
}

function planningUnderLock(
  { settings }: Installation,
  tx: Repositories,
  context: Context,
  { changes: { filestoreId } }: UserPlan,
) {
  return {
    settings,
    holders: noHolders,
    findFilestore: (id: number) => tx.filestores.find(id),
    chooseFilestore: async () =>
      filestoreId ?? (await chooseUserFilestore({ settings, store: { read: tx } }, context)),
  };
}

function touchesNames({ displayName, primaryEmail, aliases }: UserChanges): boolean {
  return displayName !== undefined || primaryEmail !== undefined || aliases !== undefined;
}

/** Both sides of a user's quota, and whether they are one. */
export interface WantedQuota {
  /** -1: no limit. */
  readonly maxQuotaMb: number;
  /** 0: no limit. */
  readonly mailQuotaMb: number;
  readonly unified: boolean;
}

/**
 * Sets file quota, mail quota and unified quota in one transaction; SOAP needs three calls. For callers who
 * may set a mail quota.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser; Storage without a
 * filestore
 */
export async function setUserQuota(
  installation: Installation,
  { contextId, userId }: { readonly contextId: number; readonly userId: number },
  { maxQuotaMb, mailQuotaMb, unified }: WantedQuota,
  credentials: Credentials,
): Promise<void> {
  await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  const fields = {
    maxQuotaMb,
    mailQuotaMb,
    aliases: [],
    imap: {},
    smtp: {},
    profile: {},
    attributeChanges: [{ namespace: configNamespace, key: unifiedQuotaProperty, value: String(unified) }],
  };
  await changeUser(installation, { contextId, user: { reference: { id: userId }, fields } }, credentials);
}
