import { applyCapabilityChange } from './capabilities.js';
import type { Reseller } from './model.js';
import type { RestrictionFields } from './restrictions.js';

/** How a request names a reseller. The id wins; 0 counts as none. */
export interface ResellerReference {
  readonly id?: number | null | undefined;
  readonly name?: string | null | undefined;
}

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

export type ResellerSets = Pick<Reseller, 'capabilities' | 'taxonomies' | 'configuration'>;

/** What a reseller has after a change. OX: semantics 2.6. */
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
