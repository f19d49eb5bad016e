import { checkNoPermissionCapabilities } from './attributes.js';
import {
  authorizeContextOwner,
  authorizeInContext,
  authorizeProvider,
  canonicalLogin,
  type Credentials,
  type Provider,
} from './authorization.js';
import { contextData, contextsData, type ContextData } from './context-data.js';
import type { ContextFields, ContextReference } from './context-fields.js';
import { checkMappings, contextRestrictions, reportingContextConflicts } from './create-context.js';
import { definedOnly } from './defined-only.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import type { Context, Reseller } from './model.js';
import { checkMaxQuotaMb } from './quota-values.js';

/**
 * Changes the fields of a context that the request sets. OX: semantics 6.2.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, Storage
 */
export async function changeContext(
  deps: ProvisioningDeps,
  fields: ContextFields | null,
  credentials: Credentials,
): Promise<void> {
  if (fields === null) throw await missingContext(deps, credentials, errors.contextMissingForChange);
  const named = fields.name !== undefined && fields.name !== '';
  const { context } = await authorizeReference(
    deps,
    fields,
    credentials,
    named ? errors.noSuchContextOnChange : errors.noSuchContext,
  );
  checkNoPermissionCapabilities(fields.attributeChanges);
  checkMappings(fields.loginMappings);
  const name = fields.name?.trim() && fields.name !== context.name ? fields.name : undefined;
  const holderId = name === undefined ? null : await deps.store.contexts.findIdByName(name);
  if (name !== undefined && holderId !== null) throw errors.contextNameTakenOnChange(name);
  const { filestoreId } = fields;
  if (filestoreId !== undefined && (await deps.store.filestores.find(filestoreId)) === null)
    throw errors.noSuchFilestore(filestoreId);
  const changes = definedOnly({
    name,
    filestoreId,
    maxQuotaMb: fields.maxQuotaMb === undefined ? undefined : checkMaxQuotaMb(fields.maxQuotaMb),
    averageSizeMb: fields.averageSizeMb,
    gabMode: fields.gabMode,
    customId: fields.customId,
    loginMappings: fields.loginMappings.length > 0 ? fields.loginMappings : undefined,
    restrictions: fields.restrictions.length > 0 ? contextRestrictions(deps, fields) : undefined,
  });
  await reportingContextConflicts({ id: context.id, name: name ?? context.name }, () =>
    deps.store.transaction(async ({ contexts }) => {
      if ((await contexts.lock(context.id)) === null) throw errors.noSuchContext(context.id);
      await contexts.update(context.id, { ...changes, attributeChanges: fields.attributeChanges });
    }),
  );
}

/**
 * Deletes a context with everything in it; no veto applies. OX: semantics 6.3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function deleteContext(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeReference(deps, reference, credentials, errors.noSuchContext);
  const deleted = await deps.store.transaction(({ contexts }) => contexts.delete(context.id));
  if (!deleted) throw errors.noSuchContext(context.id);
}

/**
 * Switches the log-in of end users of a context on or off; repeating it is no error. OX: semantics 6.4.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function setContextEnabled(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  enabled: boolean,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeReference(deps, reference, credentials, errors.noSuchContext);
  await deps.store.transaction(({ contexts }) => contexts.update(context.id, { enabled }));
}

/**
 * Reads a context: for the master admin, its owners and its own admin. OX: semantics 5.3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getContext(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<ContextData> {
  if (reference === null) throw await missingContext(deps, credentials, errors.contextMissing);
  const contextId = await resolveContextId(deps, reference, credentials);
  const context = (await isOwnContextAdmin(deps, contextId, credentials))
    ? await deps.store.contexts.find(contextId)
    : (await authorizeContextOwner(deps, credentials, contextId, errors.noSuchContext)).context;
  if (context === null) throw errors.authenticationFailed();
  return contextData(deps, context);
}

/**
 * The contexts whose name, id or login mapping matches: all for the master admin, for a reseller its own and its direct
 * children's. OX: semantics 6.4.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listContexts(
  deps: ProvisioningDeps,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<ContextData[]> {
  const provider = await authorizeProvider(deps, credentials);
  const ownerIds = provider.kind === 'master' ? null : await family(deps, provider.reseller);
  return contextsData(
    deps,
    await deps.store.contexts.search({ pattern: pattern?.trim() ? pattern : '*', ownerIds }),
  );
}

/**
 * Whether a context exists. Asking for somebody else's is refused instead of answered. OX: semantics 5.2, 6.4.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function contextExists(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<boolean> {
  if (reference === null) throw await missingContext(deps, credentials, errors.contextMissing);
  const contextId = reference.id ? reference.id : await findIdByName(deps, reference.name);
  if (contextId === null || (await deps.store.contexts.find(contextId)) === null) {
    await authorizeProvider(deps, credentials).catch(() => {
      throw errors.authenticationFailed();
    });
    return false;
  }
  await authorizeContextOwner(deps, credentials, contextId, errors.noSuchContext);
  return true;
}

async function authorizeReference(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
  unknownContext: (contextId: number) => Error,
): Promise<{ provider: Provider; context: Context }> {
  if (reference === null) throw await missingContext(deps, credentials, errors.contextMissing);
  const contextId = await resolveContextId(deps, reference, credentials);
  return authorizeContextOwner(deps, credentials, contextId, unknownContext);
}

/** What is missing is only told to callers with right credentials. */
async function missingContext(
  deps: ProvisioningDeps,
  credentials: Credentials,
  fault: () => Error,
): Promise<Error> {
  await authorizeProvider(deps, credentials);
  return fault();
}

/** The original resolves a name before it looks at the login; here nobody without one learns whether a name exists (decision 4). */
async function resolveContextId(
  deps: ProvisioningDeps,
  reference: ContextReference,
  credentials: Credentials,
): Promise<number> {
  if (reference.id) return reference.id;
  const id = await findIdByName(deps, reference.name);
  if (id !== null) return id;
  await authorizeProvider(deps, credentials).catch(() => {
    throw errors.authenticationFailed();
  });
  throw errors.noSuchContextName(reference.name ?? '');
}

async function findIdByName(deps: ProvisioningDeps, name: string | null | undefined): Promise<number | null> {
  if (!name) throw errors.contextNotIdentified();
  return deps.store.contexts.findIdByName(name);
}

async function isOwnContextAdmin(
  deps: ProvisioningDeps,
  contextId: number,
  credentials: Credentials,
): Promise<boolean> {
  const login = canonicalLogin(deps, credentials.login);
  const user = await deps.store.users.findCredentials(contextId, login);
  if (login === deps.settings.masterLogin || user === null || !user.isContextAdmin) return false;
  const { principal } = await authorizeInContext(deps, credentials, contextId, null);
  return principal.kind === 'contextAdmin';
}

async function family({ store }: ProvisioningDeps, reseller: Reseller): Promise<number[]> {
  const children = await store.resellers.search({ pattern: '*', parentId: reseller.id });
  return [reseller.id, ...children.map(({ id }) => id)];
}
