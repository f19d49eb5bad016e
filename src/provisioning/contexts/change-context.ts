import { definedOnly } from '../../util/defined-only.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Context, Filestore } from '../model/model.js';
import { applyAttributeChanges, checkNoPermissionCapabilities } from '../quota/config-cascade.js';
import { checkAttributeBounds, checkCount } from '../installation/object-bounds.js';
import { checkMaxQuotaMb } from '../quota/quota-values.js';
import { holdCascade, refreshUnifiedFlags } from '../quota/unified-flags.js';
import type { ContextChanges } from '../repositories/context-repository.js';
import type { Repositories } from '../repositories/store.js';
import { changedRestrictions } from '../resellers/restrictions.js';
import { checkContextNames } from './context-name-prefix.js';
import {
  checkMappings,
  contextRestrictions,
  loginMappings,
  reportingContextConflicts,
} from './create-context.js';
import { type ContextFields, authorizeOnContext } from './identify-contexts.js';

/** Look-ups of a plan, beside the context itself. */
interface Lookups {
  readonly isNameTaken: (name: string) => Promise<boolean>;
  readonly findFilestore: (id: number) => Promise<Filestore | null>;
}

/**
 * Changes the fields of a context that the request sets. What is written follows from the context as it is under the lock.
 * Source: docs/contract/contexts.md#2.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, Storage
 */
export async function changeContext(
  installation: Installation,
  fields: ContextFields | null,
  credentials: Credentials,
): Promise<void> {
  const { provider, context } = await authorizeOnContext(installation, fields, credentials, {
    missing: errors.contextMissingForChange,
    ...(fields?.name && { unknownId: errors.noSuchContextOnChange }),
  });
  if (fields === null) return;
  if (provider.kind === 'reseller') await checkNewNames(installation, context, fields);
  const { contexts, filestores } = installation.store.read;
  await planChange(installation, context, fields, {
    isNameTaken: async (name) => ![null, context.id].includes(await contexts.findIdByName(name)),
    findFilestore: (id) => filestores.find(id),
  });
  await reportingContextConflicts(context, errors.loginMappingTaken, () =>
    installation.store.transaction((tx) => write(installation, tx, context.id, fields)),
  );
}

/** Names that a context has already are not asked about. */
async function checkNewNames(
  installation: Installation,
  context: Context,
  fields: ContextFields,
): Promise<void> {
  const owner =
    context.ownerId === null ? null : await installation.store.read.resellers.find(context.ownerId);
  const loginMappings = fields.loginMappings.filter((text) => !context.loginMappings.includes(text));
  await checkContextNames(installation, owner, { name: newNameOf(context, fields), loginMappings });
}

function newNameOf(context: Context, { name }: ContextFields): string | undefined {
  return name?.trim() && name !== context.name ? name : undefined;
}

async function write(
  installation: Installation,
  tx: Repositories,
  contextId: number,
  fields: ContextFields,
): Promise<void> {
  await holdCascade(tx, contextId);
  const present = await tx.contexts.lock(contextId);
  if (present === null) throw errors.noSuchContext(contextId);
  const attributes = applyAttributeChanges(present.attributes, fields.attributeChanges);
  checkAttributeBounds(installation.settings, present.attributes, attributes);
  const changes = await planChange(installation, present, fields, {
    // The unique constraint decides.
    isNameTaken: () => Promise.resolve(false),
    findFilestore: (id) => (id === present.filestoreId ? tx.filestores.find(id) : tx.filestores.hold(id)),
  });
  const { loginMappings = present.loginMappings } = changes;
  const { maxLoginMappings } = installation.settings;
  checkCount('loginMappings', maxLoginMappings, present.loginMappings.length, loginMappings.length);
  await tx.contexts.update(contextId, changes);
  // The name is a tag.
  if (changes.name !== undefined || fields.attributeChanges.length > 0)
    await refreshUnifiedFlags(installation, tx, [contextId]);
}

/** Plan of a context change, checked in the original's order. */
async function planChange(
  installation: Installation,
  context: Context,
  fields: ContextFields,
  lookups: Lookups,
): Promise<ContextChanges> {
  const { filestoreId, attributeChanges } = fields;
  checkNoPermissionCapabilities(attributeChanges);
  checkMappings(fields.loginMappings);
  const name = newNameOf(context, fields);
  if (name !== undefined && (await lookups.isNameTaken(name))) throw errors.contextNameTakenOnChange(name);
  if (filestoreId !== undefined && (await lookups.findFilestore(filestoreId)) === null)
    throw errors.noSuchFilestore(filestoreId);
  const restrictions = changedRestrictions(fields.restrictions, context.restrictions);
  const changes = definedOnly({
    name,
    filestoreId,
    maxQuotaMb: fields.maxQuotaMb === undefined ? undefined : checkMaxQuotaMb(fields.maxQuotaMb),
    gabMode: fields.gabMode,
    customId: fields.customId,
    restrictions: restrictions === null ? undefined : contextRestrictions(installation, { restrictions }),
    loginMappings: changedMappings(context, fields),
  });
  return { ...changes, attributeChanges };
}

/**
 * New mappings replace the present ones; id and name always are mappings. After a change of name alone the
 * former name stays one, so that nobody is locked out.
 * Source: docs/contract/contexts.md#1, docs/contract/contexts.md#2.
 */
function changedMappings(
  present: Context,
  { loginMappings: sent, name }: ContextFields,
): string[] | undefined {
  const isRenamed = Boolean(name?.trim()) && name !== present.name;
  if (sent.length === 0 && !isRenamed) return undefined;
  const kept = sent.length > 0 ? sent : present.loginMappings;
  return loginMappings({ loginMappings: kept, name: isRenamed ? name : present.name }, present.id);
}
