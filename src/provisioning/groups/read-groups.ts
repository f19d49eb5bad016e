import { authorizeContextAdmin } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { defaultGroupId, type Group, type Page } from '../model/model.js';
import { requireContextId, resolveUserId, type UserReference } from '../users/identify-users.js';

/**
 * Reads groups, in the order of the request; one that is not there fails all.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchGroup
 */
export async function getGroups(
  installation: Installation,
  contextId: number | null | undefined,
  references: readonly NamedReference[],
  credentials: Credentials,
): Promise<Group[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (references.length === 0) throw errors.missingArgument();
  const ids: number[] = [];
  for (const reference of references) ids.push(await resolveGroupId(installation, context.id, reference));
  return findAll(installation, context.id, ids);
}

/**
 * The group that every user of the context is in, by its id alone, as the original.
 * @throws ProvisioningError InvalidCredentials
 */
export async function getDefaultGroup(
  installation: Installation,
  contextId: number | null | undefined,
  credentials: Credentials,
): Promise<Pick<Group, 'id'>> {
  await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  return { id: defaultGroupId };
}

/**
 * The groups whose name or display name matches. The pattern is passed through as it is: a blank one is not `*`.
 * Source: docs/contract/wire.md#5.
 * @throws ProvisioningError InvalidData without a pattern, InvalidCredentials
 */
export async function listGroups(
  installation: Installation,
  contextId: number | null | undefined,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<Group[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (pattern === null || pattern === undefined) throw errors.missingArgument();
  const ids = await installation.store.read.groups.search(context.id, pattern);
  return installation.store.read.groups.findMany(context.id, ids);
}

/**
 * Page of the groups that `listGroups` finds. They are read one by one, since each may have as many members
 * as there are users.
 * @throws ProvisioningError InvalidCredentials
 */
export async function readGroups(
  installation: Installation,
  contextId: number,
  { pattern, offset, length }: { readonly pattern: string } & Page,
  credentials: Credentials,
): Promise<AsyncIterable<Group>> {
  const { context } = await authorizeContextAdmin(installation, credentials, contextId);
  const ids = await installation.store.read.groups.search(context.id, pattern);
  return groupsOf(ids.slice(offset, offset + length));

  async function* groupsOf(wanted: readonly number[]): AsyncGenerator<Group> {
    for (const id of wanted) yield* await installation.store.read.groups.findMany(context.id, [id]);
  }
}

/**
 * The groups that a user is a member of.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchUser
 */
export async function listGroupsOfUser(
  installation: Installation,
  contextId: number | null | undefined,
  user: UserReference | null,
  credentials: Credentials,
): Promise<Group[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (user === null) throw errors.missingArgument();
  const userId = await resolveUserId(installation, context.id, user);
  if ((await installation.store.read.users.find(context.id, userId)) === null)
    throw errors.noSuchUser(userId, context.id);
  const ids = await installation.store.read.groups.findIdsByMember(context.id, userId);
  return installation.store.read.groups.findMany(context.id, ids);
}

async function findAll(
  installation: Installation,
  contextId: number,
  ids: readonly number[],
): Promise<Group[]> {
  const groups = await installation.store.read.groups.findMany(contextId, ids);
  const found = new Set(groups.map(({ id }) => id));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw errors.noSuchGroup(missing, contextId);
  return groups;
}

/** Reference to a group or a resource. The id wins; a name counts only without an id. */
export interface NamedReference {
  readonly id?: number | null | undefined;
  readonly name?: string | null | undefined;
}

/**
 * Resolves which group is meant to its id, which is not checked to exist. As users: an id of 0 counts as none (docs/contract/values.md#2).
 * @throws ProvisioningError InvalidData when neither is given; NoSuchGroup for an unknown name
 */
export async function resolveGroupId(
  installation: Pick<Installation, 'store'>,
  contextId: number,
  { id, name }: NamedReference,
): Promise<number> {
  if (id) return id;
  if (!name) throw errors.groupNotIdentified();
  const found = await installation.store.read.groups.findIdByName(contextId, name);
  if (found === null) throw errors.noSuchGroup(name, contextId);
  return found;
}

/**
 * Like resolveGroupId, for a resource.
 * @throws ProvisioningError InvalidData when neither is given; NoSuchResource for an unknown name
 */
export async function resolveResourceId(
  installation: Pick<Installation, 'store'>,
  contextId: number,
  { id, name }: NamedReference,
): Promise<number> {
  if (id) return id;
  if (!name) throw errors.resourceNotIdentified();
  const found = await installation.store.read.resources.findIdByName(contextId, name);
  if (found === null) throw errors.noSuchResource(name, contextId);
  return found;
}
