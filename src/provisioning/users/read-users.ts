import { authorizeContextAdmin, authorizeInContext, canonicalLogin } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context, StoredUserData } from '../model/model.js';
import { firstPageLength, nextPageLength } from '../model/page-length.js';
import type { UserSearch } from '../repositories/user-repository.js';
import { hidingOthersFrom, requireContextId, type UserReference } from './identify-users.js';

/**
 * Reads one user.
 * Source: docs/contract/users.md#4-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function getUser(
  installation: Installation,
  contextId: number | null | undefined,
  reference: UserReference | null,
  credentials: Credentials,
): Promise<StoredUserData> {
  const references = reference === null ? [] : [reference];
  const { context, wanted, shownUser } = await authorizeReading(
    installation,
    contextId,
    references,
    credentials,
  );
  const [one] = wanted;
  if (one === undefined) throw errors.missingArgument();
  return shownUser ?? readOne(installation, context, one);
}

/**
 * Reads users, in the order of the request; one that is not there fails all. More than a page are read as they are asked for; when one is
 * deleted meanwhile the reading fails.
 * Source: docs/contract/users.md#4-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function getUsers(
  installation: Installation,
  contextId: number | null | undefined,
  references: readonly UserReference[],
  credentials: Credentials,
): Promise<AsyncIterable<StoredUserData>> {
  const { context, wanted } = await authorizeReading(installation, contextId, references, credentials);
  const first = await readPage(installation, context, wanted.slice(0, firstPageLength));
  const rest = wanted.slice(firstPageLength);
  if (rest.length > 0) {
    const ids = rest.map(({ id }) => id);
    const existing = await installation.store.read.users.findExisting(context.id, ids);
    for (const one of rest) if (!existing.has(one.id)) throw noSuchUser(one, context);
  }
  return pages();

  async function* pages(): AsyncGenerator<StoredUserData> {
    let page = first;
    yield* page;
    for (let start = 0; start < rest.length; start += page.length) {
      const length = nextPageLength(page.map(({ user }) => user));
      page = await readPage(installation, context, rest.slice(start, start + length));
      yield* page;
    }
  }
}

/**
 * The admin of a context.
 * @throws ProvisioningError InvalidCredentials
 */
export async function getContextAdmin(
  installation: Installation,
  contextId: number | null | undefined,
  credentials: Credentials,
): Promise<StoredUserData> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  return readOne(installation, context, { id: context.adminId, login: undefined });
}

/**
 * The ids of the users whose login or display name matches. A blank pattern means all, and there are no guests, so `onlyGuests` finds
 * nobody.
 * Source: docs/contract/users.md#4-2.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listUsers(
  installation: Installation,
  contextId: number | null | undefined,
  search: Omit<UserSearch, 'pattern'> & { pattern: string | null | undefined; onlyGuests: boolean },
  credentials: Credentials,
): Promise<number[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  const { onlyGuests, pattern, ...rest } = search;
  if (onlyGuests) return [];
  return installation.store.read.users.search(context.id, {
    ...rest,
    pattern: pattern?.trim() ? pattern : '*',
  });
}

/**
 * Page of the full users that `listUsers` finds, read on demand; users deleted meanwhile are left out.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function readUsers(
  installation: Installation,
  contextId: number,
  { pattern, ...search }: UserSearch,
  credentials: Credentials,
): Promise<AsyncIterable<StoredUserData>> {
  const { context } = await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  const wanted = { ...search, pattern: pattern.trim() === '' ? '*' : pattern };
  return usersInPages(
    installation,
    contextId,
    await installation.store.read.users.search(context.id, wanted),
  );
}

async function* usersInPages(
  { store }: Installation,
  contextId: number,
  ids: readonly number[],
): AsyncGenerator<StoredUserData> {
  let length = firstPageLength;
  for (let start = 0; start < ids.length;) {
    const wanted = ids.slice(start, start + length);
    const found = new Map(
      (await store.userData.findMany(contextId, wanted)).map((data) => [data.user.id, data]),
    );
    for (const id of wanted) {
      const data = found.get(id);
      if (data !== undefined) yield data;
    }
    start += wanted.length;
    if (found.size > 0) length = nextPageLength([...found.values()].map(({ user }) => user));
  }
}

/**
 * The ids of the users that have an alias which ends with a text, e.g. a domain.
 * Source: docs/contract/users.md#4-2.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function listUsersByAliasDomain(
  installation: Installation,
  contextId: number | null | undefined,
  domain: string | null | undefined,
  page: Pick<UserSearch, 'length' | 'offset'>,
  credentials: Credentials,
): Promise<number[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (domain === null || domain === undefined) throw errors.invalidAliasDomain();
  return installation.store.read.users.findIdsByAliasEnding(context.id, domain, page);
}

/**
 * True for an existing user, by id, else login, else display name.
 * Source: docs/contract/users.md#4-3.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function userExists(
  installation: Installation,
  contextId: number | null | undefined,
  reference: UserReference | null,
  credentials: Credentials,
): Promise<boolean> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (reference === null) throw errors.changeArgumentMissing();
  const { users } = installation.store.read;
  if (reference.id) return (await users.find(context.id, reference.id)) !== null;
  if (reference.login)
    return (await users.findIdByLogin(context.id, canonicalLogin(installation, reference.login))) !== null;
  if (reference.displayName)
    return (await users.findIdByDisplayName(context.id, reference.displayName)) !== null;
  if (reference.id === 0) return false;
  throw errors.userNotIdentifiedForExists();
}

/** A user to be read, and what the request called it. */
interface Wanted {
  readonly id: number;
  readonly login: string | null | undefined;
}

