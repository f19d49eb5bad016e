import { definedOnly } from '../util/defined-only.js';
import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { checkCount } from './bounds/object-bounds.js';
import { defaultGroupId } from './create-user.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { checkMayLeave, lockUsers } from './group-members.js';
import { resolveGroupId, type NamedReference } from './identify-groups-and-resources.js';
import { requireContextId } from './identify-users.js';
import type { Group } from './model.js';
import { UniqueConflictError } from './store.js';

/** What a request says about a group. */
export interface GroupFields {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  /** An empty list says nothing. */
  readonly memberIds: readonly number[];
}

/** What the change operation asks for; null where the request had nothing. */
export interface ChangeGroupRequest {
  readonly contextId: number | null | undefined;
  readonly group: { readonly reference: NamedReference; readonly fields: GroupFields } | null;
}

/**
 * Creates a group. Its id comes from the same sequence as those of users. OX: semantics 1.8.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function createGroup(
  deps: ProvisioningDeps,
  request: { readonly contextId: number | null | undefined; readonly fields: GroupFields | null },
  credentials: Credentials,
): Promise<Group> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(request.contextId));
  if (request.fields === null) throw errors.missingArgument();
  const { name, displayName, memberIds } = request.fields;
  if (!name?.trim() || !displayName)
    throw errors.mandatoryFieldsMissing([
      ...(displayName ? [] : ['displayname']),
      ...(name?.trim() ? [] : ['name']),
    ]);
  checkCount('members', deps.settings.maxGroupMembers, 0, memberIds.length);
  return reportingNameConflict(() =>
    deps.store.transaction(async (tx) => {
      const id = await tx.contexts.takeNextPrincipalId(context.id);
      if (id === null) throw errors.authenticationFailed();
      const members = await lockUsers(tx, context.id, memberIds);
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
  deps: ProvisioningDeps,
  request: ChangeGroupRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(request.contextId));
  if (request.group === null) throw errors.changeArgumentMissing();
  const { reference, fields } = request.group;
  const id = await resolveGroupId(deps, context.id, reference);
  await reportingNameConflict(() =>
    deps.store.transaction(async (tx) => {
      const present = await tx.groups.lock(context.id, id);
      if (present === null) throw errors.noSuchGroup(id, context.id);
      let memberIds: number[] | undefined;
      if (fields.memberIds.length > 0) {
        if (id !== defaultGroupId) {
          const { maxGroupMembers } = deps.settings;
          checkCount('members', maxGroupMembers, present.memberIds.length, fields.memberIds.length);
        }
        const members = new Set((memberIds = await lockUsers(tx, context.id, fields.memberIds)));
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
  deps: ProvisioningDeps,
  request: {
    readonly contextId: number | null | undefined;
    readonly groups: readonly NamedReference[];
  },
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(request.contextId));
  if (request.groups.length === 0) throw errors.missingArgument();
  const ids = new Set<number>();
  for (const reference of request.groups) ids.add(await resolveGroupId(deps, context.id, reference));
  await deps.store.transaction(async (tx) => {
    // A user that is being created with one of them as default group waits for this, or this for it.
    await tx.contexts.lock(context.id);
    for (const id of ids) {
      if ((await tx.groups.lock(context.id, id)) === null) throw errors.noSuchGroup(id, context.id);
      if (id === defaultGroupId) throw errors.defaultGroupDelete(id, context.id);
    }
    await tx.groups.delete(context.id, [...ids], defaultGroupId);
  });
}

async function reportingNameConflict<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof UniqueConflictError && error.key === 'groupName')
      throw errors.groupExists(error.value);
    throw error;
  }
}
