import { effectiveProperty, type ConfigScopes } from './config-cascade.js';
import type { Context } from './model.js';
import { flagsFromModuleAccess } from './module-access.js';

/** OX: semantics 6.5, further tags as a comma list. */
export const typesProperty = 'com.openexchange.config.cascade.types';
const none = new Map<string, never>();

/**
 * The tags of a context, by which context sets choose it: its name and id, its attribute `taxonomy/types`, the property for further tags, the
 * taxonomies of its owner and the owner's parent, and what its admin may use (`ucInfostore`, `ucCalendar`, …). OX: semantics 6.5.
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
