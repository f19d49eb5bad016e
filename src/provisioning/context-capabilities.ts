import type { Credentials } from './authorization.js';
import {
  applyCapabilityChange,
  checkNoPermissionsAsCapabilities,
  readCapabilityChange,
  showCapabilities,
  type CapabilityRequest,
} from './capabilities.js';
import type { ContextReference } from './context-fields.js';
import { checkCount } from './bounds/object-bounds.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { authorizeOnContext } from './identify-contexts.js';

const faults = {
  missing: errors.contextMissingForCapabilities,
  unknownName: errors.noSuchContextNamePlain,
};

/**
 * Adds, denies and forgets capabilities of a context. OX: semantics 2.6, wire.md section 11.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function changeContextCapabilities(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  request: CapabilityRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(deps, reference, credentials, faults);
  const change = readCapabilityChange(request);
  checkNoPermissionsAsCapabilities(change);
  const holder = { contextId: context.id, userId: null };
  await deps.store.transaction(async ({ contexts, capabilities }) => {
    if ((await contexts.lock(context.id)) === null) throw errors.noSuchContext(context.id);
    const present = await capabilities.list(holder);
    const after = applyCapabilityChange(present, change);
    checkCount('capabilities', deps.settings.maxCapabilities, present.length, after.length);
    await capabilities.replace(holder, after);
  });
}

/**
 * The capabilities of a context in one string, or the sentence that there are none. OX: wire.md section 11.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getContextCapabilities(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<string> {
  const { context } = await authorizeOnContext(deps, reference, credentials, faults);
  const stored = await deps.store.capabilities.list({ contextId: context.id, userId: null });
  return showCapabilities(stored, `context ${reference?.id ?? 'null'}`);
}
