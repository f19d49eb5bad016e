import type { Credentials } from './authorization.js';
import type { ContextReference } from './context-fields.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { authorizeOnContext } from './identify-contexts.js';
import { withoutPublicFolderEditable } from './module-access.js';
import { keepingUserLimits } from './restriction-limits.js';
import { holdCascade, refreshUnifiedFlags, tagsSwitchUnified } from './unified-flags.js';

/** The module access that a whole context is to have: by flags, or by the name of a combination; null where the request had nothing. */
export type ContextAccessChange =
  | { readonly kind: 'mask'; readonly moduleAccess: number | null }
  | { readonly kind: 'named'; readonly name: string | null | undefined };

/**
 * Replaces the module access of every user of a context; publicFolderEditable is kept for its admin only. OX: semantics 1.7, 6.1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext
 */
export async function changeContextModuleAccess(
  deps: ProvisioningDeps,
  reference: ContextReference | null,
  access: ContextAccessChange,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(deps, reference, credentials);
  const admin = wantedMask(deps, access);
  const others = withoutPublicFolderEditable(admin);
  const isSwitch = tagsSwitchUnified(deps);
  await deps.store.transaction((tx) =>
    keepingUserLimits(deps, tx, context.id, async () => {
      if (isSwitch) await holdCascade(tx, context.id);
      if ((await tx.contexts.lock(context.id)) === null) throw errors.noSuchContext(context.id);
      await tx.contexts.setModuleAccess(context.id, { admin, others });
      if (isSwitch) await refreshUnifiedFlags(deps, tx, [context.id]);
    }),
  );
}

function wantedMask({ accessCombinations }: ProvisioningDeps, access: ContextAccessChange): number {
  if (access.kind === 'mask') {
    if (access.moduleAccess === null) throw errors.missingArgument();
    return access.moduleAccess;
  }
  if (access.name === null || access.name === undefined) throw errors.missingArgument();
  if (access.name.trim() === '') throw errors.invalidAccessCombinationName();
  return accessCombinations.moduleAccess(access.name);
}
