import {
  authorizeContextOwner,
  authorizeInContext,
  authorizePlatformMaster,
  authorizeProvider,
  authorizeProviderOnContext,
  canonicalLogin,
  isMasterLogin,
  isOtherReseller,
  ownerIdsOf,
} from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { storageErrors } from '../errors/storage-errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context, ContextReference, Filestore, Page, Reseller, User } from '../model/model.js';
import { firstPageLength, nextPageLength } from '../model/page-length.js';
import type { ContextSearch } from '../repositories/context-repository.js';
import { shownReseller, shownResellers } from '../resellers/read-resellers.js';
import {
  authorizeOnContext,
  findContextIdByName,
  missingContext,
  resolveContextId,
} from './identify-contexts.js';

/**
 * Reads a context: for the master admin, its owners and its own admin.
 * Source: docs/contract/authentication.md#2.
 * @param who the original refuses the admin of a context without a reseller, and resellers without the override
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, Storage
 */
export async function getContext(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
  who: 'everybodyEntitled' | 'asOriginal' = 'everybodyEntitled',
): Promise<ContextData> {
  if (reference === null) throw await missingContext(installation, credentials);
  const contextId = await resolveContextId(installation, reference, credentials);
  if (await isOwnContextAdmin(installation, contextId, credentials)) {
    const context = await installation.store.read.contexts.find(contextId);
    if (context === null) throw errors.authenticationFailed();
    if (who === 'asOriginal' && context.ownerId === null) throw errors.ownerUnknown(contextId);
    return contextData(installation, context);
  }
  const { provider, context } = await authorizeContextOwner(
    installation,
    credentials,
    contextId,
    errors.noSuchContext,
  );
  if (who === 'asOriginal' && provider.kind === 'reseller' && !installation.settings.masterAccountOverride)
    throw errors.authenticationFailed();
  return contextData(installation, context);
}

/**
 * Contexts by name, id or login mapping: all for the master admin, for a reseller its family's.
 * Source: docs/contract/contexts.md#4, docs/contract/contexts.md#4-1.
 * @param readPage called for an authenticated caller; without it the whole list is meant
 * @throws ProvisioningError InvalidCredentials; any error of `readPage`
 */
export async function listContexts(
  installation: Installation,
  pattern: string | null | undefined,
  credentials: Credentials,
  readPage: () => Page | null = () => null,
): Promise<AsyncIterable<ContextData>> {
  const provider = await authorizeProvider(installation, credentials);
  const page = readPage();
  const ownerIds = await ownerIdsOf(installation, provider);
  const search = { pattern: pattern?.trim() ? pattern : '*', ownerIds, page };
  return contextsData(installation, await installation.store.read.contexts.searchIds(search));
}

/**
 * True for an existing context.
 * Source: docs/contract/authentication.md#3, docs/contract/contexts.md#4.
 * @param ofOthers answer to a reseller about another's context; the original's refusal reveals its existence
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function contextExists(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
  ofOthers: 'refused' | 'hidden' = 'refused',
): Promise<boolean> {
  if (reference === null)
    throw await missingContext(installation, credentials, errors.contextMissingForExists);
  const contextId = reference.id ? reference.id : await findContextIdByName(installation, reference.name);
  if (contextId === null || (await installation.store.read.contexts.find(contextId)) === null) {
    await authorizeProviderOnContext(installation, credentials);
    return false;
  }
  if (ofOthers === 'hidden' && (await isOtherReseller(installation, credentials, contextId))) return false;
  await authorizeContextOwner(installation, credentials, contextId, errors.noSuchContext);
  return true;
}

/**
 * Admin of a context, for callers with rights on it; his module access is the context's.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getAdminOfContext(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<User> {
  const { context } = await authorizeOnContext(installation, reference, credentials);
  const admin = await installation.store.read.users.find(context.id, context.adminId);
  if (admin === null) throw errors.noSuchContext(context.id);
  return admin;
}

/**
 * The user id of a context's admin.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getAdminId(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<number> {
  const { context } = await authorizeOnContext(installation, reference, credentials, {
    unnamed: errors.contextNotIdentifiedForAdminId,
    unknownName: errors.noSuchContextNamePlain,
  });
  return context.adminId;
}

async function isOwnContextAdmin(
  installation: Installation,
  contextId: number,
  credentials: Credentials,
): Promise<boolean> {
  const user = await installation.store.read.users.findCredentials(
    contextId,
    canonicalLogin(installation, credentials.login),
  );
  if (isMasterLogin(installation, credentials.login) || user === null || !user.isContextAdmin) return false;
  const { principal } = await authorizeInContext(installation, credentials, contextId, null);
  return principal.kind === 'contextAdmin';
}

/** A context with what is derived from elsewhere. */
export interface ContextData {
  readonly context: Context;
  readonly owner: Reseller | null;
  readonly filestore: Filestore | null;
  readonly usedBytes: number;
}

