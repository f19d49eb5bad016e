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
import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import type { ContextReference } from '../provisioning/model/model.js';
import { flagsFromModuleAccess, moduleAccessFromFlags } from '../provisioning/model/module-access.js';
import { contextFields, contextReference, showContext } from './context-message.js';
import type {
  OXResellerContextServiceHandlers,
  OXResellerContextServiceUser,
} from './generated/ox-reseller-context-service.js';
import type { Credentials, ResellerContext } from './generated/types.js';
import { userFields } from './user-message.js';
import { callerOf, showing } from './wire-values.js';

/** The handlers of OXResellerContextService, named as on the wire. */
export function oxResellerContextService(deps: ProvisioningDeps): OXResellerContextServiceHandlers {
  const create = async (
    request: {
      ctx?: ResellerContext | null;
      admin_user?: OXResellerContextServiceUser | null;
      auth?: Credentials | null;
    },
    access: NewContextAccess | null,
  ) => {
    const { ctx, admin_user: admin, auth } = request;
    const fields = ctx ? contextFields(ctx) : null;
    const created = await createContext(
      deps,
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

    change: ({ ctx, auth }) => changeContext(deps, ctx ? contextFields(ctx) : null, callerOf(auth)),
    delete: ({ ctx, auth }) => deleteContext(deps, contextReferenceOf(ctx), callerOf(auth)),
    enable: ({ ctx, auth }) => setContextEnabled(deps, contextReferenceOf(ctx), true, callerOf(auth)),
    disable: ({ ctx, auth }) => setContextEnabled(deps, contextReferenceOf(ctx), false, callerOf(auth)),

    getData: async ({ ctx, auth }) => ({
      return: showContext(await getContext(deps, contextReferenceOf(ctx), callerOf(auth))),
    }),
    exists: async ({ ctx, auth }) => ({
      return: await contextExists(deps, contextReferenceOf(ctx), callerOf(auth)),
    }),
    // OX: there is one server, so being in it is existing.
    existsInServer: async ({ ctx, auth }) => ({
      return: await contextExists(deps, contextReferenceOf(ctx), callerOf(auth), 'hidden'),
    }),
    list: async ({ search_pattern, auth }) => ({
      return: showing(await listContexts(deps, search_pattern, callerOf(auth)), showContext),
    }),
    listAll: async ({ auth }) => ({
      return: showing(await listContexts(deps, null, callerOf(auth)), showContext),
    }),
    listPage: async ({ search_pattern, offset, length, auth }) => {
      const page = () => readPage(offset, length);
      return { return: showing(await listContexts(deps, search_pattern, callerOf(auth), page), showContext) };
    },
    listPageAll: async ({ offset, length, auth }) => {
      const page = () => readPage(offset, length);
      return { return: showing(await listContexts(deps, null, callerOf(auth), page), showContext) };
    },

    enableAll: ({ auth }) => setAllContextsEnabled(deps, true, callerOf(auth)),
    disableAll: ({ auth }) => setAllContextsEnabled(deps, false, callerOf(auth)),
    downgrade: ({ ctx, auth }) => downgradeContext(deps, contextReferenceOf(ctx), callerOf(auth)),

    changeModuleAccess: ({ ctx, access, auth }) => {
      const moduleAccess = access ? moduleAccessFromFlags(access) : null;
      return changeContextModuleAccess(
        deps,
        contextReferenceOf(ctx),
        { kind: 'mask', moduleAccess },
        callerOf(auth),
      );
    },
    changeModuleAccessByName: ({ ctx, access_combination_name: name, auth }) =>
      changeContextModuleAccess(deps, contextReferenceOf(ctx), { kind: 'named', name }, callerOf(auth)),
    getModuleAccess: async ({ ctx, auth }) => {
      const admin = await getAdminOfContext(deps, contextReferenceOf(ctx), callerOf(auth));
      return { return: flagsFromModuleAccess(admin.moduleAccess) };
    },
    getAccessCombinationName: async ({ ctx, auth }) => {
      const admin = await getAdminOfContext(deps, contextReferenceOf(ctx), callerOf(auth));
      return { return: deps.accessCombinations.nameOf(admin.moduleAccess) };
    },

    listQuota: async ({ ctx, auth }) => {
      const quotas = await listObjectQuotas(deps, contextReferenceOf(ctx), callerOf(auth));
      return { return: [...quotas].map(([module, limit]) => ({ module, limit: BigInt(limit) })) };
    },

    ...listByHandlers(deps),
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
export function listByHandlers(deps: ProvisioningDeps): ListBy {
  return {
    listByDatabase: async ({ db, auth }) =>
      shown(await listContextsByDatabase(deps, db ?? {}, callerOf(auth))),
    listByFilestore: async ({ fs, auth }) =>
      shown(await listContextsByFilestore(deps, fs?.id, callerOf(auth))),
    listPageByDatabase: async ({ db, offset, length, auth }) =>
      shown(await listContextsByDatabase(deps, db ?? {}, callerOf(auth), () => readPage(offset, length))),
    listPageByFilestore: async ({ fs, offset, length, auth }) =>
      shown(await listContextsByFilestore(deps, fs?.id, callerOf(auth), () => readPage(offset, length))),
  };
}

function shown(contexts: AsyncIterable<ContextData>) {
  return { return: showing(contexts, showContext) };
}
