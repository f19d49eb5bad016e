import { checkCountsConsistency } from '../provisioning/contexts/change-contexts.js';
import {
  changeContextCapabilities,
  getContextCapabilities,
} from '../provisioning/contexts/context-access.js';
import { changeObjectQuota } from '../provisioning/contexts/context-object-quotas.js';
import { getAdminId } from '../provisioning/contexts/read-contexts.js';
import type { Installation } from '../provisioning/installation/installation.js';
import type { OXContextServiceHandlers } from './generated/ox-context-service.js';
import { contextMoveHandlers } from './move-handlers.js';
import { contextReferenceOf, oxResellerContextService } from './ox-reseller-context-service.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXContextService: those of its reseller twin, and what only the plain service has. */
export function oxContextService(installation: Installation): OXContextServiceHandlers {
  const ofReseller = oxResellerContextService(installation);
  return {
    ...ofReseller,

    listQuota: async (...call) => ({ return: (await ofReseller.listQuota(...call)).item ?? [] }),
    changeCapabilities: ({ ctx, capsToAdd, capsToRemove, capsToDrop, auth }) =>
      changeContextCapabilities(
        installation,
        contextReferenceOf(ctx),
        { add: capsToAdd, remove: capsToRemove, drop: capsToDrop },
        callerOf(auth),
      ),
    getContextCapabilities: async ({ ctx, auth }) => ({
      return: await getContextCapabilities(installation, contextReferenceOf(ctx), callerOf(auth)),
    }),
    changeQuota: ({ ctx, module, quotaValue, auth }) =>
      changeObjectQuota(
        installation,
        contextReferenceOf(ctx),
        { modules: module, value: quotaValue },
        callerOf(auth),
      ),
    getAdminId: async ({ ctx, auth }) => ({
      return: await getAdminId(installation, contextReferenceOf(ctx), callerOf(auth)),
    }),
    checkCountsConsistency: ({ auth }) => checkCountsConsistency(installation, callerOf(auth)),

    ...contextMoveHandlers(installation),
  };
}