/** Completes one context. */
export async function contextData(
  installation: Pick<Installation, 'store'>,
  context: Context,
): Promise<ContextData> {
  const { store } = installation;
  const usedBytes = await store.read.contexts.usedBytes([context.id]);
  return {
    context,
    owner: context.ownerId === null ? null : await findOwner(store, context.ownerId),
    filestore: await store.read.filestores.find(context.filestoreId),
    usedBytes: usedBytes.get(context.id) ?? 0,
  };
}

/** Reads and completes contexts page by page; one that is gone meanwhile is left out. */
export async function* contextsData(
  installation: Pick<Installation, 'store'>,
  ids: readonly number[],
): AsyncGenerator<ContextData> {
  let length = firstPageLength;
  for (let start = 0; start < ids.length;) {
    const wanted = ids.slice(start, start + length);
    const found = await installation.store.read.contexts.findMany(wanted);
    yield* await completed(installation, found);
    start += wanted.length;
    if (found.length > 0) length = nextPageLength(found);
  }
}

/** Completes many contexts with a few queries, however many there are. */
async function completed(
  { store }: Pick<Installation, 'store'>,
  contexts: readonly Context[],
): Promise<ContextData[]> {
  const usedBytes = await store.read.contexts.usedBytes(contexts.map(({ id }) => id));
  const filestores = new Map(
    (await store.read.filestores.list()).map((filestore) => [filestore.id, filestore]),
  );
  const ownerIds = contexts.map(({ ownerId }) => ownerId).filter((id) => id !== null);
  const shown = await shownResellers(store.read, await store.read.resellers.findMany(ownerIds));
  const owners = new Map(shown.map((owner) => [owner.id, owner]));
  return contexts.map((context) => ({
    context,
    owner: context.ownerId === null ? null : (owners.get(context.ownerId) ?? null),
    filestore: filestores.get(context.filestoreId) ?? null,
    usedBytes: usedBytes.get(context.id) ?? 0,
  }));
}

async function findOwner(store: Installation['store'], ownerId: number): Promise<Reseller | null> {
  const owner = await store.read.resellers.find(ownerId);
  return owner === null ? null : shownReseller(store.read, owner);
}

/**
 * The contexts that live in a file storage, for the master admin only.
 * Source: docs/contract/contexts.md#4-2.
 * @param readPage called once the caller is known; without it the whole list is meant
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchFilestore; what `readPage` throws
 */
export async function listContextsByFilestore(
  installation: Installation,
  filestore: { readonly id?: number | null | undefined } | null,
  credentials: Credentials,
  readPage: () => Page | null = () => null,
): Promise<AsyncIterable<ContextData>> {
  await authorizePlatformMaster(installation, credentials);
  if (filestore === null) throw storageErrors.filestoreMissingForList();
  const filestoreId = filestore.id;
  if (filestoreId === null || filestoreId === undefined) throw storageErrors.filestoreIdMissingForList();
  const page = readPage();
  if ((await installation.store.read.filestores.find(filestoreId)) === null)
    throw storageErrors.noSuchFilestoreForList();
  return list(installation, { filestoreId }, page);
}

/**
 * The contexts that are on a registered database, given by id or else by name, for the master admin only.
 * Source: docs/contract/contexts.md#4-2.
 * @param readPage as in listContextsByFilestore
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchDatabase; what `readPage` throws
 */
export async function listContextsByDatabase(
  installation: Installation,
  database: ContextReference | null,
  credentials: Credentials,
  readPage: () => Page | null = () => null,
): Promise<AsyncIterable<ContextData>> {
  await authorizePlatformMaster(installation, credentials);
  if (database === null) throw storageErrors.databaseMissingForList();
  const { id, name } = database;
  if (!id && !name) throw storageErrors.databaseUnnamed();
  const page = readPage();
  const { databases } = installation.store.read;
  const databaseId = id ? id : await databases.findIdByName(name ?? '');
  if (databaseId === null) throw storageErrors.noSuchDatabaseNameForList(name ?? '');
  if ((await databases.find(databaseId)) === null) throw storageErrors.noSuchDatabaseForList();
  return list(installation, { databaseId }, page);
}

async function list(
  installation: Installation,
  where: Pick<ContextSearch, 'filestoreId' | 'databaseId'>,
  page: Page | null,
): Promise<AsyncIterable<ContextData>> {
  const search = { pattern: '*', ownerIds: null, page, ...where };
  return contextsData(installation, await installation.store.read.contexts.searchIds(search));
}

/**
 * Reads `offset` and `length` of the listPage operations, null for everything. Absent, blank or negative is no limit, and an offset that is
 * not sent skips nothing.
 * Source: docs/contract/contexts.md#4-1.
 * @throws ProvisioningError Storage `Invalid integer parameter`
 */
export function readPage(offset: string | null | undefined, length: string | null | undefined): Page | null {
  const skipped = readInteger(offset) ?? 0;
  const taken = readInteger(length) ?? -1;
  return skipped < 0 || taken < 0 ? null : { offset: skipped, length: taken };
}

function readInteger(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  const value = /^[+-]?\d{1,10}$/.test(trimmed) ? Number(trimmed) : NaN;
  if (!(value >= -(2 ** 31) && value < 2 ** 31)) throw errors.invalidInteger();
  return value;
}
