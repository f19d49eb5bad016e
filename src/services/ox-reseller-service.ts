import { errors } from '../provisioning/errors/errors.js';
import type { Installation } from '../provisioning/installation/installation.js';
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
  initRestrictionNames,
  removeRestrictionNames,
  updateRestrictionNames,
} from '../provisioning/resellers/restrictions.js';
import { contextReference } from './context-message.js';
import type { OXResellerServiceHandlers } from './generated/ox-reseller-service.js';
import {
  resellerFields,
  resellerReference,
  showCreatedReseller,
  showReseller,
  showAvailableRestriction,
  showRestrictions,
} from './reseller-message.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXResellerService, named as on the wire. */
export function oxResellerService(installation: Installation): OXResellerServiceHandlers {
  return {
    create: async ({ adm, creds }) => ({
      return: showCreatedReseller(
        adm ?? {},
        await createReseller(installation, adm ? resellerFields(adm) : null, callerOf(creds)),
      ),
    }),
    change: ({ adm, creds }) =>
      changeReseller(installation, adm ? resellerFields(adm) : null, callerOf(creds)),
    changeSelf: ({ adm, creds }) =>
      changeOwnReseller(installation, adm ? resellerFields(adm) : null, callerOf(creds)),
    delete: ({ adm, creds }) =>
      deleteReseller(installation, adm ? resellerReference(adm) : null, callerOf(creds)),

    getData: async ({ adm, creds }) => ({
      return: showReseller(
        await getReseller(installation, adm ? resellerReference(adm) : null, callerOf(creds)),
      ),
    }),
    getMultipleData: async ({ admins, creds }) => ({
      return: (await getResellers(installation, (admins ?? []).map(resellerReference), callerOf(creds))).map(
        showReseller,
      ),
    }),
    // The answer is the ResellerAdmin itself. Source: docs/contract/wire.md#7.
    getSelfData: async ({ adminName, adminId, creds }) =>
      showReseller(await getOwnReseller(installation, { id: adminId, name: adminName }, callerOf(creds))),
    list: async ({ search_pattern, creds }) => ({
      return: (await listResellers(installation, search_pattern, callerOf(creds))).map(showReseller),
    }),

    getAvailableRestrictions: async ({ creds }) => {
      if (!creds) throw errors.credentialsMissingForRestrictions();
      const available = await getAvailableRestrictions(installation, callerOf(creds));
      return { return: available.map(showAvailableRestriction) };
    },
    getRestrictionsFromContext: async ({ ctx, creds }) => ({
      return: showRestrictions(
        await getContextRestrictions(installation, ctx ? contextReference(ctx) : null, callerOf(creds)),
      ),
    }),
    initDatabaseRestrictions: ({ creds }) => initRestrictionNames(installation, callerOf(creds)),
    updateDatabaseModuleAccessRestrictions: ({ creds }) =>
      updateRestrictionNames(installation, callerOf(creds)),
    updateDatabaseRestrictions: async ({ creds }) => {
      await updateRestrictionNames(installation, callerOf(creds));
      return {};
    },
    removeDatabaseRestrictions: ({ creds }) => removeRestrictionNames(installation, callerOf(creds)),
  };
}
