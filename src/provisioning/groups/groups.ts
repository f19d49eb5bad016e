import { definedOnly } from '../../util/defined-only.js';
import { authorizeContextAdmin } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { groupErrors } from '../errors/group-errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { defaultGroupId, type Group } from '../model/model.js';
import { checkCount } from '../installation/object-bounds.js';
import type { Repositories } from '../repositories/store.js';
import { requireContextId, resolveUserId, type UserReference } from '../users/identify-users.js';
import { checkName } from './check-name.js';
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
  if (!name || !displayName)
    throw errors.mandatoryFieldsMissing([...(displayName ? [] : ['displayname']), ...(name ? [] : ['name'])]);
  checkName(name, groupErrors.invalidGroupName);
  checkCount('members', installation.settings.maxGroupMembers, 0, memberIds.length);
  return reportingConflicts({ groupName: groupErrors.groupExists }, () =>
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
  if (request.group === null) throw errors.missingArgument();
  const { reference, fields } = request.group;
  const id = await resolveGroupId(installation, context.id, reference);
  await reportingConflicts({ groupName: groupErrors.groupNameTakenOnChange }, () =>
    installation.store.transaction(async (tx) => {
      const present = await tx.groups.lock(context.id, id);
      if (present === null) throw groupErrors.noSuchGroup();
      checkName(fields.name, groupErrors.invalidGroupName, present.name);
      let memberIds: number[] | undefined;
      if (fields.memberIds.length > 0) {
        if (id !== defaultGroupId) {
          const { maxGroupMembers } = installation.settings;
          checkCount('members', maxGroupMembers, present.memberIds.length, fields.memberIds.length);
        }
        memberIds = await lockMembers(tx, context.id, fields.memberIds);
      }
      const { name, displayName } = fields;
      await tx.groups.update(context.id, id, definedOnly({ name, displayName, memberIds }));
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
      if ((await tx.groups.lock(context.id, id)) === null) throw groupErrors.noSuchGroup();
      if (id === defaultGroupId) throw groupErrors.defaultGroupDelete(id);
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
    if (group === null) throw groupErrors.noSuchGroup();
    const members = await lockMembers(tx, contextId, userIds);
    const present = new Set(group.memberIds);
    if (members.some((userId) => present.has(userId))) throw groupErrors.alreadyMember();
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
 * Removes users from a group, all or none; who is no member of it stays none.
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
    if (group === null) throw groupErrors.noSuchGroup();
    const present = new Set(group.memberIds);
    const members = (await lockMembers(tx, contextId, userIds)).filter((userId) => present.has(userId));
    if (members.length > 0) await tx.groups.removeMembers(contextId, groupId, members);
  });
}

/**
 * Locks users until the transaction ends; their ids, ascending. OX: as many must be there as are named.
 * @throws ProvisioningError NoSuchUser for one that is not there, or named twice
 */
async function lockMembers(
  { users }: Pick<Repositories, 'users'>,
  contextId: number,
  ids: readonly number[],
): Promise<number[]> {
  const found = await users.lockExisting(contextId, ids);
  if (found.length !== ids.length) throw groupErrors.noSuchMember();
  return found;
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
  if (request.members.length === 0) throw groupErrors.noMembers();
  const groupId = await resolveGroupId(installation, context.id, request.group);
  const userIds: number[] = [];
  for (const member of request.members) userIds.push(await resolveUserId(installation, context.id, member));
  return { contextId: context.id, groupId, userIds };
}
