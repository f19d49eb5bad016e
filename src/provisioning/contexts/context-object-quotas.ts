import { authorizePlatformMaster } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { ContextReference, Context } from '../model/model.js';
import { effectiveProperty } from '../quota/config-cascade.js';
import { configScopes } from '../quota/config-scopes.js';
import {
  objectQuota,
  objectQuotaProperty,
  quotaModules,
  type ObjectQuota,
  type QuotaModule,
} from '../quota/object-quotas.js';
import { authorizeOnContext, missingContext, resolveContextId } from './identify-contexts.js';
import { getContext } from './read-contexts.js';

/** The largest unsigned number of 32 bits. Source: docs/contract/quota.md#2. */
const maxObjects = 4_294_967_295;

/** Request of changeQuota: a comma list of modules and a decimal number, as sent. */
export interface ObjectQuotaRequest {
  readonly modules: string | null | undefined;
  readonly value: string | null | undefined;
}

/**
 * Limits the objects of modules; a negative value removes what was set.
 * Source: docs/contract/quota.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function changeObjectQuota(
  installation: Installation,
  reference: ContextReference | null,
  request: ObjectQuotaRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(installation, reference, credentials);
  const modules = readModules(request.modules);
  const limit = readLimit(request.value);
  await installation.store.transaction(async ({ contexts, objectQuotas }) => {
    if ((await contexts.lock(context.id)) === null) throw errors.noSuchContext(context.id);
    await objectQuotas.set(context.id, modules, limit);
  });
}

/**
 * The limits that were set for a context, nothing of the config cascade: module → limit. For the master admin only.
 * Source: docs/contract/quota.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function listObjectQuotas(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<ReadonlyMap<string, number>> {
  await authorizePlatformMaster(installation, credentials);
  if (reference === null) throw await missingContext(installation, credentials);
  const contextId = await resolveContextId(installation, reference, credentials);
  if ((await installation.store.read.contexts.find(contextId)) === null)
    throw errors.noSuchContext(contextId);
  return installation.store.read.objectQuotas.list(contextId);
}

/**
 * The limits that are in force in a context, for whoever may read the context.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function getObjectQuotas(
  installation: Installation,
  contextId: number,
  credentials: Credentials,
): Promise<ObjectQuota[]> {
  const { context } = await getContext(installation, { id: contextId }, credentials);
  return objectQuotasOf(installation, context, quotaModules);
}

/** The limits that are in force on the objects of modules in a context. */
export async function objectQuotasOf(
  installation: Installation,
  context: Context,
  modules: readonly QuotaModule[],
): Promise<ObjectQuota[]> {
  const entries = await installation.store.read.objectQuotas.list(context.id);
  const scopes = { ...(await configScopes(installation, context)), user: new Map() };
  return modules.map((module) =>
    objectQuota(module, entries.get(module), effectiveProperty(scopes, objectQuotaProperty(module))),
  );
}

/** The original stores whatever name it is given; here an unknown one is refused with the text of before 8.x. */
function readModules(list: string | null | undefined): QuotaModule[] {
  const names = (list ?? '').split(',').map((name) => name.trim());
  const sent = names.filter((name) => name !== '');
  if (sent.length === 0) throw errors.noQuotaModule();
  const modules = sent.map((name) => {
    const module = quotaModules.find((known) => known === name.toLowerCase());
    if (module === undefined) throw errors.unknownQuotaModule(name);
    return module;
  });
  return [...new Set(modules)];
}

/** null: remove. */
function readLimit(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  if (!/^[+-]?\d{1,19}$/.test(trimmed)) throw errors.invalidQuotaValue();
  const value = BigInt(trimmed.replace(/^\+/, ''));
  if (value > maxObjects) throw errors.quotaValueOutOfRange(String(value), maxObjects);
  return value < 0 ? null : Number(value);
}
