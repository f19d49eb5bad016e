import { errors } from '../errors/errors.js';
import type { ProvisioningDeps } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context, Reseller } from '../model/model.js';
import type { AccessFacts, AccessQuery, WantedNames } from '../repositories/access-repository.js';
import { noteCaller } from './audited-call.js';
import { masterPasswordSetting } from './credential-verifier.js';

/** Who may act on whatever they own: the master admin and resellers. */
export type Provider =
  { readonly kind: 'master' } | { readonly kind: 'reseller'; readonly reseller: Reseller };

/** Who may act inside one context. */
export type ContextPrincipal =
  | Provider
  | { readonly kind: 'contextAdmin'; readonly userId: number }
  | { readonly kind: 'user'; readonly userId: number };

/** An authorised call on one context. */
export interface ContextAccess {
  readonly principal: ContextPrincipal;
  readonly context: Context;
  /** What was read on the way. */
  readonly facts: AccessFacts;
}

/**
 * Which fault the master admin gets for a context that is not there. The original hides it from most operations
 * (semantics 5.2); `null` means: as if the credentials were wrong, which is what everybody else gets.
 */
export type UnknownContextFault = ((contextId: number) => Error) | null;

/**
 * Authorises somebody who acts on no context in particular: the master admin or any reseller.
 * @throws ProvisioningError InvalidCredentials `authentication failed` (semantics 5.2)
 */
export async function authorizeProvider(deps: ProvisioningDeps, credentials: Credentials): Promise<Provider> {
  const provider = await authenticateProvider(deps, credentials);
  if (provider !== null) return provider;
  throw isMasterLogin(deps, credentials.login)
    ? errors.authenticationFailed()
    : errors.resellerAuthenticationFailed();
}

/**
 * As authorizeProvider, in operations that name a context.
 * @throws ProvisioningError InvalidCredentials `Authentication failed` (semantics 5.2)
 */
export async function authorizeProviderOnContext(
  deps: ProvisioningDeps,
  credentials: Credentials,
): Promise<Provider> {
  const provider = await authenticateProvider(deps, credentials);
  if (provider === null) throw errors.authenticationFailed();
  return provider;
}

/** @throws ProvisioningError InvalidCredentials `Authentication failed` unless the caller is the master admin (semantics 5.2) */
export async function authorizeMasterOnContext(
  deps: ProvisioningDeps,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProviderOnContext(deps, credentials);
  if (provider.kind !== 'master') throw errors.authenticationFailed();
}

/** @throws ProvisioningError InvalidCredentials unless the caller is the master admin */
export async function authorizeMaster(deps: ProvisioningDeps, credentials: Credentials): Promise<void> {
  const provider = await authorizeProvider(deps, credentials);
  if (provider.kind !== 'master') throw errors.authenticationFailed();
}

/**
 * Authorises an operation on a context as a whole: the master admin and the reseller that owns it, directly or through a child.
 * @throws ProvisioningError InvalidCredentials; NoSuchContext for the master admin only
 */
export async function authorizeContextOwner(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
  unknownContext: (contextId: number) => Error,
): Promise<{ provider: Provider; context: Context }> {
  const context = await deps.store.contexts.find(contextId);
  if (isMasterLogin(deps, credentials.login)) {
    if (!(await verifyMaster(deps, credentials))) throw errors.authenticationFailed();
    if (context === null) throw unknownContext(contextId);
    noteCaller('master', context);
    return { provider: { kind: 'master' }, context };
  }
  const reseller = await findResellerByLogin(deps, credentials.login);
  const owns = context !== null && reseller !== null && (await ownsContext(deps, reseller, context));
  const right = await deps.credentials.verify(credentials, reseller?.passwordHash ?? null, null);
  if (context === null || reseller === null || !owns) throw errors.authenticationFailed();
  if (!right) throw errors.resellerAuthenticationFailed();
  noteCaller('reseller', context);
  return { provider: { kind: 'reseller', reseller }, context };
}

/**
 * Authorises an operation inside a context that ordinary users may call for themselves, too.
 * @param more what is to be read on the way
 * @throws ProvisioningError InvalidCredentials; what `unknownContext` makes, to the master admin
 */
export function authorizeInContext(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault,
  more: Pick<AccessQuery, 'shownUserId'> = {},
): Promise<ContextAccess> {
  return authorize(deps, credentials, contextId, unknownContext, true, more);
}

/**
 * Authorises an operation inside a context: its owners and its admin.
 * @throws ProvisioningError InvalidCredentials; what `unknownContext` makes, to the master admin
 */
export function authorizeContextAdmin(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault = null,
): Promise<ContextAccess> {
  return authorize(deps, credentials, contextId, unknownContext, false);
}

/**
 * As authorizeContextAdmin, and finds out on the way whether the names of a new user are taken.
 * @throws ProvisioningError InvalidCredentials
 */
export function authorizeUserCreation(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
  names: WantedNames | null,
): Promise<ContextAccess> {
  return authorize(deps, credentials, contextId, null, false, names === null ? {} : { names });
}

/** Whether a reseller may act on a context: its owner, or (with the override) the parent of its owner. OX: semantics 5.3. */
export async function ownsContext(
  deps: ProvisioningDeps,
  reseller: Reseller,
  context: Context,
): Promise<boolean> {
  if (context.ownerId === null) return false;
  if (context.ownerId === reseller.id) return true;
  if (!deps.settings.masterAccountOverride) return false;
  const owner = await deps.store.resellers.find(context.ownerId);
  return owner !== null && owner.parentId === reseller.id;
}

