import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import type { Context } from './model.js';
import type { UserFields } from './user-fields.js';

/** `filestoreId` of a user whose files count to its context. */
export const noFilestore = 0;

/**
 * The file storage that a new user of a context gets for its own: the one the context lives in, else the first registered.
 * @throws ProvisioningError Storage when none is registered
 */
export async function chooseUserFilestore(
  { store }: Pick<ProvisioningDeps, 'store'>,
  context: Context,
): Promise<number> {
  const own = await store.filestores.find(context.filestoreId);
  return own?.id ?? (await chooseContextFilestore({ store }));
}

/** @throws ProvisioningError Storage when no file storage is registered */
export async function chooseContextFilestore({ store }: Pick<ProvisioningDeps, 'store'>): Promise<number> {
  const [first] = await store.filestores.list();
  if (first === undefined) throw errors.noUsableFilestore();
  return first.id;
}

/**
 * The own file storage of a new user. OX: semantics 1.6, a quota of 0 or more asks for one; without a quota only an explicit id does,
 * and that is taken as it is.
 * @throws ProvisioningError Storage for an unknown id next to a quota, or when none is registered
 */
export async function filestoreForNewUser(
  deps: Pick<ProvisioningDeps, 'store'>,
  context: Context,
  { maxQuotaMb = -1, filestoreId = noFilestore }: Pick<UserFields, 'maxQuotaMb' | 'filestoreId'>,
): Promise<number> {
  const wanted = filestoreId > 0 ? filestoreId : noFilestore;
  if (maxQuotaMb < 0) return wanted;
  if (wanted === noFilestore) return chooseUserFilestore(deps, context);
  if ((await deps.store.filestores.find(wanted)) === null) throw errors.noSuchFilestoreOnCreate(wanted);
  return wanted;
}
