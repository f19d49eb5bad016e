import { authorizeContextAdmin } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { storageErrors } from '../errors/storage-errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context, User } from '../model/model.js';
import { ownsFilestore } from '../registry/filestores.js';
import type { UserRepository } from '../repositories/user-repository.js';
import { requireContextId, resolveUserId, type UserReference } from './identify-users.js';

/** Users to delete, and the heir of their shared data; null for absent members. */
export interface DeleteUsersRequest {
  readonly contextId: number | null | undefined;
  readonly users: readonly UserReference[] | null;
  /** Absent: to the context admin; above 0: to that user; else nothing is kept. */
  readonly reassignTo: number | null | undefined;
}

/**
 * Deletes users with everything that is theirs, all or none. While unified quota is on for a user with an own file storage it cannot be
 * deleted (docs/contract/choices.md#1, UNIFIED_QUOTA_DELETE_VETO).
 * Source: docs/contract/users.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser, Storage
 */
export async function deleteUsers(
  installation: Installation,
  request: DeleteUsersRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.users === null) throw errors.missingArgument();
  if (request.users.length === 0) throw errors.noUsers();
  const ids: number[] = [];
  for (const reference of request.users) ids.push(await resolveUserId(installation, context.id, reference));
  const heirId = heirOf(context, request.reassignTo);
  await installation.store.transaction(async ({ users, fileUsage, unifiedFlags }) => {
    const locked = await lockUsers(users, context.id, heirId === null ? ids : [...ids, heirId]);
    const found = locked.filter(({ id }) => ids.includes(id));
    checkDeletable(context, ids, found, request.reassignTo);
    for (const { id } of found) {
      const sharers = await fileUsage.sharers(context.id, id);
      if (sharers.length > 0) throw storageErrors.masterFilestoreInUse(id, context.id, sharers);
    }
    const heir = locked.find(({ id }) => id === heirId);
    checkReassignUser(context, request.reassignTo, heir);
    const foundIds = found.map(({ id }) => id);
    const unified = await unifiedFlags.enabledAmong(context.id, foundIds);
    for (const user of found)
      if (isVetoed(installation, user, request.reassignTo, unified.has(user.id)))
        throw errors.unifiedQuotaVeto(user.id, context.id);
    if (heir !== undefined) await fileUsage.passOn(context.id, foundIds, heir.id);
    await users.delete(context.id, foundIds);
  });
}

/** Heir of deleted users' data. Source: docs/contract/users.md#3-2. */
function heirOf(context: Context, reassignTo: number | null | undefined): number | null {
  if (reassignTo === null || reassignTo === undefined) return context.adminId;
  return reassignTo > 0 ? reassignTo : null;
}

/** Locks existing users by ascending id, so that two such transactions cannot deadlock. */
export async function lockUsers(
  users: UserRepository,
  contextId: number,
  ids: readonly number[],
): Promise<User[]> {
  const locked: User[] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const user = await users.lock(contextId, id);
    if (user !== null) locked.push(user);
  }
  return locked;
}

function checkDeletable(
  context: Context,
  ids: readonly number[],
  found: readonly User[],
  reassignTo: number | null | undefined,
): void {
  const missing = ids.filter((id) => !found.some((user) => user.id === id));
  // OX: names all that were sent, existing ones too.
  if (missing.length > 0) throw errors.noSuchUsers(ids, context.id);
  ids.forEach((id, index) => {
    if (id === reassignTo) throw errors.reassignToDeleted();
    if (ids.indexOf(id) !== index) throw errors.deletedTwice(id);
    if (id === context.adminId) throw errors.adminDelete();
  });
}

function checkReassignUser(
  context: Context,
  reassignTo: number | null | undefined,
  heir: User | undefined,
): void {
  if (reassignTo === null || reassignTo === undefined || reassignTo <= 0) return;
  if (heir === undefined) throw errors.noSuchReassignUser(reassignTo, context.id);
  if (!ownsFilestore(heir)) throw errors.reassignUserWithoutFilestore(reassignTo);
}

function isVetoed(
  { settings }: Installation,
  user: User,
  reassignTo: number | null | undefined,
  unified: boolean,
): boolean {
  if (!unified || !ownsFilestore(user) || settings.unifiedQuotaDeleteVeto === 'never') return false;
  // OX: before 8.x only a delete that moves the files was vetoed; one with reassign <= 0 moves nothing.
  const movesFiles = reassignTo === null || reassignTo === undefined || reassignTo > 0;
  return settings.unifiedQuotaDeleteVeto === 'always' || movesFiles;
}
