import {
  changeResource,
  createResource,
  deleteResource,
  getResources,
  listResources,
} from '../provisioning/groups/resources.js';
import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import type { OXResellerResourceServiceHandlers } from './generated/ox-reseller-resource-service.js';
import { resourceFields, resourceReference, showResource } from './resource-message.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXResellerResourceService, named as on the wire. */
export function oxResellerResourceService(deps: ProvisioningDeps): OXResellerResourceServiceHandlers {
  return {
    create: async ({ ctx, res, auth }) => {
      const request = { contextId: ctx?.id, fields: res ? resourceFields(res) : null };
      return { return: showResource(await createResource(deps, request, callerOf(auth))) };
    },
    change: ({ ctx, res, auth }) =>
      changeResource(
        deps,
        {
          contextId: ctx?.id,
          resource: res ? { reference: resourceReference(res), fields: resourceFields(res) } : null,
        },
        callerOf(auth),
      ),
    delete: ({ ctx, res, auth }) =>
      deleteResource(deps, ctx?.id, res ? resourceReference(res) : null, callerOf(auth)),

    getData: async ({ ctx, res, auth }) => {
      const references = res ? [resourceReference(res)] : [];
      const [resource] = await getResources(deps, ctx?.id, references, callerOf(auth));
      return { return: resource ? showResource(resource) : null };
    },
    getMultipleData: async ({ ctx, resources, auth }) => {
      const references = (resources ?? []).map(resourceReference);
      const found = await getResources(deps, ctx?.id, references, callerOf(auth));
      return { return: found.map(showResource) };
    },
    list: async ({ ctx, pattern, auth }) => ({
      return: (await listResources(deps, ctx?.id, pattern, callerOf(auth))).map(showResource),
    }),
    listAll: async ({ ctx, auth }) => ({
      return: (await listResources(deps, ctx?.id, '*', callerOf(auth))).map(showResource),
    }),
  };
}
