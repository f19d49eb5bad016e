import type { NamedReference } from '../provisioning/groups/read-groups.js';
import {
  changeResource,
  createResource,
  deleteResource,
  getResource,
  getResources,
  listResources,
  type ResourceFields,
} from '../provisioning/groups/resources.js';
import type { Installation } from '../provisioning/installation/installation.js';
import type { Resource as StoredResource } from '../provisioning/repositories/group-repository.js';
import type { OXResellerResourceServiceHandlers } from './generated/ox-reseller-resource-service.js';
import type { Resource } from './generated/types.js';
import { callerOf, set } from './wire-values.js';

/** The handlers of OXResellerResourceService, named as on the wire. */
export function oxResellerResourceService(installation: Installation): OXResellerResourceServiceHandlers {
  return {
    create: async ({ ctx, res, auth }) => {
      const request = { contextId: ctx?.id, fields: res ? resourceFields(res) : null };
      const { id } = await createResource(installation, request, callerOf(auth));
      return { return: { ...res, id } };
    },
    change: ({ ctx, res, auth }) =>
      changeResource(
        installation,
        {
          contextId: ctx?.id,
          resource: res ? { reference: resourceReference(res), fields: resourceFields(res) } : null,
        },
        callerOf(auth),
      ),
    delete: ({ ctx, res, auth }) =>
      deleteResource(installation, ctx?.id, res ? resourceReference(res) : null, callerOf(auth)),

    getData: async ({ ctx, res, auth }) => {
      const reference = res ? resourceReference(res) : null;
      return { return: showResource(await getResource(installation, ctx?.id, reference, callerOf(auth))) };
    },
    getMultipleData: async ({ ctx, resources, auth }) => {
      const references = (resources ?? []).map(resourceReference);
      const found = await getResources(installation, ctx?.id, references, callerOf(auth));
      return { return: found.map(showResource) };
    },
    list: async ({ ctx, pattern, auth }) => ({
      return: (await listResources(installation, ctx?.id, pattern, callerOf(auth))).map(showResource),
    }),
    listAll: async ({ ctx, auth }) => ({
      return: (await listResources(installation, ctx?.id, '*', callerOf(auth))).map(showResource),
    }),
  };
}

/** Resource reference of a message. */
function resourceReference({ id, name }: Resource): NamedReference {
  return { id, name };
}

/** Resource fields of a message. */
function resourceFields(message: Resource): ResourceFields {
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
function showResource(resource: StoredResource): Resource {
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
