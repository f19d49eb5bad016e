import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context, Reseller } from '../model/model.js';
import type { AccessFacts, AccessQuery, WantedNames } from '../repositories/access-repository.js';
import { noteCaller } from './audited-call.js';
import { masterPasswordSetting } from './credential-verifier.js';

/** Principal with rights on all contexts it owns: the master admin or a reseller. */
export type Provider =
  { readonly kind: 'master' } | { readonly kind: 'reseller'; readonly reseller: Reseller };

/** Principal with rights inside one context. */
export type ContextPrincipal =
  | Provider
  | { readonly kind: 'contextAdmin'; readonly userId: number }
  | { readonly kind: 'user'; readonly userId: number };

/** An authorised call on one context. */
export interface ContextAccess {
  readonly principal: ContextPrincipal;
  readonly context: Context;
  /** Facts that were read along the way. */
  readonly facts: AccessFacts;
}

/**
 * Fault of an unknown context for the master admin, which most operations hide
 * (docs/contract/authentication.md#3). Null answers as for wrong credentials, like to everybody else.
 */
export type UnknownContextFault = ((contextId: number) => Error) | null;

/**
 * Authorises somebody who acts on no context in particular: the master admin or any reseller.
 * @throws ProvisioningError InvalidCredentials `authentication failed` (docs/contract/authentication.md#3)
 */
export async function authorizeProvider(
  installation: Installation,
  credentials: Credentials,
): Promise<Provider> {
  const provider = await authenticateProvider(installation, credentials);
  if (provider !== null) return provider;
  throw isMasterLogin(installation, credentials.login)
    ? errors.authenticationFailed()
    : errors.resellerAuthenticationFailed();
}

/**
 * Like authorizeProvider, in operations that name a context.
 * @throws ProvisioningError InvalidCredentials `Authentication failed` (docs/contract/authentication.md#3)
 */
export async function authorizeProviderOnContext(
  installation: Installation,
  credentials: Credentials,
): Promise<Provider> {
  refuseMissingLogin(credentials);
  const provider = await authenticateProvider(installation, credentials);
  if (provider === null) throw errors.authenticationFailed();
  return provider;
}

/** @throws ProvisioningError InvalidCredentials unless the caller is the master admin */
export async function authorizeMaster(installation: Installation, credentials: Credentials): Promise<void> {
  const provider = await authorizeProvider(installation, credentials);
  if (provider.kind !== 'master') throw errors.authenticationFailed();
}

/**
 * Like authorizeMaster, for operations on storages, databases, servers and the quotas of modules.
 * @throws ProvisioningError InvalidCredentials `Authentication failed` (docs/contract/authentication.md#3)
 */
export async function authorizePlatformMaster(
  installation: Installation,
  credentials: Credentials,
): Promise<void> {
  const provider = await authenticateProvider(installation, credentials);
  if (provider?.kind !== 'master') throw errors.authenticationFailed();
}

/** @throws ProvisioningError InvalidCredentials `authentication failed` (docs/contract/authentication.md#3) */
function refuseMissingLogin({ login }: Credentials): void {
  if (login === '') throw errors.loginMissing();
}

/**
 * Authorises an operation on a whole context for the master admin and its owner, directly or through a child.
 * @throws ProvisioningError InvalidCredentials; NoSuchContext for the master admin only
 */
export async function authorizeContextOwner(
  installation: Installation,
  credentials: Credentials,
  contextId: number,
  unknownContext: (contextId: number) => Error,
): Promise<{ provider: Provider; context: Context }> {
  refuseMissingLogin(credentials);
  const context = await installation.store.read.contexts.find(contextId);
  if (isMasterLogin(installation, credentials.login)) {
    if (!(await verifyMaster(installation, credentials))) throw errors.authenticationFailed();
    if (context === null) throw unknownContext(contextId);
    noteCaller('master', context);
    return { provider: { kind: 'master' }, context };
  }
  const reseller = await findResellerByLogin(installation, credentials.login);
  const owns = context !== null && reseller !== null && (await ownsContext(installation, reseller, context));
  const right = await installation.credentials.verify(credentials, reseller?.passwordHash ?? null, null);
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
  installation: Installation,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault,
  more: Pick<AccessQuery, 'shownUserId'> = {},
): Promise<ContextAccess> {
  return authorize(installation, credentials, contextId, unknownContext, true, more);
}

/**
 * Authorises an operation inside a context: its owners and its admin.
 * @throws ProvisioningError InvalidCredentials; what `unknownContext` makes, to the master admin
 */
export function authorizeContextAdmin(
  installation: Installation,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault = null,
): Promise<ContextAccess> {
  return authorize(installation, credentials, contextId, unknownContext, false);
}

/**
 * Like authorizeContextAdmin, also checking whether the names of a new user are taken.
 * @throws ProvisioningError InvalidCredentials
 */
export function authorizeUserCreation(
  installation: Installation,
  credentials: Credentials,
  contextId: number,
  names: WantedNames | null,
): Promise<ContextAccess> {
  return authorize(installation, credentials, contextId, null, false, names === null ? {} : { names });
}

/**
 * True for a context's owner, or (with the override) the parent of its owner.
 * Source: docs/contract/authentication.md#2.
 */
export async function ownsContext(
  installation: Installation,
  reseller: Reseller,
  context: Context,
): Promise<boolean> {
  if (context.ownerId === null) return false;
  if (context.ownerId === reseller.id) return true;
  if (!installation.settings.masterAccountOverride) return false;
  const owner = await installation.store.read.resellers.find(context.ownerId);
  return owner !== null && owner.parentId === reseller.id;
}

