import { authorizeProvider, type Credentials, type Provider } from './authorization.js';
import { definedOnly } from './defined-only.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import type { Reseller } from './model.js';
import { hashPassword, parsePasswordMechanism, showPasswordMechanism } from './password-hashing.js';
import {
  canCreateSubadmin,
  checkRestrictions,
  maxSubadmin,
  restrictionValue,
  type RestrictionFields,
} from './restrictions.js';
import { UniqueConflictError, type Repositories } from './store.js';

/** What a request says about a reseller. Absent and nil are the same; an empty list says nothing. */
export interface ResellerFields {
  readonly id?: number | undefined;
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly parentId?: number | undefined;
  readonly password?: string | undefined;
  readonly passwordMech?: string | undefined;
  readonly restrictions: readonly RestrictionFields[];
  readonly capabilitiesToAdd: readonly string[];
  readonly capabilitiesToRemove: readonly string[];
  readonly capabilitiesToDrop: readonly string[];
  readonly taxonomiesToAdd: readonly string[];
  readonly taxonomiesToRemove: readonly string[];
  readonly configurationToAdd: ReadonlyMap<string, string>;
  readonly configurationToRemove: readonly string[];
}

/**
 * Creates a reseller: by the master admin, or by a reseller that may have children. OX: semantics 6.7, checks in that order.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage, Reseller
 */
export async function createReseller(
  deps: ProvisioningDeps,
  fields: ResellerFields | null,
  credentials: Credentials,
): Promise<Reseller> {
  const provider = await authorizeProvider(deps, credentials);
  if (fields === null) throw errors.missingArgument();
  if (provider.kind === 'reseller') await checkMayCreate(deps, provider.reseller, fields);
  const { name, displayName, password } = fields;
  if (name && (await deps.store.resellers.findByName(name)) !== null) throw errors.resellerExists(name);
  const mechanism = fields.passwordMech
    ? parsePasswordMechanism(fields.passwordMech)
    : deps.settings.defaultPasswordMechanism;
  if (password !== undefined && password.trim() === '') throw errors.emptyResellerPassword();
  if (!name || !displayName || password === undefined) throw missingFields(fields);
  const restrictions = checkRestrictions(fields.restrictions, 'Subadmin', deps.accessCombinations);
  const parentId =
    provider.kind === 'reseller' ? provider.reseller.id : await checkParent(deps, fields.parentId);
  const draft: Omit<Reseller, 'id'> = {
    name,
    displayName,
    parentId,
    passwordHash: await hashPassword(password, mechanism),
    passwordMech: showPasswordMechanism(mechanism),
    restrictions,
    ...changedSets({ capabilities: [], taxonomies: [], configuration: new Map<string, string>() }, fields),
  };
  return reportingNameTaken(name, () =>
    deps.store.transaction(async (tx) => {
      if (provider.kind === 'reseller') await checkRoomForChild(tx, provider.reseller);
      const reseller = { ...draft, id: await tx.resellers.takeNextId() };
      await tx.resellers.insert(reseller);
      return reseller;
    }),
  );
}

/**
 * Changes the fields of a reseller that the request sets; sent restrictions replace the present ones. OX: semantics 6.7.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage, Reseller
 */
