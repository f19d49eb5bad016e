import { errors } from './errors.js';
import type { AttributeChange, Attributes } from './model.js';
import { moduleNames } from './module-access.js';

/** The namespace whose keys are properties of the config cascade. */
export const configNamespace = 'config';

const capabilityPrefix = 'com.openexchange.capability.';
const permissionKeys = new Set(moduleNames.map((name) => `${capabilityPrefix}${name}`.toLowerCase()));

/**
 * Refuses attributes that would set a module permission as a capability; deleting one is always allowed. OX: semantics 2.4.
 * @throws ProvisioningError InvalidData PERM-0001
 */
export function checkNoPermissionCapabilities(changes: readonly AttributeChange[]): void {
  const refused = changes.filter(
    ({ namespace, key, value }) =>
      namespace === configNamespace && value !== null && permissionKeys.has(key.trim().toLowerCase()),
  );
  if (refused.length > 0) throw errors.permissionAsAttribute(refused.map(({ key }) => key));
}

/** Applies changes: a value inserts or overwrites its key, null removes it, everything else stays. OX: semantics 2.4. */
export function applyAttributeChanges(
  attributes: Attributes,
  changes: readonly AttributeChange[],
): Map<string, Map<string, string>> {
  const result = new Map([...attributes].map(([namespace, entries]) => [namespace, new Map(entries)]));
  for (const { namespace, key, value } of changes) {
    const entries = result.get(namespace) ?? new Map<string, string>();
    if (value === null) entries.delete(key);
    else entries.set(key, value);
    if (entries.size > 0) result.set(namespace, entries);
    else result.delete(namespace);
  }
  return result;
}

/** The property of the config cascade that a user's or context's attributes set, undefined if they do not. */
export function configAttribute(attributes: Attributes, property: string): string | undefined {
  return attributes.get(configNamespace)?.get(property);
}
