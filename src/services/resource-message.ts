import type { NamedReference } from '../provisioning/groups/read-groups.js';
import type { ResourceFields } from '../provisioning/groups/resources.js';
import type { Resource as StoredResource } from '../provisioning/repositories/group-repository.js';
import type { Resource } from './generated/types.js';
import { set } from './wire-values.js';

/** How a message names a resource. */
export function resourceReference({ id, name }: Resource): NamedReference {
  return { id, name };
}

/** What a message says about a resource. */
export function resourceFields(message: Resource): ResourceFields {
  return {
    name: set(message.name),
    displayName: set(message.displayname),
    email: set(message.email),
    available: set(message.available),
    description: set(message.description),
    permissions: (message.permissions ?? []).map(({ entity, group, privilege }) => ({
      entityId: set(entity),
      isGroup: set(group),
      privilege: set(privilege),
    })),
  };
}

/** A resource as every operation shows it. */
export function showResource(resource: StoredResource): Resource {
  return {
    available: resource.available,
    description: resource.description,
    displayname: resource.displayName,
    email: resource.email,
    id: resource.id,
    name: resource.name,
    permissions: resource.permissions.map(({ entityId, isGroup, privilege }) => ({
      entity: entityId,
      group: isGroup,
      ...(privilege !== null && { privilege }),
    })),
  };
}
