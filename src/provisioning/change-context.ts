import { applyAttributeChanges, checkNoPermissionCapabilities } from './attributes.js';
import type { Credentials } from './authorization.js';
import { checkAttributeBounds, checkCount } from './bounds/object-bounds.js';
import type { ContextFields } from './context-fields.js';
import { checkMappings, contextRestrictions, reportingContextConflicts } from './create-context.js';
import { definedOnly } from './defined-only.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { authorizeOnContext } from './identify-contexts.js';
import type { Context } from './model.js';
import { checkAverageSizeMb, checkMaxQuotaMb } from './quota-values.js';
import { changedRestrictions } from './restrictions.js';
import { holdCascade, refreshUnifiedFlags } from './unified-flags.js';

/**
 * Changes the fields of a context that the request sets. OX: semantics 6.2.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, Storage
 */
export async function changeContext(
  deps: ProvisioningDeps,
  fields: ContextFields | null,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeOnContext(deps, fields, credentials, {
    missing: errors.contextMissingForChange,
    ...(fields?.name && { unknownId: errors.noSuchContextOnChange }),
  });
  if (fields === null) return;
  checkNoPermissionCapabilities(fields.attributeChanges);
  checkMappings(fields.loginMappings);
  const name = fields.name?.trim() && fields.name !== context.name ? fields.name : undefined;
  if (name !== undefined && (await deps.store.contexts.findIdByName(name)) !== null)
    throw errors.contextNameTakenOnChange(name);
  const { filestoreId } = fields;
  if (filestoreId !== undefined && (await deps.store.filestores.find(filestoreId)) === null)
    throw errors.noSuchFilestore(filestoreId);
  const restrictions = changedRestrictions(fields.restrictions, context.restrictions);
  const changes = definedOnly({
    name,
    filestoreId,
    maxQuotaMb: fields.maxQuotaMb === undefined ? undefined : checkMaxQuotaMb(fields.maxQuotaMb),
    averageSizeMb: fields.averageSizeMb === undefined ? undefined : checkAverageSizeMb(fields.averageSizeMb),
    gabMode: fields.gabMode,
    customId: fields.customId,
    restrictions: restrictions === null ? undefined : contextRestrictions(deps, { restrictions }),
  });
  await reportingContextConflicts({ id: context.id, name: name ?? context.name }, () =>
    deps.store.transaction(async (tx) => {
      const { contexts } = tx;
      await holdCascade(tx, context.id);
      const present = await contexts.lock(context.id);
      if (present === null) throw errors.noSuchContext(context.id);
      const attributes = applyAttributeChanges(present.attributes, fields.attributeChanges);
      checkAttributeBounds(deps.settings, present.attributes, attributes);
      const loginMappings = changedMappings(present, fields) ?? present.loginMappings;
      const { maxLoginMappings } = deps.settings;
      checkCount('loginMappings', maxLoginMappings, present.loginMappings.length, loginMappings.length);
      await contexts.update(context.id, {
        ...changes,
        ...definedOnly({ loginMappings: changedMappings(present, fields) }),
        attributeChanges: fields.attributeChanges,
      });
      // The name is a tag.
      if (name !== undefined || fields.attributeChanges.length > 0)
        await refreshUnifiedFlags(deps, tx, [context.id]);
    }),
  );
}

/**
 * OX: semantics 6.1 and 6.2, sent mappings replace the present ones, and a name that is sent always becomes one. A former name stays a
 * mapping until the client sends its own list, so that nobody is locked out by a change of name alone.
 */
function changedMappings(present: Context, { loginMappings, name }: ContextFields): string[] | undefined {
  const isSent = loginMappings.length > 0;
  const isRenamed = name !== undefined && name !== present.name;
  if (!isSent && !isRenamed) return undefined;
  const kept = isSent ? loginMappings : present.loginMappings;
  return [...new Set([...kept, ...(name?.trim() ? [name] : [])])];
}
