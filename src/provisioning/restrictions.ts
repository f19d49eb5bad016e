import { createHash } from 'node:crypto';
import type { AccessCombinations } from './access-combinations.js';
import { errors } from './errors.js';
import type { Reseller, Restriction } from './model.js';

export const maxContext = 'Subadmin.MaxContext';
export const maxContextUsers = 'Context.MaxUser';
export const maxOverallContextQuota = 'Subadmin.MaxOverallContextQuota';
export const maxOverallUsers = 'Subadmin.MaxOverallUser';
export const canCreateSubadmin = 'Subadmin.CanCreateSubadmin';
export const maxSubadmin = 'Subadmin.MaxSubadmin';

/** These are completed by the name of an access combination. */
export const maxOverallUsersByModuleAccess = 'Subadmin.MaxOverallUserByModuleaccess_';
export const maxContextUsersByModuleAccess = 'Context.MaxUserByModuleaccess_';

/** OX: semantics 6.6. */
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
 * Checks restrictions for one kind of object. OX: semantics 6.6.
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
    const other = appliesTo === 'Subadmin' ? 'Context.' : 'Subadmin.';
    if (name.startsWith(other))
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
 * What a request wants restrictions to become, null if nothing: none sent, or sent as they are shown. So a whole object that was
 * read is accepted back, also where the present restrictions would not be allowed any more.
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
export function restrictionNames(combinations: AccessCombinations): string[] {
  const completed = prefixes.flatMap((prefix) => combinations.names().map((name) => prefix + name));
  return [...plainNames, ...completed];
}

/**
 * The number under which a restriction is known on the wire. It depends on the name alone, so that it stays when the operator
 * adds combinations: the place in the list, beyond that 31 bits of a digest.
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
  return prefix === undefined
    ? plainNames.includes(name)
    : combinations.names().includes(name.slice(prefix.length));
}

function isValid(name: string, value: string): boolean {
  return name === canCreateSubadmin ? /^(true|false)$/i.test(value) : /^\d{1,15}$/.test(value);
}