/** Whether the caller is a reseller, with the right password, that may not act on a context that is there. */
export async function isOtherReseller(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
): Promise<boolean> {
  if (isMasterLogin(deps, credentials.login)) return false;
  const reseller = await findResellerByLogin(deps, credentials.login);
  if (reseller === null) return false;
  const context = await deps.store.contexts.find(contextId);
  if (context === null || (await ownsContext(deps, reseller, context))) return false;
  return deps.credentials.verify(credentials, reseller.passwordHash, null);
}

/** The login as it is stored: lower-cased where the installation does so. OX: AUTO_TO_LOWERCASE_UID, semantics 1.5. */
export function canonicalLogin(deps: Pick<ProvisioningDeps, 'settings'>, login: string): string {
  return deps.settings.autoToLowercaseUid ? login.toLowerCase() : login;
}

/** Whether this is the login of the master admin, in any letter case where the installation does so. */
export function isMasterLogin(deps: Pick<ProvisioningDeps, 'settings'>, login: string): boolean {
  return canonicalLogin(deps, login) === canonicalLogin(deps, deps.settings.masterLogin);
}

/** Names of resellers are stored as they were sent, so the login counts as it is before it counts in lower case. */
async function findResellerByLogin(deps: ProvisioningDeps, login: string): Promise<Reseller | null> {
  const { resellers } = deps.store;
  const canonical = canonicalLogin(deps, login);
  const asSent = await resellers.findByName(login);
  return asSent === null && canonical !== login ? resellers.findByName(canonical) : asSent;
}

async function authorize(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault,
  ordinaryUsers: boolean,
  more: Pick<AccessQuery, 'names' | 'shownUserId'> = {},
): Promise<ContextAccess> {
  const login = { asSent: credentials.login, canonical: canonicalLogin(deps, credentials.login) };
  const facts = await deps.store.access.find({ contextId, login, ...more });
  const { context } = facts;
  if (context === null) throw await refuseUnknownContext(deps, credentials, contextId, unknownContext);
  if (isMasterLogin(deps, credentials.login)) {
    if (!(await verifyMaster(deps, credentials)) || !deps.settings.masterAccountOverride)
      throw errors.authenticationFailed();
    noteCaller('master', context);
    return { principal: { kind: 'master' }, context, facts };
  }
  const reseller = owningReseller(deps, facts);
  if (reseller !== null) {
    if (!(await deps.credentials.verify(credentials, reseller.passwordHash, null)))
      throw errors.resellerAuthenticationFailed();
    if (!deps.settings.masterAccountOverride) throw errors.authenticationFailed();
    noteCaller('reseller', context);
    return { principal: { kind: 'reseller', reseller }, context, facts };
  }
  const principal = await authenticateUser(
    deps,
    credentials,
    contextId,
    login.canonical,
    facts,
    ordinaryUsers,
  );
  noteCaller(principal.kind, context);
  return { principal, context, facts };
}

/** The caller, if it is a reseller that may act on the context. As ownsContext. */
function owningReseller(
  { settings }: ProvisioningDeps,
  { owners, resellerId }: AccessFacts,
): Reseller | null {
  const entitled = settings.masterAccountOverride ? owners : owners.slice(0, 1);
  return entitled.find(({ id }) => id === resellerId) ?? null;
}

async function authenticateProvider(
  deps: ProvisioningDeps,
  credentials: Credentials,
): Promise<Provider | null> {
  const provider = await recognizeProvider(deps, credentials);
  if (provider !== null) noteCaller(provider.kind);
  return provider;
}

async function recognizeProvider(deps: ProvisioningDeps, credentials: Credentials): Promise<Provider | null> {
  if (isMasterLogin(deps, credentials.login))
    return (await verifyMaster(deps, credentials)) ? { kind: 'master' } : null;
  const reseller = await findResellerByLogin(deps, credentials.login);
  const right = await deps.credentials.verify(credentials, reseller?.passwordHash ?? null, null);
  return reseller !== null && right ? { kind: 'reseller', reseller } : null;
}

async function authenticateUser(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
  login: string,
  { user }: AccessFacts,
  ordinaryUsers: boolean,
): Promise<ContextPrincipal> {
  const right = await deps.credentials.verify(credentials, user?.passwordHash ?? null, contextId);
  if (user === null) throw errors.authenticationFailed();
  if (user.isContextAdmin && right) return { kind: 'contextAdmin', userId: user.id };
  if (user.isContextAdmin || !ordinaryUsers) throw errors.authenticationFailed();
  if (!right) throw errors.ownAuthenticationFailed(login);
  return { kind: 'user', userId: user.id };
}

async function refuseUnknownContext(
  deps: ProvisioningDeps,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault,
): Promise<Error> {
  const provider = await authenticateProvider(deps, credentials);
  // OX: semantics 5.2. A reseller must not tell what is not there from what is somebody else's.
  return provider?.kind !== 'master' || unknownContext === null
    ? errors.authenticationFailed()
    : unknownContext(contextId);
}

async function verifyMaster(deps: ProvisioningDeps, credentials: Credentials): Promise<boolean> {
  return deps.credentials.verify(credentials, await deps.store.settings.get(masterPasswordSetting), null);
}

/** The resellers whose contexts somebody may list: itself and its direct children; null: all contexts, the master admin's. */
export async function ownerIdsOf(
  deps: Pick<ProvisioningDeps, 'store'>,
  provider: Provider,
): Promise<number[] | null> {
  return provider.kind === 'master' ? null : family(deps, provider.reseller);
}

/** A reseller and its direct children. */
export async function family(
  { store }: Pick<ProvisioningDeps, 'store'>,
  { id }: Pick<Reseller, 'id'>,
): Promise<number[]> {
  const children = await store.resellers.search({ pattern: '*', parentId: id });
  return [id, ...children.map((child) => child.id)];
}
