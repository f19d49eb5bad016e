import { authorizeProvider, type Credentials } from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import type { Reseller } from './model.js';
import { findReseller } from './read-resellers.js';
import type { ResellerReference } from './reseller-fields.js';

/**
 * Deletes a reseller that owns nothing. OX: semantics 6.7.
 * @throws ProvisioningError InvalidCredentials, Reseller
 */
export async function deleteReseller(
  deps: ProvisioningDeps,
  reference: ResellerReference | null,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(deps, credentials);
  if (reference === null || (!reference.id && !reference.name)) throw errors.resellerNotIdentifiedForDelete();
  const shown = reference.id || (reference.name ?? '');
  const seen = await findReseller(deps, reference);
  // The name as it was sent, and the same for one that is not there: nobody learns of others by guessing ids.
  const refuseOthers = (reseller: Reseller | null): void => {
    if (provider.kind === 'reseller' && reseller?.parentId !== provider.reseller.id)
      throw errors.notOwnSubadmin(String(shown), provider.reseller.name);
  };
  refuseOthers(seen);
  if (seen === null) throw errors.noSuchReseller(shown);
  await deps.store.transaction(async ({ resellers, contexts }) => {
    const present = await resellers.lock(seen.id);
    if (present === null) throw errors.noSuchReseller(shown);
    refuseOthers(present);
    if ((await contexts.countByOwner(seen.id)) > 0) throw errors.resellerOwnsContexts(seen.id);
    if ((await resellers.countChildren(seen.id)) > 0) throw errors.resellerOwnsSubadmins(seen.id);
    await resellers.delete(seen.id);
  });
}
