import type { Reseller, Restriction as StoredRestriction } from '../provisioning/model/model.js';
import type { ResellerFields, ResellerReference } from '../provisioning/resellers/reseller-fields.js';
import { type RestrictionFields, restrictionId } from '../provisioning/resellers/restrictions.js';
import type { ResellerAdmin, Restriction } from './generated/types.js';
import { set, showStringMap, stringMap } from './wire-values.js';

/** Reseller reference of a message. */
export function resellerReference({ id, name }: ResellerAdmin): ResellerReference {
  return { id, name };
}

/** Fields of a reseller: the plain sets are ignored, only additions and removals count. */
export function resellerFields(message: ResellerAdmin): ResellerFields {
  return {
    id: set(message.id),
    name: set(message.name),
    displayName: set(message.displayname),
    parentId: set(message.parentId),
    password: set(message.password),
    passwordMech: set(message.passwordMech),
    restrictions: restrictionFields(message.restrictions),
    capabilitiesToAdd: message.capabilitiesToAdd ?? [],
    capabilitiesToRemove: message.capabilitiesToRemove ?? [],
    capabilitiesToDrop: message.capabilitiesToDrop ?? [],
    taxonomiesToAdd: message.taxonomiesToAdd ?? [],
    taxonomiesToRemove: message.taxonomiesToRemove ?? [],
    configurationToAdd: stringMap(message.configurationToAdd),
    configurationToRemove: message.configurationToRemove ?? [],
  };
}

/**
 * The answer of create: the request completed, without the password.
 * Source: docs/contract/resellers.md#1-1, docs/contract/choices.md#3.
 */
export function showCreatedReseller(request: ResellerAdmin, created: Reseller): ResellerAdmin {
  return { ...request, ...showOwner(created), password: null };
}

/** A reseller as getData shows it: everything but the password. */
export function showReseller(reseller: Reseller): ResellerAdmin {
  return {
    ...showOwner(reseller),
    capabilities: [...reseller.capabilities],
    taxonomies: [...reseller.taxonomies],
    configuration: showStringMap(reseller.configuration),
  };
}

/** A reseller as the `owner` of a context: the first seven members. Source: docs/contract/wire.md#6. */
export function showOwner(reseller: Reseller): ResellerAdmin {
  return {
    name: reseller.name,
    passwordMech: reseller.passwordMech,
    parentId: reseller.parentId,
    restrictions: showRestrictions(reseller.restrictions),
    displayname: reseller.displayName,
    id: reseller.id,
  };
}

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
