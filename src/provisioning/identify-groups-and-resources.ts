import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';

/** How a request names a group or a resource. The id wins; a name counts only when there is no id. */
export interface NamedReference {
  readonly id?: number | null | undefined;
  readonly name?: string | null | undefined;
}

/**
 * Resolves which group is meant to its id, which is not checked to exist. As users: an id of 0 counts as none (semantics 0.4).
 * @throws ProvisioningError InvalidData when neither is given; NoSuchGroup for an unknown name
 */
export async function resolveGroupId(
  deps: Pick<ProvisioningDeps, 'store'>,
  contextId: number,
  { id, name }: NamedReference,
): Promise<number> {
  if (id) return id;
  if (!name) throw errors.groupNotIdentified();
  const found = await deps.store.groups.findIdByName(contextId, name);
  if (found === null) throw errors.noSuchGroup(name, contextId);
  return found;
}

/**
 * As resolveGroupId, for a resource.
 * @throws ProvisioningError InvalidData when neither is given; NoSuchResource for an unknown name
 */
export async function resolveResourceId(
  deps: Pick<ProvisioningDeps, 'store'>,
  contextId: number,
  { id, name }: NamedReference,
): Promise<number> {
  if (id) return id;
  if (!name) throw errors.resourceNotIdentified();
  const found = await deps.store.resources.findIdByName(contextId, name);
  if (found === null) throw errors.noSuchResource(name, contextId);
  return found;
}
