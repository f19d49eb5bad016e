import { authorizeProvider, type Provider } from '../access/authorization.js';
import { errors, ProvisioningError } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Reseller } from '../model/model.js';
import type { Repositories } from '../repositories/store.js';
import type { ResellerReference } from './reseller-fields.js';
import { canCreateSubadmin } from './restrictions.js';

/**
 * Reads a reseller: any for the master admin, its direct children for a reseller.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Reseller
 */
export async function getReseller(
  installation: Installation,
  reference: ResellerReference | null,
  credentials: Credentials,
): Promise<Reseller> {
  const provider = await authorizeProvider(installation, credentials);
  return readReseller(installation, provider, reference);
}

/**
 * Reads several resellers in the order of the request; one bad reference fails all. Invalid data is told as an OXResellerException here.
 * Source: docs/contract/faults.md#5.
 * @throws ProvisioningError InvalidCredentials, Reseller
 */
export async function getResellers(
  installation: Installation,
  references: readonly ResellerReference[],
  credentials: Credentials,
): Promise<Reseller[]> {
  const provider = await authorizeProvider(installation, credentials);
  const found: Reseller[] = [];
  try {
    for (const reference of references) found.push(await readReseller(installation, provider, reference));
  } catch (error) {
    throw error instanceof ProvisioningError && error.kind === 'InvalidData'
      ? errors.invalidResellerData(error.message)
      : error;
  }
  return found;
}

/**
 * Reads the caller's own record or a direct child's; for the master admin any.
 * Source: docs/contract/resellers.md#1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Reseller
 */
export async function getOwnReseller(
  installation: Installation,
  reference: ResellerReference,
  credentials: Credentials,
): Promise<Reseller> {
  const provider = await authorizeProvider(installation, credentials);
  if (provider.kind === 'master') return readReseller(installation, provider, reference);
  if (!reference.id && !reference.name) throw errors.resellerNameMissing();
  const meant = await findReseller(installation, reference);
  if (meant === null || (meant.id !== provider.reseller.id && !maySee(provider, meant)))
    throw errors.resellerAuthenticationFailed();
  return shownReseller(installation.store.read, meant);
}

/**
 * The resellers whose name matches: all for the master admin, its direct children for a reseller.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listResellers(
  installation: Installation,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<Reseller[]> {
  const provider = await authorizeProvider(installation, credentials);
  const found = await installation.store.read.resellers.search({
    pattern: pattern?.trim() ? pattern : '*',
    parentId: provider.kind === 'master' ? null : provider.reseller.id,
  });
  return shownResellers(installation.store.read, found);
}

/** The reseller that a request names; null if there is none, or no name. */
export async function findReseller(
  { store }: Pick<Installation, 'store'>,
  { id, name }: ResellerReference,
): Promise<Reseller | null> {
  return id ? store.read.resellers.find(id) : store.read.resellers.findByName(name ?? '');
}

/**
 * A reseller as it is shown. A child has its parent's restrictions, but never the right to have children.
 * Source: docs/contract/resellers.md#2.
 */
export async function shownReseller(
  { resellers }: Pick<Repositories, 'resellers'>,
  reseller: Reseller,
): Promise<Reseller> {
  return shownBelow(reseller.parentId === 0 ? null : await resellers.find(reseller.parentId), reseller);
}

/** The same for many, with one look at all their parents. */
export async function shownResellers(
  { resellers }: Pick<Repositories, 'resellers'>,
  list: readonly Reseller[],
): Promise<Reseller[]> {
  const parentIds = list.map(({ parentId }) => parentId).filter((id) => id !== 0);
  const parents = new Map((await resellers.findMany(parentIds)).map((parent) => [parent.id, parent]));
  return list.map((reseller) => shownBelow(parents.get(reseller.parentId) ?? null, reseller));
}

function shownBelow(parent: Reseller | null, reseller: Reseller): Reseller {
  if (parent === null) return reseller;
  return { ...reseller, restrictions: parent.restrictions.filter(({ name }) => name !== canCreateSubadmin) };
}

async function readReseller(
  installation: Installation,
  provider: Provider,
  reference: ResellerReference | null,
): Promise<Reseller> {
  if (reference === null || (!reference.id && !reference.name))
    throw errors.resellerNotIdentifiedForReading();
  const reseller = await findReseller(installation, reference);
  if (reseller === null || !maySee(provider, reseller))
    throw errors.noSuchReseller(reference.id || (reference.name ?? ''));
  return shownReseller(installation.store.read, reseller);
}

function maySee(provider: Provider, reseller: Reseller): boolean {
  return provider.kind === 'master' || reseller.parentId === provider.reseller.id;
}

/**
 * Deletes a reseller that owns nothing.
 * Source: docs/contract/resellers.md#1.
 * @throws ProvisioningError InvalidCredentials, Reseller
 */
export async function deleteReseller(
  installation: Installation,
  reference: ResellerReference | null,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(installation, credentials);
  if (reference === null) throw errors.invalidResellerData('Invalid data sent!');
  if (!reference.id && !reference.name) throw errors.resellerNotIdentifiedForDelete();
  const seen = await findReseller(installation, reference);
  const refuseOthers = (reseller: Reseller | null): void => {
    if (provider.kind !== 'reseller' || reseller?.parentId === provider.reseller.id) return;
    // Answers for another's reseller as for a missing one, so that ids cannot be probed.
    const isSelf = reseller?.id === provider.reseller.id;
    const shown = isSelf ? reseller.name : String(reference.id || (reference.name ?? ''));
    throw errors.notOwnSubadmin(shown, provider.reseller.name);
  };
  refuseOthers(seen);
  if (seen === null) throw errors.noSuchResellerToChange(reference.name);
  await installation.store.transaction(async ({ resellers, contexts }) => {
    const present = await resellers.lock(seen.id);
    if (present === null) throw errors.noSuchResellerToChange(reference.name);
    refuseOthers(present);
    if ((await contexts.countByOwner(seen.id)) > 0) throw errors.resellerOwnsContexts(seen.id);
    if ((await resellers.countChildren(seen.id)) > 0) throw errors.resellerOwnsSubadmins(seen.id);
    await resellers.delete(seen.id);
  });
}
