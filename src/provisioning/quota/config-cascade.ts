import { errors } from '../errors/errors.js';
import type { AttributeChange, Attributes, Context, Reseller } from '../model/model.js';
import { flagsFromModuleAccess, moduleNames } from '../model/module-access.js';

/** The property that switches unified quota on. Source: docs/contract/quota.md#3-1. */
export const unifiedQuotaProperty = 'com.openexchange.unifiedquota.enabled';

/**
 * Scopes of the config cascade, strongest first: user, context, reseller, context sets, server.
 * Source: docs/contract/config-cascade.md#1.
 */
export interface ConfigScopes {
  readonly user: Attributes;
  readonly context: Attributes;
  /** The context's owner and, after it, the owner's parent. */
  readonly resellers: readonly Reseller[];
  /** Properties of the matching context sets, see context-sets. */
  readonly contextSets: ReadonlyMap<string, string>;
  readonly server: ReadonlyMap<string, string>;
}

/** The effective value of a property: that of the strongest scope that sets it, even to an empty text. */
export function effectiveProperty(scopes: ConfigScopes, property: string): string | undefined {
  const values = [
    configAttribute(scopes.user, property),
    configAttribute(scopes.context, property),
    ...scopes.resellers.map((reseller) => reseller.configuration.get(property)),
    scopes.contextSets.get(property),
    scopes.server.get(property),
  ];
  return values.find((value) => value !== undefined);
}

/** `true` trimmed and in any letter case; everything else is false. Source: docs/contract/config-cascade.md#3. */
export function isTrue(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'true';
}

/** The namespace whose keys are properties of the config cascade. */
export const configNamespace = 'config';

const capabilityPrefix = 'com.openexchange.capability.';
const permissionKeys = new Set(moduleNames.map((name) => `${capabilityPrefix}${name}`.toLowerCase()));

/**
 * Refuses attributes that would set a module permission as a capability; deleting one is always allowed.
 * Source: docs/contract/attributes.md#3.
 * @throws ProvisioningError InvalidData PERM-0001
 */
export function checkNoPermissionCapabilities(changes: readonly AttributeChange[]): void {
  const refused = changes.filter(
    ({ namespace, key, value }) =>
      namespace === configNamespace && value !== null && permissionKeys.has(key.trim().toLowerCase()),
  );
  if (refused.length > 0) throw errors.permissionAsAttribute(refused.map(({ key }) => key));
}

/**
 * Applies changes: a value inserts or overwrites its key, null removes it, everything else stays.
 * Source: docs/contract/attributes.md#1.
 */
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

/** Further tags as a comma list. Source: docs/contract/config-cascade.md#2. */
export const typesProperty = 'com.openexchange.config.cascade.types';
const none = new Map<string, never>();

/**
 * Tags of a context, by which context sets choose it. They are its name, id, `taxonomy/types`, further tags,
 * taxonomies of its owner and the owner's parent, and its admin's modules. A module's tag is `ucInfostore`,
 * `ucCalendar`, ….
 * Source: docs/contract/config-cascade.md#2.
 * @param adminModuleAccess 0 for a context that has no admin yet
 */
export function contextTags(
  context: Pick<Context, 'id' | 'name' | 'attributes'>,
  adminModuleAccess: number,
  scopes: Pick<ConfigScopes, 'resellers' | 'server'>,
): ReadonlySet<string> {
  // A set that said which sets apply would have no beginning, and users do not have sets of their own.
  const outside = { ...scopes, user: none, context: context.attributes, contextSets: none };
  return new Set([
    context.name,
    String(context.id),
    ...listed(context.attributes.get('taxonomy')?.get('types')),
    ...listed(effectiveProperty(outside, typesProperty)),
    ...scopes.resellers.flatMap(({ taxonomies }) => taxonomies),
    ...Object.entries(flagsFromModuleAccess(adminModuleAccess)).flatMap(([module, isAllowed]) =>
      isAllowed ? [`uc${module.charAt(0).toUpperCase()}${module.slice(1)}`] : [],
    ),
  ]);
}

function listed(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
