import { bytesPerMb } from '../../util/bytes-per-mb.js';
import { authorizePlatformMaster } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { storageErrors } from '../errors/storage-errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { ContextReference, Context } from '../model/model.js';
import { authorizeOnContext } from './identify-contexts.js';

/**
 * Moves a context, with what is counted for it, to another file storage; the users' own ones stay. For the master admin only
 * (docs/contract/contexts.md#4-2). Done before the answer, which is the number of the job.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchFilestore, ContextState, Storage
 */
export async function moveContextFilestore(
  installation: Installation,
  reference: ContextReference | null,
  filestoreId: number | null | undefined,
  credentials: Credentials,
): Promise<number> {
  const { id } = await findForMaster(installation, reference, credentials);
  if (filestoreId === null || filestoreId === undefined) throw errors.missingArgument();
  return installation.store.transaction(async ({ contexts, filestores, jobs }) => {
    const context = await contexts.lock(id);
    if (context === null) throw errors.noSuchContext(id);
    const filestore = await filestores.lock(filestoreId);
    if (filestore === null) throw storageErrors.noSuchFilestoreForContext();
    if (context.filestoreId === filestoreId) throw storageErrors.contextIsInFilestore(id, filestoreId);
    if ((await filestores.countContexts(filestoreId)) >= filestore.maxContexts)
      throw storageErrors.filestoreFull(filestoreId);
    const bytes = (await contexts.usedBytes([id])).get(id) ?? 0;
    const { usedBytes } = await filestores.load(filestoreId);
    if (usedBytes + bytes > filestore.sizeMb * bytesPerMb) throw storageErrors.notEnoughRoom(filestoreId);
    await contexts.update(id, { filestoreId });
    return jobs.takeNextId();
  });
}

/**
 * Notes that a context is on another registered database. All data stays in the one that Oxbow works on. For the master admin only.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, ContextState, Storage
 */
export async function moveContextDatabase(
  installation: Installation,
  reference: ContextReference | null,
  databaseId: number | null | undefined,
  credentials: Credentials,
): Promise<number> {
  const { id } = await findForMaster(installation, reference, credentials);
  if (databaseId === null || databaseId === undefined) throw errors.missingArgument();
  return installation.store.transaction(async ({ contexts, databases, jobs }) => {
    if ((await contexts.lock(id)) === null) throw errors.noSuchContext(id);
    const database = await databases.hold(databaseId);
    if (database === null || database.masterId !== null) throw storageErrors.noMasterToMoveTo(databaseId);
    if ((await databases.ofContext(id)) === databaseId)
      throw storageErrors.contextIsInDatabase(id, databaseId);
    await databases.assign(id, databaseId);
    return jobs.takeNextId();
  });
}

async function findForMaster(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<Context> {
  await authorizePlatformMaster(installation, credentials);
  return (await authorizeOnContext(installation, reference, credentials)).context;
}
