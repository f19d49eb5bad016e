import { canonicalLogin, type ContextPrincipal } from '../access/authorization.js';
import { errors, ProvisioningError } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';

/** Reference to a user. The id wins; a name counts only without an id. */
export interface UserReference {
  readonly id?: number | null | undefined;
  readonly login?: string | null | undefined;
  readonly displayName?: string | null | undefined;
}

/**
 * Resolves who is meant to ids; ids are not checked to exist. An id of 0 counts as none.
 * Source: docs/contract/values.md#2.
 * @throws ProvisioningError InvalidData when neither is given; NoSuchUser for an unknown name
 */
export async function resolveUserId(
  installation: Pick<Installation, 'store' | 'settings'>,
  contextId: number,
  reference: UserReference,
): Promise<number> {
  if (reference.id !== null && reference.id !== undefined && reference.id !== 0) return reference.id;
  if (reference.login === null || reference.login === undefined || reference.login === '')
    throw errors.userNotIdentified();
  const id = await installation.store.read.users.findIdByLogin(
    contextId,
    canonicalLogin(installation, reference.login),
  );
  if (id === null) throw errors.noSuchUserName(reference.login, contextId);
  return id;
}

/**
 * Wrapper of user look-ups: an ordinary user gets the same refusal for existing and missing others.
 * Source: docs/contract/authentication.md#3.
 * @throws ProvisioningError `Permission denied` in place of NoSuchUser to ordinary users; else the error
 */
export function hidingOthersFrom(principal: ContextPrincipal): (error: unknown) => never {
  return (error) => {
    const isUnknown = error instanceof ProvisioningError && error.kind === 'NoSuchUser';
    throw principal.kind === 'user' && isUnknown ? errors.permissionDenied() : error;
  };
}

/**
 * The context id of a request to a user operation. Names are not resolved here.
 * Source: docs/contract/values.md#3.
 * @throws ProvisioningError InvalidCredentials when there is none
 */
export function requireContextId(contextId: number | null | undefined): number {
  if (contextId === null || contextId === undefined) throw errors.invalidContextObject();
  return contextId;
}
