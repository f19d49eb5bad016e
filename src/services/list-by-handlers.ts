import {
  type ContextData,
  listContextsByDatabase,
  listContextsByFilestore,
  readPage,
} from '../provisioning/contexts/read-contexts.js';
import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import { showContext } from './context-message.js';
import type { OXResellerContextServiceHandlers } from './generated/ox-reseller-context-service.js';
import { showing } from './showing.js';
import { callerOf } from './wire-values.js';

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
