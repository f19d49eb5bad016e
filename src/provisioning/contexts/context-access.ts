import { errors } from '../errors/errors.js';
import {
  applyCapabilityChange,
  type CapabilityRequest,
  checkNoPermissionsAsCapabilities,
  readCapabilityChange,
  showCapabilities,
} from '../installation/capabilities.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { ContextReference } from '../model/model.js';
import { withoutPublicFolderEditable } from '../model/module-access.js';
import { checkCount } from '../installation/object-bounds.js';
import { holdCascade, refreshUnifiedFlags, tagsSwitchUnified } from '../quota/unified-flags.js';
import { keepingUserLimits } from '../resellers/restriction-limits.js';
import { authorizeOnContext } from './identify-contexts.js';

/** Module access for a whole context: by flags, or by the name of a combination. Null for absent members. */
export type ContextAccessChange =
  | { readonly kind: 'mask'; readonly moduleAccess: number | null }
  | { readonly kind: 'named'; readonly name: string | null | undefined };

/**
 * Replaces the module access of every user of a context; publicFolderEditable is kept for its admin only.
 * Source: docs/contract/access.md#1-2, docs/contract/contexts.md#1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function changeContextModuleAccess(
  installation: Installation,
  reference: ContextReference | null,
  access: ContextAccessChange,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(installation, reference, credentials);
  const admin = wantedMask(installation, access);
  const others = withoutPublicFolderEditable(admin);
  const isSwitch = tagsSwitchUnified(installation);
  await installation.store.transaction((tx) =>
    keepingUserLimits(installation, tx, context.id, async () => {
      if (isSwitch) await holdCascade(tx, context.id);
      if ((await tx.contexts.lock(context.id)) === null) throw errors.noSuchContext(context.id);
      await tx.contexts.setModuleAccess(context.id, { admin, others });
      if (isSwitch) await refreshUnifiedFlags(installation, tx, [context.id]);
    }),
  );
}

function wantedMask({ accessCombinations }: Installation, access: ContextAccessChange): number {
  if (access.kind === 'mask') {
    if (access.moduleAccess === null) throw errors.missingArgument();
    return access.moduleAccess;
  }
  if (access.name === null || access.name === undefined) throw errors.missingArgument();
  if (access.name.trim() === '') throw errors.invalidAccessCombinationName();
  return accessCombinations.moduleAccess(access.name);
}

const faults = {
  missing: errors.contextMissingForCapabilities,
  unknownName: errors.noSuchContextNamePlain,
};

/**
 * Adds, denies and forgets capabilities of a context.
 * Source: docs/contract/access.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function changeContextCapabilities(
  installation: Installation,
  reference: ContextReference | null,
  request: CapabilityRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(installation, reference, credentials, faults);
  const change = readCapabilityChange(request);
  checkNoPermissionsAsCapabilities(change);
  const holder = { contextId: context.id, userId: null };
  await installation.store.transaction(async ({ contexts, capabilities }) => {
    if ((await contexts.lock(context.id)) === null) throw errors.noSuchContext(context.id);
    const present = await capabilities.list(holder);
    const after = applyCapabilityChange(present, change);
    checkCount('capabilities', installation.settings.maxCapabilities, present.length, after.length);
    await capabilities.replace(holder, after);
  });
}

/**
 * The capabilities of a context in one string, or the sentence that there are none.
 * Source: docs/contract/access.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function getContextCapabilities(
  installation: Installation,
  reference: ContextReference | null,
  credentials: Credentials,
): Promise<string> {
  const { context } = await authorizeOnContext(installation, reference, credentials, faults);
  const stored = await installation.store.read.capabilities.list({ contextId: context.id, userId: null });
  return showCapabilities(stored, `context ${reference?.id ?? 'null'}`);
}
