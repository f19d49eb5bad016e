import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { checkCount } from './bounds/object-bounds.js';
import { defaultGroupId } from './create-user.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { resolveGroupId, type NamedReference } from './identify-groups-and-resources.js';
import { requireContextId, resolveUserId, type UserReference } from './identify-users.js';
import type { Group } from './model.js';
import type { Repositories } from './store.js';

/** Which members to add to or remove from which group; null where the request had nothing. */
export interface GroupMembersRequest {
  readonly contextId: number | null | undefined;
  readonly group: NamedReference | null;
  readonly members: readonly UserReference[];
}

/**
 * Adds users to a group, all or none.
 * @throws ProvisioningError InvalidData `Member already exists in group` (clients.md 18), InvalidCredentials, NoSuchGroup, NoSuchUser
 */
export async function addGroupMembers(
  deps: ProvisioningDeps,
  request: GroupMembersRequest,
  credentials: Credentials,
): Promise<void> {
  const { contextId, groupId, userIds } = await resolveRequest(deps, request, credentials);
  await deps.store.transaction(async (tx) => {
    const group = await tx.groups.lock(contextId, groupId);
    if (group === null) throw errors.noSuchGroup(groupId, contextId);
    const members = await lockUsers(tx, contextId, userIds);
    const present = new Set(group.memberIds);
    if (members.some((userId) => present.has(userId))) throw errors.alreadyMember();
    if (groupId !== defaultGroupId)
      checkCount('members', deps.settings.maxGroupMembers, present.size, present.size + members.length);
    await tx.groups.addMembers(contextId, groupId, members);
  });
}

/**
 * Removes users from a group, all or none. Nobody can be removed from its default group, nor from the context's.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchGroup, NoSuchUser
 */
export async function removeGroupMembers(
  deps: ProvisioningDeps,
  request: GroupMembersRequest,
  credentials: Credentials,
): Promise<void> {
  const { contextId, groupId, userIds } = await resolveRequest(deps, request, credentials);
  await deps.store.transaction(async (tx) => {
    const group = await tx.groups.lock(contextId, groupId);
    if (group === null) throw errors.noSuchGroup(groupId, contextId);
    const leaving = await lockUsers(tx, contextId, userIds);
    const present = new Set(group.memberIds);
    for (const userId of leaving) if (!present.has(userId)) throw errors.noMember(userId, groupId, contextId);
    await checkMayLeave(tx, group, leaving);
    await tx.groups.removeMembers(contextId, groupId, leaving);
  });
}

/**
 * Locks users until the transaction ends; their ids without repetitions, ascending.
 * @throws ProvisioningError NoSuchUser for the first that is not there
 */
export async function lockUsers(
  { users }: Pick<Repositories, 'users'>,
  contextId: number,
  ids: readonly number[],
): Promise<number[]> {
  const found = await users.lockExisting(contextId, ids);
  const present = new Set(found);
  const missing = ids.find((id) => !present.has(id));
  if (missing !== undefined) throw errors.noSuchUser(missing, contextId);
  return found;
}

/** @throws ProvisioningError InvalidData when the group is the default group of one of its members */
export async function checkMayLeave(
  { users }: Pick<Repositories, 'users'>,
  group: Group,
  leaving: readonly number[],
): Promise<void> {
  const members = await users.findMany(group.contextId, leaving);
  for (const user of members)
    if (group.id === defaultGroupId || group.id === user.defaultGroupId)
      throw errors.leavingDefaultGroup(user.id, group.id, group.contextId);
}

async function resolveRequest(
  deps: ProvisioningDeps,
  request: GroupMembersRequest,
  credentials: Credentials,
): Promise<{ contextId: number; groupId: number; userIds: number[] }> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(request.contextId));
  if (request.group === null) throw errors.missingArgument();
  if (request.members.length === 0) throw errors.noMembers();
  const groupId = await resolveGroupId(deps, context.id, request.group);
  const userIds: number[] = [];
  for (const member of request.members) userIds.push(await resolveUserId(deps, context.id, member));
  return { contextId: context.id, groupId, userIds };
}
