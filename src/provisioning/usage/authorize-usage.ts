import { noteCaller } from '../access/audited-call.js';
import { authorizeInContext } from '../access/authorization.js';
import { objectQuotasOf } from '../contexts/context-object-quotas.js';
import { getContext } from '../contexts/read-contexts.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context } from '../model/model.js';
import { effectiveProperty } from '../quota/config-cascade.js';
import { configScopes } from '../quota/config-scopes.js';
import { quotaModules } from '../quota/object-quotas.js';
import type { LedgerAccount, LedgerPlace } from '../repositories/ledger-repository.js';

/** Caller: the file service, which may act for everybody, or somebody with a login. */
export type FileCaller = 'fileService' | Credentials;

/** `read` is for whoever may read the user; only the file service and admins may say what is stored. */
export type FileAccess = 'read' | 'write';

/** A user in whose name something is counted. */
export interface FileTarget extends LedgerPlace {
  readonly userId: number;
  /** The effective value of a property for the user. */
  property(name: string): Promise<string | undefined>;
}

/** An account that may be acted on. */
export interface LedgerTarget extends LedgerPlace {
  readonly account: LedgerAccount;
}

/**
 * The user whose files are meant. The rights are those of getData, but users cannot write about themselves.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function authorizeOnFiles(
  installation: Installation,
  { contextId, userId }: { readonly contextId: number; readonly userId: number },
  caller: FileCaller,
  access: FileAccess,
): Promise<FileTarget> {
  const context = await contextForFiles(installation, contextId, userId, caller, access);
  const user = await installation.store.read.users.find(contextId, userId);
  if (user === null) throw errors.noSuchUser(userId, contextId);
  return {
    contextId,
    userId,
    holder: `user:${userId}`,
    property: async (name) =>
      effectiveProperty({ ...(await configScopes(installation, context)), user: user.attributes }, name),
  };
}

/**
 * Usage of a context's own storage, for callers who may read the context.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function authorizeOnContextFiles(
  installation: Installation,
  contextId: number,
  caller: FileCaller,
): Promise<LedgerTarget> {
  await contextOf(installation, contextId, caller);
  return { contextId, holder: 'user:0', account: { kind: 'context' } };
}

/**
 * The objects of a module, for whoever may read the context; null if there is no such module.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function authorizeOnObjects(
  installation: Installation,
  contextId: number,
  moduleName: string,
  caller: FileCaller,
): Promise<LedgerTarget | null> {
  const context = await contextOf(installation, contextId, caller);
  const module = quotaModules.find((known) => known === moduleName);
  if (module === undefined) return null;
  const [quota] = await objectQuotasOf(installation, context, [module]);
  const limit = quota?.limit ?? null;
  return { contextId, holder: `objects:${module}`, account: { kind: 'objects', module, limit } };
}

async function contextForFiles(
  installation: Installation,
  contextId: number,
  userId: number,
  caller: FileCaller,
  access: FileAccess,
): Promise<Context> {
  if (caller === 'fileService') return contextOf(installation, contextId, caller);
  const { context, principal } = await authorizeInContext(
    installation,
    caller,
    contextId,
    errors.noSuchContext,
  );
  if (principal.kind === 'user' && (access === 'write' || principal.userId !== userId))
    throw errors.permissionDenied();
  return context;
}

async function contextOf(
  installation: Installation,
  contextId: number,
  caller: FileCaller,
): Promise<Context> {
  if (caller !== 'fileService') return (await getContext(installation, { id: contextId }, caller)).context;
  const context = await installation.store.read.contexts.find(contextId);
  if (context === null) throw errors.noSuchContext(contextId);
  noteCaller('fileService', context);
  return context;
}
