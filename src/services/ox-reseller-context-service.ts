import {
  changeContext,
  contextExists,
  deleteContext,
  getContext,
  listContexts,
  setContextEnabled,
} from '../provisioning/contexts.js';
import { createContext, type NewContextAccess } from '../provisioning/create-context.js';
import type { ProvisioningDeps } from '../provisioning/deps.js';
import { moduleAccessFromFlags } from '../provisioning/module-access.js';
import { contextFields, contextReference, showContext } from './context-message.js';
import type {
  OXResellerContextServiceHandlers,
  OXResellerContextServiceUser,
} from './generated/ox-reseller-context-service.js';
import type { Credentials, ResellerContext } from './generated/types.js';
import { notSupported } from './not-supported.js';
import { userFields } from './user-message.js';
import { callerOf } from './wire-values.js';

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
    delete: ({ ctx, auth }) => deleteContext(deps, reference(ctx), callerOf(auth)),
    enable: ({ ctx, auth }) => setContextEnabled(deps, reference(ctx), true, callerOf(auth)),
    disable: ({ ctx, auth }) => setContextEnabled(deps, reference(ctx), false, callerOf(auth)),

    getData: async ({ ctx, auth }) => ({
      return: showContext(await getContext(deps, reference(ctx), callerOf(auth))),
    }),
    exists: async ({ ctx, auth }) => ({
      return: await contextExists(deps, reference(ctx), callerOf(auth)),
    }),
    list: async ({ search_pattern, auth }) => ({
      return: (await listContexts(deps, search_pattern, callerOf(auth))).map(showContext),
    }),
    listAll: async ({ auth }) => ({
      return: (await listContexts(deps, null, callerOf(auth))).map(showContext),
    }),

    changeModuleAccess: notSupported('changeModuleAccess'),
    changeModuleAccessByName: notSupported('changeModuleAccessByName'),
    disableAll: notSupported('disableAll'),
    downgrade: notSupported('downgrade'),
    enableAll: notSupported('enableAll'),
    existsInServer: notSupported('existsInServer'),
    getAccessCombinationName: notSupported('getAccessCombinationName'),
    getModuleAccess: notSupported('getModuleAccess'),
    listByDatabase: notSupported('listByDatabase'),
    listByFilestore: notSupported('listByFilestore'),
    listPage: notSupported('listPage'),
    listPageAll: notSupported('listPageAll'),
    listPageByDatabase: notSupported('listPageByDatabase'),
    listPageByFilestore: notSupported('listPageByFilestore'),
    listQuota: notSupported('listQuota'),
  };
}

function reference(ctx: ResellerContext | null | undefined) {
  return ctx ? contextReference(ctx) : null;
}
