import { authorizeContextAdmin, type ContextAccess } from '../access/authorization.js';
import { normaliseAddress } from '../addresses/mail-addresses.js';
import { normaliseDomain } from '../addresses/mail-domains.js';
import { directDomain } from '../addresses/use-mail-domains.js';
import { cloudErrors } from '../errors/cloud-errors.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { User } from '../model/model.js';
import { checkCount } from '../installation/object-bounds.js';

/** A catch-all as a request names it: the recipient by login, mail address or id. */
export interface CatchallRequest {
  readonly contextId: number | null | undefined;
  readonly domain: string | null | undefined;
  readonly recipient: string | null | undefined;
}

/** A catch-all as it is shown. */
export interface CatchallData {
  readonly domain: string;
  readonly login: string;
}

/**
 * Lets a user receive what is sent to addresses of a domain that nobody has. A domain may have several recipients; repeating it is no
 * error.
 * Source: docs/contract/oxaas.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function createDomainCatchall(
  installation: Installation,
  request: CatchallRequest,
  credentials: Credentials,
): Promise<void> {
  const { access, domain, user } = await resolve(installation, request, credentials);
  if (user.isContextAdmin) throw cloudErrors.userWithoutMailbox(user.login);
  await installation.store.transaction(async (tx) => {
    const { contexts, users, mailDomains } = tx;
    const present = await mailDomains.find(domain);
    if (present?.isShared && access.principal.kind === 'contextAdmin')
      throw cloudErrors.mailDomainShared(domain);
    if ((await contexts.lock(user.contextId)) === null) throw errors.noSuchContext(user.contextId);
    if ((await users.lock(user.contextId, user.id)) === null)
      throw errors.noSuchUser(user.login, user.contextId);
    await directDomain(installation, tx, access, domain);
    const catchall = { domain, contextId: user.contextId, userId: user.id };
    const { count, isThere } = await mailDomains.countCatchalls(catchall);
    if (!isThere) checkCount('catch-alls', installation.settings.maxCatchalls, count, count + 1);
    await mailDomains.insertCatchall(catchall);
  });
}

/**
 * Takes one recipient of a domain away; one that is none is a fault.
 * @throws ProvisioningError as createDomainCatchall
 */
export async function deleteDomainCatchall(
  installation: Installation,
  request: CatchallRequest,
  credentials: Credentials,
): Promise<void> {
  const { domain, user } = await resolve(installation, request, credentials);
  const catchall = { domain, contextId: user.contextId, userId: user.id };
  const deleted = await installation.store.transaction(({ mailDomains }) =>
    mailDomains.deleteCatchall(catchall),
  );
  if (!deleted) throw cloudErrors.noSuchCatchall(domain, user.login, user.contextId);
}

/**
 * The catch-alls of a context, by domain.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function listDomainCatchalls(
  installation: Installation,
  contextId: number | null | undefined,
  credentials: Credentials,
): Promise<CatchallData[]> {
  const { context } = await authorizeOnContext(installation, contextId, credentials);
  return installation.store.read.mailDomains.listCatchalls(context.id);
}

async function resolve(
  installation: Installation,
  request: CatchallRequest,
  credentials: Credentials,
): Promise<{ access: ContextAccess; domain: string; user: User }> {
  const access = await authorizeOnContext(installation, request.contextId, credentials);
  if (request.domain === null || request.domain === undefined) throw cloudErrors.argumentMissing('domain');
  const domain = normaliseDomain(request.domain);
  return {
    access,
    domain,
    user: await findRecipient(installation, access.context.id, request.recipient ?? ''),
  };
}

function authorizeOnContext(
  installation: Installation,
  contextId: number | null | undefined,
  credentials: Credentials,
): Promise<ContextAccess> {
  if (contextId === null || contextId === undefined) throw errors.invalidContextObject();
  return authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
}

/** A login that looks like an address or a number is a login first. */
async function findRecipient(installation: Installation, contextId: number, text: string): Promise<User> {
  if (text.trim() === '') throw cloudErrors.userArgumentMissing('user');
  const { users } = installation.store.read;
  const id =
    (await users.findIdByLogin(contextId, text)) ??
    (await findIdByAddress(installation, contextId, text)) ??
    (/^[1-9]\d{0,9}$/.test(text) ? Number(text) : null);
  const user = id === null ? null : await users.find(contextId, id);
  if (user === null) throw errors.noSuchUser(text, contextId);
  return user;
}

/** Primary addresses and, where they are unique, aliases. */
async function findIdByAddress(
  { store, settings }: Installation,
  contextId: number,
  text: string,
): Promise<number | null> {
  const scopeContextId = settings.mailAddressScope === 'context' ? contextId : 0;
  const holder = await store.read.users.findMailHolder({ scopeContextId, address: normaliseAddress(text) });
  return holder?.contextId === contextId && holder.kind === 'user' ? holder.userId : null;
}