export async function changeReseller(
  deps: ProvisioningDeps,
  fields: ResellerFields | null,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(deps, credentials);
  if (fields === null) throw errors.missingArgument();
  if (!fields.id && !fields.name) throw errors.resellerNotIdentified();
  const seen = await findReseller(deps, fields);
  if (provider.kind === 'reseller') {
    if (seen?.parentId !== provider.reseller.id) throw errors.resellerAuthenticationFailed();
    refuseParentAndRestrictions(fields, seen);
  }
  if (seen === null)
    throw fields.id ? errors.noSuchReseller(fields.id) : errors.noSuchResellerNameOnChange(fields.name ?? '');
  const name = fields.name && fields.name !== seen.name ? fields.name : undefined;
  if (name !== undefined && (await deps.store.resellers.findByName(name)) !== null)
    throw errors.resellerExists(name);
  const changes = definedOnly({
    name,
    displayName: fields.displayName,
    parentId:
      fields.parentId === undefined || fields.parentId === seen.parentId
        ? undefined
        : await checkParent(deps, fields.parentId),
    restrictions:
      fields.restrictions.length > 0 && seen.parentId === 0
        ? checkRestrictions(fields.restrictions, 'Subadmin', deps.accessCombinations)
        : undefined,
    ...(await changedPassword(deps, seen, fields)),
  });
  await reportingNameTaken(name ?? seen.name, () =>
    deps.store.transaction(async ({ resellers }) => {
      const present = await resellers.lock(seen.id);
      if (present === null) throw errors.noSuchReseller(seen.id);
      await resellers.update(seen.id, { ...changes, ...changedSets(present, fields) });
    }),
  );
}

/**
 * Deletes a reseller that owns nothing. OX: semantics 6.7.
 * @throws ProvisioningError InvalidCredentials, Reseller
 */
export async function deleteReseller(
  deps: ProvisioningDeps,
  reference: Pick<ResellerFields, 'id' | 'name'> | null,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(deps, credentials);
  if (reference === null || (!reference.id && !reference.name)) throw errors.resellerNotIdentifiedForDelete();
  const shown = reference.id || (reference.name ?? '');
  const seen = await findReseller(deps, reference);
  if (seen === null) throw errors.noSuchReseller(shown);
  if (provider.kind === 'reseller' && seen.parentId !== provider.reseller.id)
    throw errors.notOwnSubadmin(seen.name, provider.reseller.name);
  await deps.store.transaction(async ({ resellers, contexts }) => {
    if ((await resellers.lock(seen.id)) === null) throw errors.noSuchReseller(shown);
    if ((await contexts.countByOwner(seen.id)) > 0) throw errors.resellerOwnsContexts(seen.id);
    if ((await resellers.countChildren(seen.id)) > 0) throw errors.resellerOwnsSubadmins(seen.id);
    await resellers.delete(seen.id);
  });
}

/**
 * Reads a reseller: any for the master admin, its direct children for a reseller.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Reseller
 */
export async function getReseller(
  deps: ProvisioningDeps,
  reference: Pick<ResellerFields, 'id' | 'name'> | null,
  credentials: Credentials,
): Promise<Reseller> {
  const provider = await authorizeProvider(deps, credentials);
  if (reference === null || (!reference.id && !reference.name))
    throw errors.resellerNotIdentifiedForReading();
  const reseller = await findReseller(deps, reference);
  if (reseller === null || !maySee(provider, reseller))
    throw errors.noSuchReseller(reference.id || (reference.name ?? ''));
  return withParentsRestrictions(deps, reseller);
}

/**
 * The resellers whose name matches: all for the master admin, its direct children for a reseller.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listResellers(
  deps: ProvisioningDeps,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<Reseller[]> {
  const provider = await authorizeProvider(deps, credentials);
  const found = await deps.store.resellers.search({
    pattern: pattern?.trim() ? pattern : '*',
    parentId: provider.kind === 'master' ? null : provider.reseller.id,
  });
  return Promise.all(found.map((reseller) => withParentsRestrictions(deps, reseller)));
}

function maySee(provider: Provider, reseller: Reseller): boolean {
  return provider.kind === 'master' || reseller.parentId === provider.reseller.id;
}

async function findReseller(
  { store }: ProvisioningDeps,
  { id, name }: Pick<ResellerFields, 'id' | 'name'>,
): Promise<Reseller | null> {
  return id ? store.resellers.find(id) : store.resellers.findByName(name ?? '');
}

/** OX: semantics 6.6, a child shows its parent's restrictions; the right to have children is never inherited. */
async function withParentsRestrictions({ store }: ProvisioningDeps, reseller: Reseller): Promise<Reseller> {
  const parent = reseller.parentId === 0 ? null : await store.resellers.find(reseller.parentId);
  if (parent === null) return reseller;
  return { ...reseller, restrictions: parent.restrictions.filter(({ name }) => name !== canCreateSubadmin) };
}