/** True for an authenticated reseller without rights on an existing context. */
export async function isOtherReseller(
  installation: Installation,
  credentials: Credentials,
  contextId: number,
): Promise<boolean> {
  if (isMasterLogin(installation, credentials.login)) return false;
  const reseller = await findResellerByLogin(installation, credentials.login);
  if (reseller === null) return false;
  const context = await installation.store.read.contexts.find(contextId);
  if (context === null || (await ownsContext(installation, reseller, context))) return false;
  return installation.credentials.verify(credentials, reseller.passwordHash, null);
}

/** The login as it is stored: lower-cased where the installation does so (AUTO_TO_LOWERCASE_UID). Source: docs/contract/users.md#1-5. */
export function canonicalLogin(installation: Pick<Installation, 'settings'>, login: string): string {
  return installation.settings.autoToLowercaseUid ? login.toLowerCase() : login;
}

/** True for the master admin's login, in any letter case where the installation ignores it. */
export function isMasterLogin(installation: Pick<Installation, 'settings'>, login: string): boolean {
  return (
    canonicalLogin(installation, login) === canonicalLogin(installation, installation.settings.masterLogin)
  );
}

/** Reseller names are stored as sent, so the exact login is tried before the lower-case one. */
async function findResellerByLogin(installation: Installation, login: string): Promise<Reseller | null> {
  const { resellers } = installation.store.read;
  const canonical = canonicalLogin(installation, login);
  const asSent = await resellers.findByName(login);
  return asSent === null && canonical !== login ? resellers.findByName(canonical) : asSent;
}

async function authorize(
  installation: Installation,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault,
  ordinaryUsers: boolean,
  more: Pick<AccessQuery, 'names' | 'shownUserId'> = {},
): Promise<ContextAccess> {
  refuseMissingLogin(credentials);
  const login = { asSent: credentials.login, canonical: canonicalLogin(installation, credentials.login) };
  const facts = await installation.store.access.find({ contextId, login, ...more });
  const { context } = facts;
  if (context === null)
    throw await refuseUnknownContext(installation, credentials, contextId, unknownContext);
  if (isMasterLogin(installation, credentials.login)) {
    if (!(await verifyMaster(installation, credentials)) || !installation.settings.masterAccountOverride)
      throw errors.authenticationFailed();
    noteCaller('master', context);
    return { principal: { kind: 'master' }, context, facts };
  }
  const reseller = owningReseller(installation, facts);
  if (reseller !== null) {
    if (!(await installation.credentials.verify(credentials, reseller.passwordHash, null)))
      throw errors.resellerAuthenticationFailed();
    if (!installation.settings.masterAccountOverride) throw errors.authenticationFailed();
    noteCaller('reseller', context);
    return { principal: { kind: 'reseller', reseller }, context, facts };
  }
  const principal = await authenticateUser(
    installation,
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
function owningReseller({ settings }: Installation, { owners, resellerId }: AccessFacts): Reseller | null {
  const entitled = settings.masterAccountOverride ? owners : owners.slice(0, 1);
  return entitled.find(({ id }) => id === resellerId) ?? null;
}

async function authenticateProvider(
  installation: Installation,
  credentials: Credentials,
): Promise<Provider | null> {
  const provider = await recognizeProvider(installation, credentials);
  if (provider !== null) noteCaller(provider.kind);
  return provider;
}

async function recognizeProvider(
  installation: Installation,
  credentials: Credentials,
): Promise<Provider | null> {
  if (isMasterLogin(installation, credentials.login))
    return (await verifyMaster(installation, credentials)) ? { kind: 'master' } : null;
  const reseller = await findResellerByLogin(installation, credentials.login);
  const right = await installation.credentials.verify(credentials, reseller?.passwordHash ?? null, null);
  return reseller !== null && right ? { kind: 'reseller', reseller } : null;
}

async function authenticateUser(
  installation: Installation,
  credentials: Credentials,
  contextId: number,
  login: string,
  { user }: AccessFacts,
  ordinaryUsers: boolean,
): Promise<ContextPrincipal> {
  const right = await installation.credentials.verify(credentials, user?.passwordHash ?? null, contextId);
  if (user === null) throw errors.authenticationFailed();
  if (user.isContextAdmin && right) return { kind: 'contextAdmin', userId: user.id };
  if (user.isContextAdmin || !ordinaryUsers) throw errors.authenticationFailed();
  if (!right) throw errors.ownAuthenticationFailed(login);
  return { kind: 'user', userId: user.id };
}

async function refuseUnknownContext(
  installation: Installation,
  credentials: Credentials,
  contextId: number,
  unknownContext: UnknownContextFault,
): Promise<Error> {
  const provider = await authenticateProvider(installation, credentials);
  // A reseller must not tell what is not there from what is somebody else's. Source: docs/contract/authentication.md#3.
  return provider?.kind !== 'master' || unknownContext === null
    ? errors.authenticationFailed()
    : unknownContext(contextId);
}

async function verifyMaster(installation: Installation, credentials: Credentials): Promise<boolean> {
  return installation.credentials.verify(
    credentials,
    await installation.store.read.settings.get(masterPasswordSetting),
    null,
  );
}

/** The resellers whose contexts somebody may list: itself and its direct children; null: all contexts, the master admin's. */
export async function ownerIdsOf(
  installation: Pick<Installation, 'store'>,
  provider: Provider,
): Promise<number[] | null> {
  return provider.kind === 'master' ? null : family(installation, provider.reseller);
}

/** A reseller and its direct children. */
async function family(
  { store }: Pick<Installation, 'store'>,
  { id }: Pick<Reseller, 'id'>,
): Promise<number[]> {
  const children = await store.read.resellers.search({ pattern: '*', parentId: id });
  return [id, ...children.map((child) => child.id)];
}
