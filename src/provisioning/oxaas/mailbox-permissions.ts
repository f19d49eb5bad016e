import { cloudErrors } from '../errors/cloud-errors.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { authorizeOnMailbox, type MailboxTarget } from './mail-quota.js';

/** The four names of the newer REST; in the order in which they are answered. Source: docs/contract/oxaas.md#2. */
const permissionNames = ['send', 'receive', 'maillogin', 'weblogin'] as const;

type PermissionName = (typeof permissionNames)[number];

/**
 * Grants or takes permissions of a user's mailbox; those that are not named stay. `weblogin` is `mailenabled` of the user service.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function changeMailboxPermissions(
  installation: Installation,
  target: MailboxTarget,
  names: readonly string[],
  granted: boolean,
  credentials: Credentials,
): Promise<void> {
  const { contextId, userId } = await authorizeOnMailbox(installation, target, credentials);
  const known = parsePermissions(names);
  const { weblogin: enabled, ...ofMailbox } = Object.fromEntries(known.map((name) => [name, granted]));
  // A granted right is noticed at the next login; a revoked one must not survive in an open session.
  const sessions = granted ? 'stay' : 'end';
  await installation.store.transaction(async ({ users, mailboxPermissions }) => {
    const present = await users.lock(contextId, userId);
    if (present === null) throw errors.noSuchUser(userId, contextId);
    if (enabled !== undefined) await users.update(contextId, userId, { enabled }, sessions);
    await mailboxPermissions.update(contextId, userId, ofMailbox);
  });
}

/**
 * The permissions that a user's mailbox has; a new one has all.
 * @throws ProvisioningError as changeMailboxPermissions
 */
export async function getMailboxPermissions(
  installation: Installation,
  target: MailboxTarget,
  credentials: Credentials,
): Promise<string[]> {
  const { contextId, userId } = await authorizeOnMailbox(installation, target, credentials);
  const user = await installation.store.read.users.find(contextId, userId);
  if (user === null) throw errors.noSuchUser(userId, contextId);
  const ofMailbox = await installation.store.read.mailboxPermissions.find(contextId, userId);
  const all = { ...ofMailbox, weblogin: user.enabled };
  return permissionNames.filter((name) => all[name]);
}

/** Letter case says nothing (docs/contract/oxaas.md#2). */
function parsePermissions(names: readonly string[]): PermissionName[] {
  if (names.length === 0) throw cloudErrors.noPermissions(permissionNames);
  return names.map((name) => {
    const wanted = name.trim().toLowerCase();
    const known = permissionNames.find((each) => each === wanted);
    if (known === undefined) throw cloudErrors.unknownPermission(name, permissionNames);
    return known;
  });
}
