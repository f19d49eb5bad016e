import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import {
  changeModuleAccessGlobal,
  changeUserCapabilities,
  getUserCapabilities,
} from '../provisioning/users/user-module-access.js';
import type { OXUserServiceHandlers } from './generated/ox-user-service.js';
import { userMoveHandlers } from './move-handlers.js';
import { oxResellerUserService, userTarget } from './ox-reseller-user-service.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXUserService: those of its reseller twin, and what only it has. Source: docs/contract/wire.md#9. */
export function oxUserService(deps: ProvisioningDeps): OXUserServiceHandlers {
  const reseller = oxResellerUserService(deps);
  return {
    ...reseller,
    ...userMoveHandlers(deps),
    changeCapabilities: (request) =>
      changeUserCapabilities(
        deps,
        userTarget(request),
        { add: request.capsToAdd, remove: request.capsToRemove, drop: request.capsToDrop },
        callerOf(request.auth),
      ),
    getUserCapabilities: async (request) => ({
      return: await getUserCapabilities(deps, userTarget(request), callerOf(request.auth)),
    }),
    changeModuleAccessGlobal: ({ filter, addAccess, removeAccess, auth }) =>
      changeModuleAccessGlobal(deps, { filter, add: addAccess, remove: removeAccess }, callerOf(auth)),
  };
}
