import { canonicalLogin, type ContextPrincipal } from '../access/authorization.js';
import { errors, ProvisioningError } from '../errors/errors.js';
import type { ProvisioningDeps } from '../installation/installation.js';

/** How a request names a user. The id wins; a name counts only when there is no id. */
export interface UserReference {
  readonly id?: number | null | undefined;
  readonly login?: string | null | undefined;
  readonly displayName?: string | null | undefined;
}

/**
 * Resolves who is meant to ids; ids are not checked to exist. OX: semantics 0.4, an id of 0 counts as none.
 * @throws ProvisioningError InvalidData when neither is given; NoSuchUser for an unknown name
 */
export async function resolveUserId(
  deps: Pick<ProvisioningDeps, 'store' | 'settings'>,
  contextId: number,
  reference: UserReference,
): Promise<number> {
  if (reference.id !== null && reference.id !== undefined && reference.id !== 0) return reference.id;
  if (reference.login === null || reference.login === undefined || reference.login === '')
    throw errors.userNotIdentified();
  const id = await deps.store.users.findIdByLogin(contextId, canonicalLogin(deps, reference.login));
  if (id === null) throw errors.noSuchUserName(reference.login, contextId);
  return id;
}

/**
 * For what finds a user: an ordinary user who names somebody else is refused alike, whether that one exists or not. OX: semantics 5.2.
 * @throws ProvisioningError `Permission denied` in place of NoSuchUser to ordinary users; else the error
 */
export function hidingOthersFrom(principal: ContextPrincipal): (error: unknown) => never {
  return (error) => {
    const isUnknown = error instanceof ProvisioningError && error.kind === 'NoSuchUser';
    throw principal.kind === 'user' && isUnknown ? errors.permissionDenied() : error;
  };
}

/**
 * The context id of a request to a user operation. OX: semantics 0.5, names are not resolved here.
 * @throws ProvisioningError InvalidCredentials when there is none
 */
export function requireContextId(contextId: number | null | undefined): number {
  if (contextId === null || contextId === undefined) throw errors.invalidContextObject();
  return contextId;
}
