import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { checkCount } from './bounds/object-bounds.js';
import { cloudErrors } from './cloud-errors.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { checkAddresses, normaliseAddress, uniqueAddresses } from './mail-addresses.js';
import { checkDomainWithinReach, normaliseDomain } from './mail-domains.js';
import type { MailForward } from './mail-forward-repository.js';
import { UniqueConflictError } from './store.js';

/**
 * Lets mail for an address go to other addresses, in place of what it had. An address of a user of the context may be forwarded,
 * then the forward comes before the mailbox.
 * @returns false if exactly that was there already
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function putMailForward(
  deps: ProvisioningDeps,
  request: { readonly contextId: number; readonly alias: string; readonly targets: readonly string[] },
  credentials: Credentials,
): Promise<boolean> {
  const access = await authorizeContextAdmin(deps, credentials, request.contextId, errors.noSuchContext);
  const { domain, alias } = parseAlias(request.alias);
  const { maxForwardTargets: maxTargets } = deps.settings;
  if (request.targets.length > maxTargets) throw cloudErrors.invalidForwardTargets(maxTargets);
  const targets = uniqueAddresses(request.targets);
  if (targets.length === 0) throw cloudErrors.invalidForwardTargets(maxTargets);
  checkAddresses(targets);
  // Of a shared domain every context may have addresses, so only the address itself counts.
  const isShared = (await deps.store.mailDomains.findShared(domain)) !== null;
  if (!isShared) await checkDomainWithinReach(deps, access, domain);
  const scopeContextId = deps.settings.mailAddressScope === 'context' ? request.contextId : 0;
  const holder = await deps.store.users.findMailHolder({ scopeContextId, address: alias });
  if (holder !== null && holder.contextId !== request.contextId) throw takenElsewhere(alias);
  return write(deps, { alias, contextId: request.contextId, targets });
}

/**
 * The forwards of a context, or only that of one address.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getMailForwards(
  deps: ProvisioningDeps,
  contextId: number,
  alias: string | null,
  credentials: Credentials,
): Promise<MailForward[]> {
  await authorizeContextAdmin(deps, credentials, contextId, errors.noSuchContext);
  if (alias === null) return deps.store.mailForwards.list(contextId);
  const forward = await deps.store.mailForwards.find(contextId, parseAlias(alias).alias);
  return forward === null ? [] : [forward];
}

/**
 * Deletes the forward of an address, or (null) all of the context.
 * @returns how many there were
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function deleteMailForwards(
  deps: ProvisioningDeps,
  contextId: number,
  alias: string | null,
  credentials: Credentials,
): Promise<number> {
  await authorizeContextAdmin(deps, credentials, contextId, errors.noSuchContext);
  const name = alias === null ? null : parseAlias(alias).alias;
  return deps.store.transaction(({ mailForwards }) => mailForwards.delete(contextId, name));
}

async function write(deps: ProvisioningDeps, forward: MailForward): Promise<boolean> {
  try {
    return await deps.store.transaction(async ({ contexts, mailForwards }) => {
      if ((await contexts.lock(forward.contextId)) === null) throw errors.noSuchContext(forward.contextId);
      const present = await mailForwards.find(forward.contextId, forward.alias);
      if (present !== null && JSON.stringify(present.targets) === JSON.stringify(forward.targets))
        return false;
      if (present === null) {
        const count = await mailForwards.count(forward.contextId);
        checkCount('forwards', deps.settings.maxForwards, count, count + 1);
      }
      await mailForwards.put(forward);
      return true;
    });
  } catch (error) {
    if (error instanceof UniqueConflictError && error.key === 'mailForward')
      throw takenElsewhere(forward.alias);
    throw error;
  }
}

function parseAlias(text: string): { alias: string; domain: string } {
  checkAddresses([text]);
  if (text === '') throw errors.invalidEmailAddress(text);
  const domain = normaliseDomain(text.slice(text.lastIndexOf('@') + 1));
  return { alias: normaliseAddress(text), domain };
}

function takenElsewhere(alias: string): Error {
  return errors.mailAddressTakenElsewhere('Mail address', alias);
}
