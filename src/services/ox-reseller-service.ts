import type { ProvisioningDeps } from '../provisioning/deps.js';
import {
  changeReseller,
  createReseller,
  deleteReseller,
  getReseller,
  listResellers,
} from '../provisioning/resellers.js';
import type { OXResellerServiceHandlers } from './generated/ox-reseller-service.js';
import { notSupported } from './not-supported.js';
import { newResellerFields, resellerFields, showReseller } from './reseller-message.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXResellerService, named as on the wire. */
export function oxResellerService(deps: ProvisioningDeps): OXResellerServiceHandlers {
  return {
    create: async ({ adm, creds }) => ({
      return: showReseller(await createReseller(deps, adm ? newResellerFields(adm) : null, callerOf(creds))),
    }),
    change: ({ adm, creds }) => changeReseller(deps, adm ? resellerFields(adm) : null, callerOf(creds)),
    delete: ({ adm, creds }) => deleteReseller(deps, adm ? resellerFields(adm) : null, callerOf(creds)),
    getData: async ({ adm, creds }) => ({
      return: showReseller(await getReseller(deps, adm ? resellerFields(adm) : null, callerOf(creds))),
    }),
    list: async ({ search_pattern, creds }) => ({
      return: (await listResellers(deps, search_pattern, callerOf(creds))).map(showReseller),
    }),

    changeSelf: notSupported('changeSelf'),
    getAvailableRestrictions: notSupported('getAvailableRestrictions'),
    getMultipleData: notSupported('getMultipleData'),
    getRestrictionsFromContext: notSupported('getRestrictionsFromContext'),
    getSelfData: notSupported('getSelfData'),
    initDatabaseRestrictions: notSupported('initDatabaseRestrictions'),
    removeDatabaseRestrictions: notSupported('removeDatabaseRestrictions'),
    updateDatabaseModuleAccessRestrictions: notSupported('updateDatabaseModuleAccessRestrictions'),
    updateDatabaseRestrictions: notSupported('updateDatabaseRestrictions'),
  };
}
