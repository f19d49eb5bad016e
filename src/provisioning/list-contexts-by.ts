import { authorizeMaster, type Credentials } from './authorization.js';
import { contextsData, type ContextData } from './context-data.js';
import type { ProvisioningDeps } from './deps.js';
import type { Page } from './page.js';
import { storageErrors } from './storage-errors.js';
import type { ContextSearch } from './store.js';

/**
 * The contexts that live in a file storage, for the master admin only. OX: semantics 4.
 * @param readPage called once the caller is known; without it the whole list is meant
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchFilestore; what `readPage` throws
 */
export async function listContextsByFilestore(
  deps: ProvisioningDeps,
  filestoreId: number | null | undefined,
  credentials: Credentials,
  readPage: () => Page | null = () => null,
): Promise<AsyncIterable<ContextData>> {
  await authorizeMaster(deps, credentials);
  if (filestoreId === null || filestoreId === undefined) throw storageErrors.filestoreNotIdentified();
  const page = readPage();
  if ((await deps.store.filestores.find(filestoreId)) === null)
    throw storageErrors.noSuchFilestoreToMoveTo(filestoreId);
  return list(deps, { filestoreId }, page);
}

/**
 * The contexts that are on a registered database, given by id or else by name, for the master admin only. OX: semantics 4.
 * @param readPage as in listContextsByFilestore
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchDatabase; what `readPage` throws
 */
export async function listContextsByDatabase(
  deps: ProvisioningDeps,
  { id, name }: { readonly id?: number | null | undefined; readonly name?: string | null | undefined },
  credentials: Credentials,
  readPage: () => Page | null = () => null,
): Promise<AsyncIterable<ContextData>> {
  await authorizeMaster(deps, credentials);
  if (!id && !name) throw storageErrors.notIdentified();
  const page = readPage();
  const { databases } = deps.store;
  const databaseId = id ? id : await databases.findIdByName(name ?? '');
  if (databaseId === null || (await databases.find(databaseId)) === null)
    throw storageErrors.noSuchDatabaseForList(databaseId ?? name ?? '');
  return list(deps, { databaseId }, page);
}

async function list(
  deps: ProvisioningDeps,
  where: Pick<ContextSearch, 'filestoreId' | 'databaseId'>,
  page: Page | null,
): Promise<AsyncIterable<ContextData>> {
  const search = { pattern: '*', ownerIds: null, page, ...where };
  return contextsData(deps, await deps.store.contexts.searchIds(search));
}
