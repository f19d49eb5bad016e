import { definedOnly } from '../../util/defined-only.js';
import { authorizeContextAdmin } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { defaultGroupId, type Group } from '../model/model.js';
import { checkCount } from '../installation/object-bounds.js';
import type { Repositories } from '../repositories/store.js';
import { requireContextId, resolveUserId, type UserReference } from '../users/identify-users.js';
import { type NamedReference, resolveGroupId } from './read-groups.js';

/** Group fields of a request. */
export interface GroupFields {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  /** An empty list says nothing. */
  readonly memberIds: readonly number[];
}

/** Request of the change operation; null for absent members. */
export interface ChangeGroupRequest {
  readonly contextId: number | null | undefined;
  readonly group: { readonly reference: NamedReference; readonly fields: GroupFields } | null;
}

const conflicts = { groupName: errors.groupExists };

/**
 * Creates a group. Its id comes from the same sequence as those of users.
 * Source: docs/contract/users.md#1-6.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function createGroup(
  installation: Installation,
  request: { readonly contextId: number | null | undefined; readonly fields: GroupFields | null },
  credentials: Credentials,
): Promise<Group> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.fields === null) throw errors.missingArgument();
  const { name, displayName, memberIds } = request.fields;
  if (!name?.trim() || !displayName)
    throw errors.mandatoryFieldsMissing([
      ...(displayName ? [] : ['displayname']),
      ...(name?.trim() ? [] : ['name']),
    ]);
  checkCount('members', installation.settings.maxGroupMembers, 0, memberIds.length);
  return reportingConflicts(conflicts, () =>
    installation.store.transaction(async (tx) => {
      const id = await tx.contexts.takeNextPrincipalId(context.id);
      if (id === null) throw errors.authenticationFailed();
      const members = await lockMembers(tx, context.id, memberIds);
      const group: Group = { contextId: context.id, id, name, displayName, memberIds: members };
      await tx.groups.insert(group);
      return group;
    }),
  );
}

/**
 * Changes what the request sets; members that are sent replace the present ones.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchGroup, NoSuchUser
 */
export async function changeGroup(
  installation: Installation,
  request: ChangeGroupRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.group === null) throw errors.changeArgumentMissing();
  const { reference, fields } = request.group;
  const id = await resolveGroupId(installation, context.id, reference);
  await reportingConflicts(conflicts, () =>
    installation.store.transaction(async (tx) => {
      const present = await tx.groups.lock(context.id, id);
      if (present === null) throw errors.noSuchGroup(id, context.id);
      let memberIds: number[] | undefined;
      if (fields.memberIds.length > 0) {
        if (id !== defaultGroupId) {
          const { maxGroupMembers } = installation.settings;
          checkCount('members', maxGroupMembers, present.memberIds.length, fields.memberIds.length);
        }
        const members = new Set((memberIds = await lockMembers(tx, context.id, fields.memberIds)));
        const leaving = present.memberIds.filter((userId) => !members.has(userId));
        await checkMayLeave(tx, present, leaving);
      }
      const name = fields.name?.trim() ? fields.name : undefined;
      await tx.groups.update(
        context.id,
        id,
        definedOnly({ name, displayName: fields.displayName, memberIds }),
      );
    }),
  );
}

/**
 * Deletes groups, all or none. Users whose default group is among them get the context's.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchGroup
 */
export async function deleteGroups(
  installation: Installation,
  request: {
    readonly contextId: number | null | undefined;
    readonly groups: readonly NamedReference[];
  },
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.groups.length === 0) throw errors.missingArgument();
  const ids = new Set<number>();
  for (const reference of request.groups) ids.add(await resolveGroupId(installation, context.id, reference));
  await installation.store.transaction(async (tx) => {
    // A user that is being created with one of them as default group waits for this, or this for it.
    await tx.contexts.lock(context.id);
    for (const id of ids) {
      if ((await tx.groups.lock(context.id, id)) === null) throw errors.noSuchGroup(id, context.id);
      if (id === defaultGroupId) throw errors.defaultGroupDelete(id, context.id);
    }
    await tx.groups.delete(context.id, [...ids], defaultGroupId);
  });
}

/** Request to add or remove members; null for absent members. */
export interface GroupMembersRequest {
  readonly contextId: number | null | undefined;
  readonly group: NamedReference | null;
  readonly members: readonly UserReference[];
}

/**
 * Adds users to a group, all or none.
 * @throws ProvisioningError InvalidData `Member already exists in group` (docs/contract/clients.md#5), InvalidCredentials, NoSuchGroup,
 *   NoSuchUser
 */
export async function addGroupMembers(
  installation: Installation,
  request: GroupMembersRequest,
  credentials: Credentials,
): Promise<void> {
  const { contextId, groupId, userIds } = await resolveRequest(installation, request, credentials);
  await installation.store.transaction(async (tx) => {
    const group = await tx.groups.lock(contextId, groupId);
    if (group === null) throw errors.noSuchGroup(groupId, contextId);
    const members = await lockMembers(tx, contextId, userIds);
    const present = new Set(group.memberIds);
    if (members.some((userId) => present.has(userId))) throw errors.alreadyMember();
    if (groupId !== defaultGroupId)
      checkCount(
        'members',
        installation.settings.maxGroupMembers,
        present.size,
        present.size + members.length,
      );
    await tx.groups.addMembers(contextId, groupId, members);
  });
}

/**
 * Removes users from a group, all or none. Nobody can be removed from its default group, nor from the context's.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchGroup, NoSuchUser
 */
export async function removeGroupMembers(
  installation: Installation,
  request: GroupMembersRequest,
  credentials: Credentials,
): Promise<void> {
  const { contextId, groupId, userIds } = await resolveRequest(installation, request, credentials);
  await installation.store.transaction(async (tx) => {
    const group = await tx.groups.lock(contextId, groupId);
    if (group === null) throw errors.noSuchGroup(groupId, contextId);
    const leaving = await lockMembers(tx, contextId, userIds);
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
async function lockMembers(
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
async function checkMayLeave(
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
  installation: Installation,
  request: GroupMembersRequest,
  credentials: Credentials,
): Promise<{ contextId: number; groupId: number; userIds: number[] }> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.group === null) throw errors.missingArgument();
  if (request.members.length === 0) throw errors.noMembers();
  const groupId = await resolveGroupId(installation, context.id, request.group);
  const userIds: number[] = [];
  for (const member of request.members) userIds.push(await resolveUserId(installation, context.id, member));
  return { contextId: context.id, groupId, userIds };
}
