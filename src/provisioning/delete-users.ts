import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { configScopes, isUnifiedQuotaEnabled } from './config-scopes.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { noFilestore } from './filestores.js';
import { requireContextId, resolveUserId, type UserReference } from './identify-users.js';
import type { Context, User } from './model.js';

/** Which users to delete, and who gets what they shared; null where the request had nothing. */
export interface DeleteUsersRequest {
  readonly contextId: number | null | undefined;
  readonly users: readonly UserReference[] | null;
  /** Absent: to the context admin; above 0: to that user; else nothing is kept. */
  readonly reassignTo: number | null | undefined;
}

/**
 * Deletes users with everything that is theirs, all or none. OX: semantics 3; while unified quota is on for a user with an own file
 * storage it cannot be deleted (decision 1, UNIFIED_QUOTA_DELETE_VETO).
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser, Storage
 */
export async function deleteUsers(
  deps: ProvisioningDeps,
  request: DeleteUsersRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(request.contextId));
  if (request.users === null) throw errors.missingArgument();
  if (request.users.length === 0) throw errors.noUsers();
  const ids: number[] = [];
  for (const reference of request.users) ids.push(await resolveUserId(deps, context.id, reference));
  const scopes = await configScopes(deps, context);
  await deps.store.transaction(async ({ users }) => {
    const found: User[] = [];
    for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
      const user = await users.lock(context.id, id);
      if (user !== null) found.push(user);
    }
    checkDeletable(context, ids, found, request.reassignTo);
    await checkReassignUser(context, request.reassignTo, (id) => users.find(context.id, id));
    for (const user of found)
      if (isVetoed(deps, user, request.reassignTo, isUnifiedQuotaEnabled(scopes, user)))
        throw errors.unifiedQuotaVeto(user.id, context.id);
    await users.delete(
      context.id,
      found.map(({ id }) => id),
    );
  });
}

function checkDeletable(
  context: Context,
  ids: readonly number[],
  found: readonly User[],
  reassignTo: number | null | undefined,
): void {
  const missing = ids.filter((id) => !found.some((user) => user.id === id));
  if (missing.length > 0) throw errors.noSuchUsers(missing, context.id);
  ids.forEach((id, index) => {
    if (id === reassignTo) throw errors.reassignToDeleted();
    if (ids.indexOf(id) !== index) throw errors.deletedTwice(id);
    if (id === context.adminId) throw errors.adminDelete();
  });
}

async function checkReassignUser(
  context: Context,
  reassignTo: number | null | undefined,
  find: (id: number) => Promise<User | null>,
): Promise<void> {
  if (reassignTo === null || reassignTo === undefined || reassignTo <= 0) return;
  const heir = await find(reassignTo);
  if (heir === null) throw errors.noSuchReassignUser(reassignTo, context.id);
  if (heir.filestoreId === noFilestore) throw errors.reassignUserWithoutFilestore(reassignTo);
}

function isVetoed(
  { settings }: ProvisioningDeps,
  user: User,
  reassignTo: number | null | undefined,
  unified: boolean,
): boolean {
  if (!unified || user.filestoreId === noFilestore || settings.unifiedQuotaDeleteVeto === 'never')
    return false;
  // OX: before 8.x only a delete that moves the files was vetoed; one with reassign <= 0 moves nothing.
  const movesFiles = reassignTo === null || reassignTo === undefined || reassignTo > 0;
  return settings.unifiedQuotaDeleteVeto === 'always' || movesFiles;
}
