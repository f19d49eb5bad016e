import type { Installation } from '../provisioning/installation/installation.js';
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
export function oxUserService(installation: Installation): OXUserServiceHandlers {
  const reseller = oxResellerUserService(installation);
  return {
    ...reseller,
    ...userMoveHandlers(installation),
    changeCapabilities: (request) =>
      changeUserCapabilities(
        installation,
        userTarget(request),
        { add: request.capsToAdd, remove: request.capsToRemove, drop: request.capsToDrop },
        callerOf(request.auth),
      ),
    getUserCapabilities: async (request) => ({
      return: await getUserCapabilities(installation, userTarget(request), callerOf(request.auth)),
    }),
    changeModuleAccessGlobal: ({ filter, addAccess, removeAccess, auth }) =>
      changeModuleAccessGlobal(
        installation,
        { filter, add: addAccess, remove: removeAccess },
        callerOf(auth),
      ),
  };
}
