import { errors } from '../errors/errors.js';
import { moduleNames } from '../model/module-access.js';

/** Request of changeCapabilities: comma lists as sent. */
export interface CapabilityRequest {
  readonly add: string | null | undefined;
  readonly remove: string | null | undefined;
  readonly drop: string | null | undefined;
}

/** The same as names, lower-cased. */
export interface CapabilityChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly drop: readonly string[];
}

const permissions: ReadonlySet<string> = new Set(moduleNames.map((name) => name.toLowerCase()));

/**
 * Reads the comma lists: one pair of outer double quotes is stripped, names are lower-cased.
 * Source: docs/contract/access.md#3.
 * @throws ProvisioningError InvalidData when all three are empty
 */
export function readCapabilityChange({ add, remove, drop }: CapabilityRequest): CapabilityChange {
  const change = { add: namesIn(add), remove: namesIn(remove), drop: namesIn(drop) };
  if (change.add.length + change.remove.length + change.drop.length === 0) throw errors.noCapabilities();
  return change;
}

/**
 * Refuses names of module permissions; dropping one is always allowed.
 * Source: docs/contract/attributes.md#3.
 * @throws ProvisioningError InvalidData PERM-0002
 */
export function checkNoPermissionsAsCapabilities({ add, remove }: CapabilityChange): void {
  const refused = [...add, ...remove].filter((name) => permissions.has(name));
  if (refused.length > 0) throw errors.permissionAsCapability(refused);
}

/**
 * The capabilities after a change, sorted. In this order, drop forgets a name and its denial, remove stores the denial, add stores the
 * name.
 * Source: docs/contract/access.md#3.
 */
export function applyCapabilityChange(present: readonly string[], change: CapabilityChange): string[] {
  const capabilities = new Set(present);
  const forget = (name: string): void => {
    capabilities.delete(name);
    capabilities.delete(`-${name}`);
  };
  change.drop.forEach(forget);
  for (const name of change.remove) {
    forget(name);
    capabilities.add(`-${name}`);
  }
  for (const name of change.add) {
    forget(name);
    capabilities.add(name);
  }
  return [...capabilities].sort();
}

/**
 * Capabilities as the one string that getContextCapabilities and getUserCapabilities answer.
 * Source: docs/contract/access.md#3.
 * @param holder whose they are, with ids as the request had them, e.g. `user 4 in context 10`
 */
export function showCapabilities(capabilities: readonly string[], holder: string): string {
  return capabilities.length > 0
    ? capabilities.toSorted().join(', ')
    : `There are no capabilities set for ${holder}`;
}

function namesIn(list: string | null | undefined): string[] {
  const bare = (list ?? '').trim().replace(/^"(.*)"$/s, '$1');
  const names = bare.split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== ''))];
}