async function checkMayCreate(
  { store }: ProvisioningDeps,
  parent: Reseller,
  fields: ResellerFields,
): Promise<void> {
  if (parent.parentId !== 0 || restrictionValue(parent, canCreateSubadmin)?.toLowerCase() !== 'true')
    throw errors.mayNotCreateSubadmins(parent.name);
  await checkRoomForChild(store, parent);
  refuseParentAndRestrictions(fields, { parentId: parent.id });
}

/** Inside the creating transaction the parent is locked, so that concurrent creates cannot pass the limit together. */
async function checkRoomForChild({ resellers }: Repositories, parent: Reseller): Promise<void> {
  const max = restrictionValue(parent, maxSubadmin);
  if (max === undefined) return;
  await resellers.lock(parent.id);
  if ((await resellers.countChildren(parent.id)) >= Number(max))
    throw errors.maxSubadminsReached(Number(max));
}

function refuseParentAndRestrictions(fields: ResellerFields, present: Pick<Reseller, 'parentId'>): void {
  if (fields.parentId !== undefined && fields.parentId !== present.parentId)
    throw errors.subadminMayNotSetParent();
  if (fields.restrictions.length > 0) throw errors.subadminMayNotSetRestrictions();
}

async function checkParent({ store }: ProvisioningDeps, parentId = 0): Promise<number> {
  if (parentId === 0) return 0;
  const parent = await store.resellers.find(parentId);
  if (parent === null) throw errors.noSuchReseller(parentId);
  if (parent.parentId !== 0) throw errors.parentIsSubsubadmin();
  return parentId;
}

function missingFields({ displayName, name, password }: ResellerFields): Error {
  const fields = Object.entries({ displayname: displayName, name, password });
  return errors.mandatoryFieldsMissing(fields.filter(([, value]) => !value).map(([field]) => field));
}

async function changedPassword(
  deps: ProvisioningDeps,
  seen: Reseller,
  { password, passwordMech }: ResellerFields,
): Promise<Partial<Reseller>> {
  const mechanism = passwordMech ? parsePasswordMechanism(passwordMech) : undefined;
  if (password === undefined) {
    if (mechanism !== undefined && showPasswordMechanism(mechanism) !== seen.passwordMech)
      throw errors.passwordMechWithoutPassword();
    return {};
  }
  if (password.trim() === '') throw errors.emptyResellerPassword();
  const chosen = mechanism ?? deps.settings.defaultPasswordMechanism;
  return {
    passwordHash: await hashPassword(password, chosen),
    passwordMech: showPasswordMechanism(chosen),
  };
}

type ResellerSets = Pick<Reseller, 'capabilities' | 'taxonomies' | 'configuration'>;

/** OX: semantics 2.6 on capabilities: drop forgets both entries, remove stores the denial, add stores the name. */
function changedSets(present: ResellerSets, fields: ResellerFields): ResellerSets {
  const capabilities = new Set(present.capabilities);
  const forget = (name: string): boolean => capabilities.delete(name) || capabilities.delete(`-${name}`);
  for (const name of fields.capabilitiesToDrop) forget(name);
  for (const name of fields.capabilitiesToRemove) {
    forget(name);
    capabilities.add(`-${name}`);
  }
  for (const name of fields.capabilitiesToAdd) {
    forget(name);
    capabilities.add(name);
  }
  const taxonomies = new Set([...present.taxonomies, ...fields.taxonomiesToAdd]);
  for (const name of fields.taxonomiesToRemove) taxonomies.delete(name);
  const configuration = new Map([...present.configuration, ...fields.configurationToAdd]);
  for (const name of fields.configurationToRemove) configuration.delete(name);
  return { capabilities: [...capabilities].sort(), taxonomies: [...taxonomies].sort(), configuration };
}

async function reportingNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof UniqueConflictError && error.key === 'resellerName')
      throw errors.resellerExists(name);
    throw error;
  }
}
