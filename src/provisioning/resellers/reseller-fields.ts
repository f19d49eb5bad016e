import { errors } from '../errors/errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import { applyCapabilityChange } from '../installation/capabilities.js';
import type { Reseller } from '../model/model.js';
import type { Repositories } from '../repositories/store.js';
import type { RestrictionFields } from './restrictions.js';

/** Reference to a reseller. The id wins; 0 counts as none. */
export interface ResellerReference {
  readonly id?: number | null | undefined;
  readonly name?: string | null | undefined;
}

/** Reseller fields of a request. Absent and nil are the same; an empty list is ignored. */
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

export type ResellerSets = Pick<Reseller, 'capabilities' | 'taxonomies' | 'configuration'>;

/** Sets of a reseller after a change. Source: docs/contract/resellers.md#1-1. */
export function changedSets(present: ResellerSets, fields: ResellerFields): ResellerSets {
  const capabilities = applyCapabilityChange(present.capabilities, {
    add: fields.capabilitiesToAdd,
    remove: fields.capabilitiesToRemove,
    drop: fields.capabilitiesToDrop,
  });
  const taxonomies = new Set([...present.taxonomies, ...fields.taxonomiesToAdd]);
  for (const name of fields.taxonomiesToRemove) taxonomies.delete(name);
  const configuration = new Map([...present.configuration, ...fields.configurationToAdd]);
  for (const name of fields.configurationToRemove) configuration.delete(name);
  return { capabilities, taxonomies: [...taxonomies].sort(), configuration };
}

/**
 * The id of the parent that a reseller is to have, 0 for none. There are no more than two levels of resellers.
 * Source: docs/contract/resellers.md#1-1.
 * @throws ProvisioningError Reseller
 */
export async function checkParent(
  { resellers }: Pick<Repositories, 'resellers'>,
  parentId: number,
): Promise<number> {
  if (parentId === 0) return 0;
  const parent = await resellers.find(parentId);
  if (parent === null) throw errors.noSuchParent(parentId);
  if (parent.parentId !== 0) throw errors.parentIsSubsubadmin();
  return parentId;
}

/**
 * Refuses a name that another reseller or the master admin has, in any letter case.
 * Source: docs/contract/resellers.md#1-1.
 * @throws ProvisioningError Reseller
 */
export async function checkResellerNameFree(
  { settings }: Pick<Installation, 'settings'>,
  { resellers }: Pick<Repositories, 'resellers'>,
  name: string,
  ownId: number | null = null,
): Promise<void> {
  const holder = await resellers.findByName(name);
  if (holder !== null ? holder.id !== ownId : name.toLowerCase() === settings.masterLogin.toLowerCase())
    throw errors.resellerExists(name);
}

/** The write of a reseller, with the fault of a name that another took meanwhile. @throws ProvisioningError InvalidData */
export function reportingResellerNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  return reportingConflicts({ resellerName: () => errors.resellerExists(name) }, write);
}
