import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import { changeOwnReseller, changeReseller } from '../provisioning/resellers/change-reseller.js';
import { createReseller } from '../provisioning/resellers/create-reseller.js';
import {
  deleteReseller,
  getOwnReseller,
  getReseller,
  getResellers,
  listResellers,
} from '../provisioning/resellers/read-resellers.js';
import {
  getAvailableRestrictions,
  getContextRestrictions,
  removeRestrictionNames,
  updateRestrictionNames,
} from '../provisioning/resellers/restrictions.js';
import { contextReference } from './context-message.js';
import type { OXResellerServiceHandlers } from './generated/ox-reseller-service.js';
import {
  newResellerFields,
  resellerFields,
  resellerReference,
  showReseller,
  showAvailableRestriction,
  showRestrictions,
} from './reseller-message.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXResellerService, named as on the wire. */
export function oxResellerService(deps: ProvisioningDeps): OXResellerServiceHandlers {
  return {
    create: async ({ adm, creds }) => ({
      return: showReseller(await createReseller(deps, adm ? newResellerFields(adm) : null, callerOf(creds))),
    }),
    change: ({ adm, creds }) => changeReseller(deps, adm ? resellerFields(adm) : null, callerOf(creds)),
    changeSelf: ({ adm, creds }) =>
      changeOwnReseller(deps, adm ? resellerFields(adm) : null, callerOf(creds)),
    delete: ({ adm, creds }) => deleteReseller(deps, adm ? resellerReference(adm) : null, callerOf(creds)),

    getData: async ({ adm, creds }) => ({
      return: showReseller(await getReseller(deps, adm ? resellerReference(adm) : null, callerOf(creds))),
    }),
    getMultipleData: async ({ admins, creds }) => ({
      return: (await getResellers(deps, (admins ?? []).map(resellerReference), callerOf(creds))).map(
        showReseller,
      ),
    }),
    // The answer is the ResellerAdmin itself. Source: docs/contract/wire.md#7.
    getSelfData: async ({ adminName, adminId, creds }) =>
      showReseller(await getOwnReseller(deps, { id: adminId, name: adminName }, callerOf(creds))),
    list: async ({ search_pattern, creds }) => ({
      return: (await listResellers(deps, search_pattern, callerOf(creds))).map(showReseller),
    }),

    getAvailableRestrictions: async ({ creds }) => ({
      return: (await getAvailableRestrictions(deps, callerOf(creds))).map(showAvailableRestriction),
    }),
    getRestrictionsFromContext: async ({ ctx, creds }) => ({
      return: showRestrictions(
        await getContextRestrictions(deps, ctx ? contextReference(ctx) : null, callerOf(creds)),
      ),
    }),
    initDatabaseRestrictions: ({ creds }) => updateRestrictionNames(deps, callerOf(creds)),
    updateDatabaseModuleAccessRestrictions: ({ creds }) => updateRestrictionNames(deps, callerOf(creds)),
    updateDatabaseRestrictions: async ({ creds }) => {
      await updateRestrictionNames(deps, callerOf(creds));
      return {};
    },
    removeDatabaseRestrictions: ({ creds }) => removeRestrictionNames(deps, callerOf(creds)),
  };
}
