import { changeContext } from '../provisioning/contexts/change-context.js';
import {
  deleteContext,
  downgradeContext,
  setAllContextsEnabled,
  setContextEnabled,
} from '../provisioning/contexts/change-contexts.js';
import { changeContextModuleAccess } from '../provisioning/contexts/context-access.js';
import { listObjectQuotas } from '../provisioning/contexts/context-object-quotas.js';
import { createContext, type NewContextAccess } from '../provisioning/contexts/create-context.js';
import {
  type ContextData,
  contextExists,
  getAdminOfContext,
  getContext,
  listContexts,
  listContextsByDatabase,
  listContextsByFilestore,
  readPage,
} from '../provisioning/contexts/read-contexts.js';
import { errors } from '../provisioning/errors/errors.js';
import type { Installation } from '../provisioning/installation/installation.js';
import type { ContextReference } from '../provisioning/model/model.js';
import { flagsFromModuleAccess, moduleAccessFromFlags } from '../provisioning/model/module-access.js';
import { shownModuleAccess } from '../provisioning/users/user-module-access.js';
import { contextFields, contextReference, showContext } from './context-message.js';
import type {
  OXResellerContextServiceHandlers,
  OXResellerContextServiceUser,
} from './generated/ox-reseller-context-service.js';
import type { Credentials, ResellerContext } from './generated/types.js';
import { userFields } from './user-message.js';
import { callerOf, showing } from './wire-values.js';

/** The handlers of OXResellerContextService, named as on the wire. */
export function oxResellerContextService(installation: Installation): OXResellerContextServiceHandlers {
  const create = async (
    request: {
      ctx?: ResellerContext | null;
      admin_user?: OXResellerContextServiceUser | null;
      auth?: Credentials | null;
    },
    access: NewContextAccess | null,
  ) => {
    const { ctx, admin_user: admin, auth } = request;
    if (!auth) throw errors.credentialsMissing();
    const fields = ctx ? contextFields(ctx) : null;
    const created = await createContext(
      installation,
      { fields, admin: admin ? userFields(admin) : null, access },
      callerOf(auth),
    );
    return { return: showContext(created) };
  };

  return {
    create: (request) => create(request, { kind: 'default' }),
    createModuleAccess: (request) =>
      create(
        request,
        request.access ? { kind: 'mask', moduleAccess: moduleAccessFromFlags(request.access) } : null,
      ),
    createModuleAccessByName: (request) =>
      create(request, { kind: 'named', name: request.access_combination_name }),

    change: ({ ctx, auth }) => changeContext(installation, ctx ? contextFields(ctx) : null, callerOf(auth)),
    delete: ({ ctx, auth }) => deleteContext(installation, contextReferenceOf(ctx), callerOf(auth)),
    enable: ({ ctx, auth }) => setContextEnabled(installation, contextReferenceOf(ctx), true, callerOf(auth)),
    disable: ({ ctx, auth }) =>
      setContextEnabled(installation, contextReferenceOf(ctx), false, callerOf(auth)),

    getData: async ({ ctx, auth }) => ({
      return: showContext(await getContext(installation, contextReferenceOf(ctx), callerOf(auth), 'asOriginal')),
    }),
    exists: async ({ ctx, auth }) => ({
      return: await contextExists(installation, contextReferenceOf(ctx), callerOf(auth)),
    }),
    // OX: there is one server, so being in it is existing.
    existsInServer: async ({ ctx, auth }) => ({
      return: await contextExists(installation, contextReferenceOf(ctx), callerOf(auth), 'hidden'),
    }),
    list: async ({ search_pattern, auth }) => ({
      return: showing(await listContexts(installation, search_pattern, callerOf(auth)), showContext),
    }),
    listAll: async ({ auth }) => ({
      return: showing(await listContexts(installation, null, callerOf(auth)), showContext),
    }),
    listPage: async ({ search_pattern, offset, length, auth }) => {
      const page = () => readPage(offset, length);
      return {
        return: showing(await listContexts(installation, search_pattern, callerOf(auth), page), showContext),
      };
    },
    listPageAll: async ({ offset, length, auth }) => {
      const page = () => readPage(offset, length);
      return { return: showing(await listContexts(installation, null, callerOf(auth), page), showContext) };
    },

    enableAll: ({ auth }) => setAllContextsEnabled(installation, true, callerOf(auth)),
    disableAll: ({ auth }) => setAllContextsEnabled(installation, false, callerOf(auth)),
    downgrade: ({ ctx, auth }) => downgradeContext(installation, contextReferenceOf(ctx), callerOf(auth)),

    changeModuleAccess: ({ ctx, access, auth }) => {
      const moduleAccess = access ? moduleAccessFromFlags(access) : null;
      return changeContextModuleAccess(
        installation,
        contextReferenceOf(ctx),
        { kind: 'mask', moduleAccess },
        callerOf(auth),
      );
    },
    changeModuleAccessByName: ({ ctx, access_combination_name: name, auth }) =>
      changeContextModuleAccess(
        installation,
        contextReferenceOf(ctx),
        { kind: 'named', name },
        callerOf(auth),
      ),
    getModuleAccess: async ({ ctx, auth }) => {
      const admin = await getAdminOfContext(installation, contextReferenceOf(ctx), callerOf(auth));
      return { return: flagsFromModuleAccess(await shownModuleAccess(installation, admin)) };
    },
    getAccessCombinationName: async ({ ctx, auth }) => {
      const admin = await getAdminOfContext(installation, contextReferenceOf(ctx), callerOf(auth));
      return { return: installation.accessCombinations.nameOf(admin.moduleAccess) };
    },

    listQuota: async ({ ctx, auth }) => {
      const quotas = await listObjectQuotas(installation, contextReferenceOf(ctx), callerOf(auth));
      return { item: [...quotas].map(([module, limit]) => ({ module, limit: BigInt(limit) })) };
    },

    ...listByHandlers(installation),
  };
}

/** Context reference of a request; null when it has none. */
export function contextReferenceOf(ctx: ResellerContext | null | undefined): ContextReference | null {
  return ctx ? contextReference(ctx) : null;
}

type ListBy = Pick<
  OXResellerContextServiceHandlers,
  'listByDatabase' | 'listByFilestore' | 'listPageByDatabase' | 'listPageByFilestore'
>;

/** The lists of the contexts on one database or in one file storage. */
function listByHandlers(installation: Installation): ListBy {
  return {
    listByDatabase: async ({ db, auth }) =>
      shown(await listContextsByDatabase(installation, db ?? {}, callerOf(auth))),
    listByFilestore: async ({ fs, auth }) =>
      shown(await listContextsByFilestore(installation, fs?.id, callerOf(auth))),
    listPageByDatabase: async ({ db, offset, length, auth }) =>
      shown(
        await listContextsByDatabase(installation, db ?? {}, callerOf(auth), () => readPage(offset, length)),
      ),
    listPageByFilestore: async ({ fs, offset, length, auth }) =>
      shown(
        await listContextsByFilestore(installation, fs?.id, callerOf(auth), () => readPage(offset, length)),
      ),
  };
}

function shown(contexts: AsyncIterable<ContextData>) {
  return { return: showing(contexts, showContext) };
}
