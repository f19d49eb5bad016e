import { checkCountsConsistency } from '../provisioning/contexts/change-contexts.js';
import {
  changeContextCapabilities,
  getContextCapabilities,
} from '../provisioning/contexts/context-access.js';
import { changeObjectQuota } from '../provisioning/contexts/context-object-quotas.js';
import { getAdminId } from '../provisioning/contexts/read-contexts.js';
import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
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
