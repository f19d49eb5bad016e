import { authorizeContextAdmin, type ContextAccess } from '../access/authorization.js';
import { checkAddresses, normaliseAddress, uniqueAddresses } from '../addresses/mail-addresses.js';
import { normaliseDomain } from '../addresses/mail-domains.js';
import { directDomain, useDomains } from '../addresses/use-mail-domains.js';
import { cloudErrors } from '../errors/cloud-errors.js';
import { errors } from '../errors/errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { checkCount } from '../installation/object-bounds.js';
import type { MailForward } from '../repositories/mailbox-repository.js';

/**
 * Lets mail for an address go to other addresses, in place of what it had. An address of a user of the context may be forwarded,
 * then the forward comes before the mailbox.
 * @returns false if exactly that was there already
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function putMailForward(
  installation: Installation,
  request: { readonly contextId: number; readonly alias: string; readonly targets: readonly string[] },
  credentials: Credentials,
): Promise<boolean> {
  const access = await authorizeContextAdmin(
    installation,
    credentials,
    request.contextId,
    errors.noSuchContext,
  );
  const { domain, alias } = parseAlias(request.alias);
  const { maxForwardTargets: maxTargets } = installation.settings;
  if (request.targets.length > maxTargets) throw cloudErrors.invalidForwardTargets(maxTargets);
  const targets = uniqueAddresses(request.targets);
  if (targets.length === 0) throw cloudErrors.invalidForwardTargets(maxTargets);
  checkAddresses(targets);
  return write(installation, access, domain, { alias, contextId: request.contextId, targets });
}

/**
 * The forwards of a context, or only that of one address.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getMailForwards(
  installation: Installation,
  contextId: number,
  alias: string | null,
  credentials: Credentials,
): Promise<MailForward[]> {
  await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  if (alias === null) return installation.store.read.mailForwards.list(contextId);
  const forward = await installation.store.read.mailForwards.find(contextId, parseAlias(alias).alias);
  return forward === null ? [] : [forward];
}

/**
 * Deletes the forward of an address, or (null) all of the context.
 * @returns how many there were
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function deleteMailForwards(
  installation: Installation,
  contextId: number,
  alias: string | null,
  credentials: Credentials,
): Promise<number> {
  await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  const name = alias === null ? null : parseAlias(alias).alias;
  return installation.store.transaction(({ mailForwards }) => mailForwards.delete(contextId, name));
}

async function write(
  installation: Installation,
  access: ContextAccess,
  domain: string,
  forward: MailForward,
): Promise<boolean> {
  const taken = () => takenElsewhere(forward.alias);
  return reportingConflicts({ mailForward: taken }, () =>
    installation.store.transaction(async (tx) => {
      const { contexts, mailDomains, mailForwards, users } = tx;
      if ((await contexts.lock(forward.contextId)) === null) throw errors.noSuchContext(forward.contextId);
      // Of a shared domain every context may have addresses, so only the address itself counts.
      const isShared = (await mailDomains.find(domain))?.isShared ?? false;
      if (isShared) await useDomains(installation, tx, access, [domain]);
      else await directDomain(installation, tx, access, domain);
      if (await users.isAddressHeldElsewhere(forward.alias, forward.contextId))
        throw takenElsewhere(forward.alias);
      const present = await mailForwards.find(forward.contextId, forward.alias);
      if (present !== null && JSON.stringify(present.targets) === JSON.stringify(forward.targets))
        return false;
      if (present === null) {
        const count = await mailForwards.count(forward.contextId);
        checkCount('forwards', installation.settings.maxForwards, count, count + 1);
      }
      await mailForwards.put(forward);
      return true;
    }),
  );
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
