import { changeContextCapabilities, getContextCapabilities } from '../provisioning/context-capabilities.js';
import { changeObjectQuota } from '../provisioning/context-object-quotas.js';
import { checkCountsConsistency } from '../provisioning/contexts.js';
import type { ProvisioningDeps } from '../provisioning/deps.js';
import { getAdminId } from '../provisioning/read-contexts.js';
import type { OXContextServiceHandlers } from './generated/ox-context-service.js';
import { contextMoveHandlers } from './move-handlers.js';
import { contextReferenceOf, oxResellerContextService } from './ox-reseller-context-service.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXContextService: those of its reseller twin, and what only the plain service has. */
export function oxContextService(deps: ProvisioningDeps): OXContextServiceHandlers {
  return {
    ...oxResellerContextService(deps),

    changeCapabilities: ({ ctx, capsToAdd, capsToRemove, capsToDrop, auth }) =>
      changeContextCapabilities(
        deps,
        contextReferenceOf(ctx),
        { add: capsToAdd, remove: capsToRemove, drop: capsToDrop },
        callerOf(auth),
      ),
    getContextCapabilities: async ({ ctx, auth }) => ({
      return: await getContextCapabilities(deps, contextReferenceOf(ctx), callerOf(auth)),
    }),
    changeQuota: ({ ctx, module, quotaValue, auth }) =>
      changeObjectQuota(
        deps,
        contextReferenceOf(ctx),
        { modules: module, value: quotaValue },
        callerOf(auth),
      ),
    getAdminId: async ({ ctx, auth }) => ({
      return: await getAdminId(deps, contextReferenceOf(ctx), callerOf(auth)),
    }),
    checkCountsConsistency: ({ auth }) => checkCountsConsistency(deps, callerOf(auth)),

    ...contextMoveHandlers(deps),
  };
}
