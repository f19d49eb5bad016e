import { authorizeInContext, authorizeProvider } from '../access/authorization.js';
import { resolveContextId } from '../contexts/identify-contexts.js';
import { errors, ProvisioningError } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';

/**
 * Context id by id, name, or name without the login of its reseller. The newer REST accepts the short name,
 * too.
 * Source: docs/contract/oxaas.md#3-1.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext for a name that is not there
 */
export async function contextIdOf(
  installation: Installation,
  text: string,
  credentials: Credentials,
): Promise<number> {
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
  // A number that is no id stays one, so that it is refused like the id of somebody else's context.
  if (id !== null)
    return (await installation.store.read.contexts.find(id)) === null
      ? ((await installation.store.read.contexts.findIdByName(text)) ?? id)
      : id;
  const full = await installation.store.read.contexts.findIdByName(`${credentials.login}_${text}`);
  if (full !== null && (await installation.store.read.contexts.findIdByName(text)) === null) return full;
  return resolveContextId(installation, { name: text }, credentials, () =>
    errors.noSuchContextNamePlain(text),
  );
}

/**
 * Ends the sessions of a context's users, or of one user. Oxbow keeps no sessions itself.
 * @returns how many were ended
 * @throws ProvisioningError InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function endSessions(
  installation: Installation,
  contextId: number,
  login: string | null,
  credentials: Credentials,
): Promise<number> {
  const { principal } = await authorizeInContext(installation, credentials, contextId, errors.noSuchContext);
  if (principal.kind === 'user') throw errors.permissionDenied();
  if (login !== null && (await installation.store.read.users.findIdByLogin(contextId, login)) === null)
    throw errors.noSuchUser(login, contextId);
  return 0;
}

/**
 * Distinguishes callers without rights from wrong credentials. SOAP has one fault for both, HTTP has two
 * statuses.
 * @throws ProvisioningError `Permission denied` for the former; any error of `call`
 */
export async function tellingRights<T>(
  installation: Installation,
  credentials: Credentials,
  contextId: number | null,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isRefusal(error) || !(await isKnown(installation, credentials, contextId))) throw error;
    throw errors.permissionDenied();
  }
}

async function isKnown(
  installation: Installation,
  credentials: Credentials,
  contextId: number | null,
): Promise<boolean> {
  const checks: (() => Promise<unknown>)[] = [() => authorizeProvider(installation, credentials)];
  if (contextId !== null) checks.push(() => authorizeInContext(installation, credentials, contextId, null));
  for (const check of checks) {
    try {
      await check();
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return false;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ProvisioningError && error.kind === 'InvalidCredentials';
}
