import type { Restriction as StoredRestriction } from '../provisioning/model/model.js';
import { restrictionId, type RestrictionFields } from '../provisioning/resellers/restrictions.js';
import type { Restriction } from './generated/types.js';

export function showRestrictions(restrictions: readonly StoredRestriction[]): Restriction[] {
  return restrictions.map(({ name, value }) => ({ name, value, id: restrictionId(name) }));
}

/** A restriction that somebody could be under. */
export function showAvailableRestriction(name: string): Restriction {
  return { name, id: restrictionId(name) };
}

/** soap4r writes a restriction whose members are all nil where its user said nothing of restrictions: that is none. */
export function restrictionFields(restrictions: readonly Restriction[] | undefined): RestrictionFields[] {
  return (restrictions ?? [])
    .filter((restriction) => Object.values(restriction).some((value) => value !== null))
    .map(({ name, value }) => ({ name, value }));
}
