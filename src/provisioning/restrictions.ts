import type { AccessCombinations } from './access-combinations.js';
import { errors } from './errors.js';
import type { Reseller, Restriction } from './model.js';

/** OX: semantics 6.6. A name that ends in `_` is completed by the name of an access combination. */
const restrictionNames = [
  'Subadmin.MaxContext',
  'Context.MaxUser',
  'Subadmin.MaxOverallContextQuota',
  'Subadmin.MaxOverallUser',
  'Subadmin.CanCreateSubadmin',
  'Subadmin.MaxSubadmin',
  'Subadmin.MaxOverallUserByModuleaccess_',
  'Context.MaxUserByModuleaccess_',
] as const;

export const canCreateSubadmin = 'Subadmin.CanCreateSubadmin';
export const maxSubadmin = 'Subadmin.MaxSubadmin';

/** A restriction as a request gives it. */
export interface RestrictionFields {
  readonly name: string | null | undefined;
  readonly value: string | null | undefined;
}

/**
 * Checks restrictions for one kind of object. OX: semantics 6.6.
 * @throws ProvisioningError InvalidData
 */
export function checkRestrictions(
  fields: readonly RestrictionFields[],
  appliesTo: 'Subadmin' | 'Context',
  combinations: AccessCombinations,
): Restriction[] {
  return fields.map(({ name, value }) => {
    if (!name) throw errors.restrictionNameMissing();
    const other = appliesTo === 'Subadmin' ? 'Context.' : 'Subadmin.';
    if (name.startsWith(other))
      throw appliesTo === 'Subadmin'
        ? errors.restrictionNotForSubadmin(name)
        : errors.restrictionNotForContext(name);
    if (!value) throw errors.restrictionValueMissing();
    if (!isKnown(name, combinations)) throw errors.noSuchRestriction(name);
    if (!isValid(name, value)) throw errors.invalidRestrictionValue(value, name);
    return { name, value };
  });
}

/** The number under which a restriction is known on the wire: its place among all names. */
export function restrictionId(name: string): number {
  return (
    restrictionNames.findIndex((known) => name === known || (known.endsWith('_') && name.startsWith(known))) +
    1
  );
}

/** The value of a restriction that a reseller is under. */
export function restrictionValue(reseller: Reseller, name: string): string | undefined {
  return reseller.restrictions.find((restriction) => restriction.name === name)?.value;
}

function isKnown(name: string, combinations: AccessCombinations): boolean {
  return restrictionNames.some((known) =>
    known.endsWith('_')
      ? name.startsWith(known) && combinations.has(name.slice(known.length))
      : name === known,
  );
}

function isValid(name: string, value: string): boolean {
  return name === canCreateSubadmin ? /^(true|false)$/i.test(value) : /^\d{1,15}$/.test(value);
}
