import type { Restriction as StoredRestriction } from '../provisioning/model.js';
import { restrictionId, type RestrictionFields } from '../provisioning/restrictions.js';
import type { Restriction } from './generated/types.js';

export function showRestrictions(restrictions: readonly StoredRestriction[]): Restriction[] {
  return restrictions.map(({ name, value }) => ({ name, value, id: restrictionId(name) }));
}

export function restrictionFields(restrictions: readonly Restriction[] | undefined): RestrictionFields[] {
  return (restrictions ?? []).map(({ name, value }) => ({ name, value }));
}
