import {
  authorizeContextOwner,
  authorizeInContext,
  authorizeProvider,
  authorizeProviderOnContext,
  canonicalLogin,
  isOtherReseller,
  isMasterLogin,
  type Credentials,
} from './authorization.js';
import { contextData, contextsData, type ContextData } from './context-data.js';
import type { ContextReference } from './context-fields.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import {
  authorizeOnContext,
  findContextIdByName,
  missingContext,
  resolveContextId,
} from './identify-contexts.js';
import type { User } from './model.js';
import { ownerIdsOf } from './overview.js';
import type { Page } from './page.js';

/**
 * Reads a context: for the master admin, its owners and its own admin. OX: semantics 5.3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getContext(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<ContextData> {
  if (reference === null) throw await missingContext(deps, credentials);
  const contextId = await resolveContextId(deps, reference, credentials);
  const context = (await isOwnContextAdmin(deps, contextId, credentials))
    ? await deps.store.contexts.find(contextId)
    : (await authorizeContextOwner(deps, credentials, contextId, errors.noSuchContext)).context;
  if (context === null) throw errors.authenticationFailed();
  return contextData(deps, context);
}

/**
 * The contexts whose name, id or login mapping matches: all for the master admin, for a reseller its own and its direct
 * children's. OX: semantics 6.4; paged ones semantics 4.
 * @param readPage called once the caller is known; without it the whole list is meant
 * @throws ProvisioningError InvalidCredentials; what `readPage` throws
 */
export async function listContexts(
  deps: ProvisioningDeps,
  pattern: string | null | undefined,
  credentials: Credentials,
  readPage: () => Page | null = () => null,
): Promise<AsyncIterable<ContextData>> {
  const provider = await authorizeProvider(deps, credentials);
  const page = readPage();
  const ownerIds = await ownerIdsOf(deps, provider);
  const search = { pattern: pattern?.trim() ? pattern : '*', ownerIds, page };
  return contextsData(deps, await deps.store.contexts.searchIds(search));
}

/**
 * Whether a context exists. OX: semantics 5.2, 6.4.
 * @param ofOthers what a reseller is answered of somebody else's: the original refuses, which tells that there is one
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function contextExists(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
  ofOthers: 'refused' | 'hidden' = 'refused',
): Promise<boolean> {
  if (reference === null) throw await missingContext(deps, credentials);
  const contextId = reference.id ? reference.id : await findContextIdByName(deps, reference.name);
  if (contextId === null || (await deps.store.contexts.find(contextId)) === null) {
    await authorizeProviderOnContext(deps, credentials);
    return false;
  }
  if (ofOthers === 'hidden' && (await isOtherReseller(deps, credentials, contextId))) return false;
  await authorizeContextOwner(deps, credentials, contextId, errors.noSuchContext);
  return true;
}

/**
 * The admin of a context, for those who may act on the context as a whole: whose module access stands for the context's.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getAdminOfContext(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<User> {
  const { context } = await authorizeOnContext(deps, reference, credentials);
  const admin = await deps.store.users.find(context.id, context.adminId);
  if (admin === null) throw errors.noSuchContext(context.id);
  return admin;
}

/**
 * The user id of a context's admin.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getAdminId(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<number> {
  const unknownName = errors.noSuchContextNamePlain;
  const { context } = await authorizeOnContext(deps, reference, credentials, { unknownName });
  return context.adminId;
}

async function isOwnContextAdmin(
  deps: ProvisioningDeps,
  contextId: number,
  credentials: Credentials,
): Promise<boolean> {
  const user = await deps.store.users.findCredentials(contextId, canonicalLogin(deps, credentials.login));
  if (isMasterLogin(deps, credentials.login) || user === null || !user.isContextAdmin) return false;
  const { principal } = await authorizeInContext(deps, credentials, contextId, null);
  return principal.kind === 'contextAdmin';
}
