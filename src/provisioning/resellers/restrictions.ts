import { createHash } from 'node:crypto';
import { authorizeMaster, authorizeProvider, ownsContext } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import type { AccessCombinations } from '../installation/access-combinations.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { ContextReference, Reseller, Restriction } from '../model/model.js';

export const maxContext = 'Subadmin.MaxContext';
export const maxContextUsers = 'Context.MaxUser';
export const maxOverallContextQuota = 'Subadmin.MaxOverallContextQuota';
export const maxOverallUsers = 'Subadmin.MaxOverallUser';
export const canCreateSubadmin = 'Subadmin.CanCreateSubadmin';
export const maxSubadmin = 'Subadmin.MaxSubadmin';

/** These are completed by the name of an access combination. */
export const maxOverallUsersByModuleAccess = 'Subadmin.MaxOverallUserByModuleaccess_';
export const maxContextUsersByModuleAccess = 'Context.MaxUserByModuleaccess_';

/** Source: docs/contract/resellers.md#2. */
const plainNames: readonly string[] = [
  maxContext,
  maxContextUsers,
  maxOverallContextQuota,
  maxOverallUsers,
  canCreateSubadmin,
  maxSubadmin,
];
const prefixes: readonly string[] = [maxOverallUsersByModuleAccess, maxContextUsersByModuleAccess];

/** A restriction as a request gives it. */
export interface RestrictionFields {
  readonly name: string | null | undefined;
  readonly value: string | null | undefined;
}

/**
 * Checks restrictions for one kind of object.
 * Source: docs/contract/resellers.md#2-2.
 * @throws ProvisioningError InvalidData; Reseller for a name that is given two values
 */
export function checkRestrictions(
  fields: readonly RestrictionFields[],
  appliesTo: 'Subadmin' | 'Context',
  combinations: AccessCombinations,
): Restriction[] {
  const checked = new Map<string, string>();
  for (const { name, value } of fields) {
    if (!name) throw errors.restrictionNameMissing();
    if (!name.startsWith(`${appliesTo}.`))
      throw appliesTo === 'Subadmin'
        ? errors.restrictionNotForSubadmin(name)
        : errors.restrictionNotForContext(name);
    if (!value) throw errors.restrictionValueMissing();
    if (!isKnown(name, combinations)) throw errors.noSuchRestriction(name);
    if (!isValid(name, value)) throw errors.invalidRestrictionValue(value, name);
    if ((checked.get(name) ?? value) !== value) throw errors.restrictionContained(name);
    checked.set(name, value);
  }
  return [...checked].map(([name, value]) => ({ name, value }));
}

/**
 * Restrictions after a change; null when none were sent, or the shown ones. So a whole object that was read
 * is accepted back, even with restrictions no longer allowed.
 */
export function changedRestrictions(
  sent: readonly RestrictionFields[],
  shown: readonly Restriction[],
): readonly RestrictionFields[] | null {
  const line = ({ name, value }: RestrictionFields): string => JSON.stringify([name, value]);
  const present = new Set(shown.map(line));
  const isShown =
    new Set(sent.map(line)).size === present.size && sent.every((one) => present.has(line(one)));
  return sent.length === 0 || isShown ? null : sent;
}

/** The names of all restrictions there are; those by module access once for every combination. */
function restrictionNames(combinations: AccessCombinations): string[] {
  const completed = prefixes.flatMap((prefix) => combinations.names().map((name) => prefix + name));
  return [...plainNames, ...completed];
}

/**
 * Id of a restriction on the wire. It depends on the name alone, so that new combinations do not change it.
 * It is the position in the list, or 31 bits of a digest.
 */
export function restrictionId(name: string): number {
  const place = plainNames.indexOf(name);
  return place >= 0 ? place + 1 : createHash('sha256').update(name).digest().readUInt32BE() >>> 1;
}

/** The value of a restriction that a reseller is under. */
export function restrictionValue(
  { restrictions }: Pick<Reseller, 'restrictions'>,
  name: string,
): string | undefined {
  return restrictions.find((restriction) => restriction.name === name)?.value;
}

function isKnown(name: string, combinations: AccessCombinations): boolean {
  const prefix = prefixes.find((one) => name.startsWith(one));
  return prefix === undefined ? plainNames.includes(name) : combinations.has(name.slice(prefix.length));
}

function isValid(name: string, value: string): boolean {
  return name === canCreateSubadmin ? /^(true|false)$/i.test(value) : /^\d{1,15}$/.test(value);
}

/**
 * The names of all restrictions that there are.
 * @throws ProvisioningError InvalidCredentials
 */
export async function getAvailableRestrictions(
  installation: Installation,
  credentials: Credentials,
): Promise<string[]> {
  await authorizeProvider(installation, credentials);
  return restrictionNames(installation.accessCombinations);
}

/**
 * The restrictions of a context itself, for its owners. Only here does somebody else's context have this text.
 * Source: docs/contract/authentication.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage, Reseller
 */
export async function getContextRestrictions(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<readonly Restriction[]> {
  const provider = await authorizeProvider(installation, credentials);
  if (reference === null) throw errors.missingArgument();
  if (!reference.id && !reference.name) throw errors.contextNotIdentified();
  const contextId = reference.id
    ? reference.id
    : await installation.store.read.contexts.findIdByName(reference.name ?? '');
  const context = contextId === null ? null : await installation.store.read.contexts.find(contextId);
  // Answers for another's context as for a missing one, with the reference as sent.
  if (
    provider.kind === 'reseller' &&
    !(context && (await ownsContext(installation, provider.reseller, context)))
  )
    throw errors.contextNotOwned(reference.id || (reference.name ?? ''), provider.reseller.name);
  if (contextId === null) throw errors.noSuchContextNameForRestrictions(reference.name ?? '');
  if (context === null) throw errors.authenticationFailed();
  return context.restrictions;
}

/** The setting that says that the names were made, until they are removed. */
const namesMade = 'restriction-names';

/**
 * Makes the names of restrictions, which are built in: it only can be done once.
 * Source: docs/contract/resellers.md#2-1.
 * @throws ProvisioningError InvalidCredentials unless the caller is the master admin; Reseller
 */
export async function initRestrictionNames(
  installation: Installation,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(installation, credentials);
  await installation.store.transaction(async ({ settings }) => {
    if ((await settings.get(namesMade)) !== null) throw errors.restrictionsInitialised();
    await settings.set(namesMade, 'made');
  });
}

/**
 * Does nothing, since restriction names are built in and follow the access combinations.
 * @throws ProvisioningError InvalidCredentials unless the caller is the master admin
 */
export async function updateRestrictionNames(
  installation: Installation,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(installation, credentials);
}

/**
 * Removes the names of restrictions, unless somebody is restricted; they can then be made again.
 * @throws ProvisioningError InvalidCredentials unless the caller is the master admin; Reseller
 */
export async function removeRestrictionNames(
  installation: Installation,
  credentials: Credentials,
): Promise<void> {
  await authorizeMaster(installation, credentials);
  if (await installation.store.read.restrictions.areInUse()) throw errors.restrictionsInUse();
  await installation.store.transaction(({ settings }) => settings.delete(namesMade));
}
