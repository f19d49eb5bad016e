import { authorizeMaster, authorizeProvider } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { ContextReference } from '../model/model.js';
import { authorizeOnContext } from './identify-contexts.js';

/**
 * Deletes a context with everything in it; no veto applies.
 * Source: docs/contract/contexts.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function deleteContext(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(installation, reference, credentials);
  await installation.store.transaction(async ({ contexts }) => {
    if (!(await contexts.delete(context.id))) throw errors.noSuchContext(context.id);
  });
}

/**
 * Switches the log-in of end users of a context on or off; repeating it is no error.
 * Source: docs/contract/contexts.md#4.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function setContextEnabled(
  installation: Installation,
  reference: ContextReference | null,
  enabled: boolean,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(installation, reference, credentials);
  await installation.store.transaction(async ({ contexts }) => {
    if ((await contexts.lock(context.id)) === null) throw errors.noSuchContext(context.id);
    await contexts.update(context.id, { enabled });
  });
}

/**
 * Switches every context on or off: all for the master admin, for a reseller those it owns itself.
 * Source: docs/contract/contexts.md#4.
 * @throws ProvisioningError InvalidCredentials
 */
export async function setAllContextsEnabled(
  installation: Installation,
  enabled: boolean,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(installation, credentials);
  const ownerIds = provider.kind === 'master' ? null : [provider.reseller.id];
  await installation.store.transaction(({ contexts }) => contexts.setAllEnabled(ownerIds, enabled));
}

/**
 * Removes data of modules that users may no longer use. Calendars, tasks and folders belong to the groupware,
 * so nothing but the authorisation is needed.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function downgradeContext(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<void> {
  await authorizeOnContext(installation, reference, credentials);
}

/**
 * Compares counts of contexts in databases and filestores with the contexts. Oxbow counts on demand, so they
 * cannot differ and only the authorisation is needed.
 * @throws ProvisioningError InvalidCredentials
 */
export async function checkCountsConsistency(
  installation: Installation,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(installation, credentials);
}