async function authorizeReading(
  installation: Installation,
  contextId: number | null | undefined,
  references: readonly UserReference[],
  credentials: Credentials,
): Promise<{ context: Context; wanted: Wanted[]; shownUser: StoredUserData | null }> {
  if (contextId === null || contextId === undefined) throw errors.contextInvalid();
  const [only, ...others] = references;
  const readOnTheWay = others.length === 0 && only?.id ? { shownUserId: only.id } : {};
  const { context, principal, facts } = await authorizeInContext(
    installation,
    credentials,
    contextId,
    errors.noSuchContext,
    readOnTheWay,
  );
  if (references.length === 0) throw errors.missingArgument();
  const wanted = await identify(installation, context, references).catch(hidingOthersFrom(principal));
  if (principal.kind === 'user' && (wanted.length !== 1 || wanted[0]?.id !== principal.userId))
    throw errors.permissionDenied();
  return { context, wanted, shownUser: facts.shownUser() };
}

/** The ids of users; those that were asked for by id need not exist. Logins, also beside ids, are looked up together. */
async function identify(
  installation: Installation,
  context: Context,
  references: readonly UserReference[],
): Promise<Wanted[]> {
  const logins = references.flatMap(({ login }) => (login ? canonicalLogin(installation, login) : []));
  const idOf =
    logins.length === 0
      ? new Map<string, number>()
      : await installation.store.read.users.findIdsByLogin(context.id, logins);
  return references.map(({ id, login }) => {
    if (login === null || login === undefined) {
      if (id === null || id === undefined) throw errors.userNotIdentifiedForReading();
      return { id, login };
    }
    const found = idOf.get(canonicalLogin(installation, login));
    if (found === undefined) throw errors.noSuchUser(login, context.id);
    return { id: id ?? found, login };
  });
}

async function readOne({ store }: Installation, context: Context, wanted: Wanted): Promise<StoredUserData> {
  const data = await store.userData.find(context.id, wanted.id);
  if (data === null) throw noSuchUser(wanted, context);
  return data;
}

async function readPage(
  { store }: Installation,
  context: Context,
  wanted: readonly Wanted[],
): Promise<StoredUserData[]> {
  const ids = wanted.map(({ id }) => id);
  const found = new Map((await store.userData.findMany(context.id, ids)).map((data) => [data.user.id, data]));
  return wanted.map((one) => {
    const data = found.get(one.id);
    if (data === undefined) throw noSuchUser(one, context);
    return data;
  });
}

function noSuchUser({ id, login }: Wanted, context: Context): Error {
  return errors.noSuchUser(login || id, context.id);
}
