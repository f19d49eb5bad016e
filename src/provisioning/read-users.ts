import {
  authorizeContextAdmin,
  authorizeInContext,
  canonicalLogin,
  type Credentials,
} from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { hidingOthersFrom, requireContextId, type UserReference } from './identify-users.js';
import type { Context, Filestore, Group, QuotaUsage, User } from './model.js';
import type { UserSearch } from './store.js';

/** A user with what is derived from elsewhere. */
export interface UserData {
  readonly user: User;
  readonly defaultGroup: Group | null;
  readonly filestore: Filestore | null;
  readonly usage: QuotaUsage;
}

const noUsage: QuotaUsage = { mailBytes: 0, mailMessages: 0, fileBytes: null };

/**
 * Reads users, in the order of the request; one that is not there fails all. OX: semantics 4.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function getUsers(
  deps: ProvisioningDeps,
  contextId: number | null | undefined,
  references: readonly UserReference[],
  credentials: Credentials,
): Promise<UserData[]> {
  if (contextId === null || contextId === undefined) throw errors.contextInvalid();
  const { context, principal } = await authorizeInContext(deps, credentials, contextId, errors.noSuchContext);
  if (references.length === 0) throw errors.missingArgument();
  const ids: number[] = [];
  for (const reference of references)
    ids.push(await findUserId(deps, context, reference).catch(hidingOthersFrom(principal)));
  if (principal.kind === 'user' && (ids.length !== 1 || ids[0] !== principal.userId))
    throw errors.permissionDenied();
  const users = new Map((await deps.store.users.findMany(context.id, ids)).map((user) => [user.id, user]));
  const found = ids.map((id, index) => {
    const user = users.get(id);
    if (user === undefined) throw errors.noSuchUser(references[index]?.login || id, context.id);
    return user;
  });
  return withDerived(deps, context, found);
}

/**
 * The admin of a context.
 * @throws ProvisioningError InvalidCredentials
 */
export async function getContextAdmin(
  deps: ProvisioningDeps,
  contextId: number | null | undefined,
  credentials: Credentials,
): Promise<UserData> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(contextId));
  const [data] = await withDerived(
    deps,
    context,
    await deps.store.users.findMany(context.id, [context.adminId]),
  );
  if (data === undefined) throw errors.noSuchUser(context.adminId, context.id);
  return data;
}

/**
 * The ids of the users whose login or display name matches. OX: semantics 4; a blank pattern means all, and there are no
 * guests, so `onlyGuests` finds nobody.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listUsers(
  deps: ProvisioningDeps,
  contextId: number | null | undefined,
  search: Omit<UserSearch, 'pattern'> & { pattern: string | null | undefined; onlyGuests: boolean },
  credentials: Credentials,
): Promise<number[]> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(contextId));
  const { onlyGuests, pattern, ...rest } = search;
  if (onlyGuests) return [];
  return deps.store.users.search(context.id, { ...rest, pattern: pattern?.trim() ? pattern : '*' });
}

/**
 * The ids of the users that have an alias which ends with a text, e.g. a domain. OX: semantics 4.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function listUsersByAliasDomain(
  deps: ProvisioningDeps,
  contextId: number | null | undefined,
  domain: string | null | undefined,
  page: Pick<UserSearch, 'length' | 'offset'>,
  credentials: Credentials,
): Promise<number[]> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(contextId));
  if (domain === null || domain === undefined) throw errors.invalidAliasDomain();
  return deps.store.users.findIdsByAliasEnding(context.id, domain, page);
}

/**
 * Whether a user exists, by id, else login, else display name. OX: semantics 4.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function userExists(
  deps: ProvisioningDeps,
  contextId: number | null | undefined,
  reference: UserReference | null,
  credentials: Credentials,
): Promise<boolean> {
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(contextId));
  if (reference === null) throw errors.missingArgument();
  const { users } = deps.store;
  if (reference.id) return (await users.find(context.id, reference.id)) !== null;
  if (reference.login)
    return (await users.findIdByLogin(context.id, canonicalLogin(deps, reference.login))) !== null;
  if (reference.displayName)
    return (await users.findIdByDisplayName(context.id, reference.displayName)) !== null;
  throw errors.userNotIdentifiedForExists();
}

async function findUserId(
  deps: ProvisioningDeps,
  context: Context,
  { id, login }: UserReference,
): Promise<number> {
  if (id !== null && id !== undefined) return id;
  if (!login) throw errors.userNotIdentifiedForReading();
  const found = await deps.store.users.findIdByLogin(context.id, canonicalLogin(deps, login));
  if (found === null) throw errors.noSuchUser(login, context.id);
  return found;
}

async function withDerived(
  { store }: ProvisioningDeps,
  context: Context,
  users: readonly User[],
): Promise<UserData[]> {
  const usage = await store.users.usage(
    context.id,
    users.map(({ id }) => id),
  );
  const groups = new Map<number, Group | null>();
  for (const { defaultGroupId } of users)
    if (!groups.has(defaultGroupId))
      groups.set(defaultGroupId, await store.groups.find(context.id, defaultGroupId));
  const filestores = new Map((await store.filestores.list()).map((filestore) => [filestore.id, filestore]));
  return users.map((user) => ({
    user,
    defaultGroup: groups.get(user.defaultGroupId) ?? null,
    filestore: filestores.get(user.filestoreId) ?? null,
    usage: usage.get(user.id) ?? noUsage,
  }));
}
