import { configAttribute } from './attributes.js';
import type { Attributes, Reseller } from './model.js';

/** OX: semantics 7.2, the property that switches unified quota on. */
export const unifiedQuotaProperty = 'com.openexchange.unifiedquota.enabled';

/** Where a property may be set, strongest first. OX: semantics 6.5, user > context > reseller > contextSets > server. */
export interface ConfigScopes {
  readonly user: Attributes;
  readonly context: Attributes;
  /** The context's owner and, after it, the owner's parent. */
  readonly resellers: readonly Reseller[];
  /** What the operator's context sets say about the context, see context-sets. */
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

/** OX: semantics 7.2, `true` trimmed and in any letter case; everything else is false. */
export function isTrue(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'true';
}
