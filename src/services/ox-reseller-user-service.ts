import type { Installation } from '../provisioning/installation/installation.js';
import { flagsFromModuleAccess, moduleAccessFromFlags } from '../provisioning/model/module-access.js';
import { changeMailAddressPersonal } from '../provisioning/users/change-user-addresses.js';
import { changeUser } from '../provisioning/users/change-user.js';
import { createUser, type NewUserAccess } from '../provisioning/users/create-user.js';
import { deleteUsers } from '../provisioning/users/delete-users.js';
import {
  getContextAdmin,
  getUser,
  getUsers,
  listUsers,
  listUsersByAliasDomain,
  userExists,
} from '../provisioning/users/read-users.js';
import {
  changeUserModuleAccess,
  getUserForAdmin,
  shownModuleAccess,
  type AccessChange,
  type UserTarget,
} from '../provisioning/users/user-module-access.js';
import type { OXResellerUserServiceHandlers } from './generated/ox-reseller-user-service.js';
import type { Credentials, ResellerContext, User, UserModuleAccess } from './generated/types.js';
import { resellerUserMoveHandlers } from './move-handlers.js';
import { showCreatedUser, showListedUser, showUser, userFields, userReference } from './user-message.js';
import { showing, callerOf } from './wire-values.js';

/** The handlers of OXResellerUserService, named as on the wire. */
export function oxResellerUserService(installation: Installation): OXResellerUserServiceHandlers {
  const create = async (
    request: { ctx?: ResellerContext | null; usrdata?: User | null; auth?: Credentials | null },
    access: NewUserAccess | null,
  ) => {
    const { ctx, usrdata, auth } = request;
    const fields = usrdata ? userFields(usrdata) : null;
    const user = await createUser(installation, { contextId: ctx?.id, fields, access }, callerOf(auth));
    return { return: showCreatedUser(usrdata ?? {}, user) };
  };
  const changeAccess = (
    request: { ctx?: ResellerContext | null; user?: User | null; auth?: Credentials | null },
    access: AccessChange | null,
  ) => changeUserModuleAccess(installation, userTarget(request), access, callerOf(request.auth));

  return {
    create: (request) => create(request, { kind: 'likeAdmin' }),
    createByModuleAccess: (request) => create(request, maskOf(request.access)),
    createByModuleAccessName: (request) => create(request, namedAccess(request.access_combination_name)),

    change: ({ ctx, usrdata, auth }) =>
      changeUser(
        installation,
        {
          contextId: ctx?.id,
          user: usrdata ? { reference: userReference(usrdata), fields: userFields(usrdata) } : null,
        },
        callerOf(auth),
      ),
    changeByModuleAccess: (request) => changeAccess(request, maskOf(request.moduleAccess)),
    changeByModuleAccessName: (request) =>
      changeAccess(request, namedAccess(request.access_combination_name)),
    getModuleAccess: async (request) => {
      const user = await getUserForAdmin(installation, userTarget(request), callerOf(request.auth));
      return { return: flagsFromModuleAccess(await shownModuleAccess(installation, user)) };
    },
    getAccessCombinationName: async (request) => {
      const user = await getUserForAdmin(installation, userTarget(request), callerOf(request.auth));
      return { return: installation.accessCombinations.nameOf(user.moduleAccess) };
    },

    delete: ({ ctx, user, auth, reassign }) =>
      deleteUsers(
        installation,
        { contextId: ctx?.id, users: user ? [userReference(user)] : null, reassignTo: reassign },
        callerOf(auth),
      ),
    deleteMultiple: ({ ctx, users, auth, reassign }) =>
      deleteUsers(
        installation,
        { contextId: ctx?.id, users: (users ?? []).map(userReference), reassignTo: reassign },
        callerOf(auth),
      ),

    getData: async ({ ctx, user, auth }) => {
      const reference = user ? userReference(user) : null;
      return { return: showUser(await getUser(installation, ctx?.id, reference, callerOf(auth))) };
    },
    getMultipleData: async ({ ctx, users, auth }) => {
      const found = await getUsers(installation, ctx?.id, (users ?? []).map(userReference), callerOf(auth));
      return { return: showing(found, showUser) };
    },
    getContextAdmin: async ({ ctx, auth }) => ({
      return: showUser(await getContextAdmin(installation, ctx?.id, callerOf(auth))),
    }),
    exists: async ({ ctx, user, auth }) => ({
      return: await userExists(installation, ctx?.id, user ? userReference(user) : null, callerOf(auth)),
    }),

    list: async ({ ctx, search_pattern, auth, exclude_users, length, offset }) =>
      onlyIds(
        await listUsers(
          installation,
          ctx?.id,
          {
            pattern: search_pattern,
            ignoreCase: false,
            onlyGuests: exclude_users === true,
            ...page(length, offset),
          },
          callerOf(auth),
        ),
      ),
    listAll: async ({ ctx, auth, exclude_users }) =>
      onlyIds(
        await listUsers(
          installation,
          ctx?.id,
          { pattern: null, ignoreCase: false, onlyGuests: exclude_users === true, ...page() },
          callerOf(auth),
        ),
      ),
    listCaseInsensitive: async ({ ctx, search_pattern, auth, length, offset }) =>
      onlyIds(
        await listUsers(
          installation,
          ctx?.id,
          { pattern: search_pattern, ignoreCase: true, onlyGuests: false, ...page(length, offset) },
          callerOf(auth),
        ),
      ),

    listByAliasDomain: async ({ ctx, alias_domain, auth, length, offset }) =>
      onlyIds(
        await listUsersByAliasDomain(
          installation,
          ctx?.id,
          alias_domain,
          page(length, offset),
          callerOf(auth),
        ),
      ),

    changeMailAddressPersonal: (request) =>
      changeMailAddressPersonal(installation, userTarget(request), request.personal, callerOf(request.auth)),
    ...resellerUserMoveHandlers(installation),
  };
}

/** Context and user of a message. */
export function userTarget({ ctx, user }: { ctx?: ResellerContext | null; user?: User | null }): UserTarget {
  return { contextId: ctx?.id, user: user ? userReference(user) : null };
}

function maskOf(access: UserModuleAccess | null | undefined) {
  return access ? ({ kind: 'mask', moduleAccess: moduleAccessFromFlags(access) } as const) : null;
}

function namedAccess(name: string | null | undefined) {
  return name === null || name === undefined ? null : ({ kind: 'named', name } as const);
}

/** A length that is absent or negative, or a negative offset, means everything. Source: docs/contract/users.md#4-2. */
function page(length = -1, offset = 0): { length: number | null; offset: number } {
  return length < 0 || offset < 0 ? { length: null, offset: 0 } : { length, offset };
}

/** The list operations tell users apart by nothing but their id. Source: docs/contract/users.md#4-2. */
function onlyIds(ids: readonly number[]): { return: AsyncIterable<User> } {
  return { return: showing(ids, showListedUser) };
}
