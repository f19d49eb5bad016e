import { createHash } from 'node:crypto';
import type { Installation } from '../installation/installation.js';
import type { AttributeChange, Context, Reseller, User } from '../model/model.js';
import type { ResellerChanges } from '../repositories/reseller-repository.js';
import type { Repositories } from '../repositories/store.js';
import {
  configAttribute,
  configNamespace,
  isTrue,
  unifiedQuotaProperty,
  typesProperty,
} from './config-cascade.js';
import { configScopes, isUnifiedQuotaEnabled, type CascadeDeps } from './config-scopes.js';

/** Operator's settings that the flags depend on. */
type OperatorScopes = Pick<Installation, 'contextSets' | 'serverProperties'>;

const batchSize = 100;
const progressSetting = 'unifiedFlags';
const nobody = { attributes: new Map<string, never>() };

/** True for a change of the property that switches unified quota. */
export function touchesUnifiedProperty(changes: readonly AttributeChange[]): boolean {
  return changes.some(({ namespace, key }) => namespace === configNamespace && key === unifiedQuotaProperty);
}

/** True when tags of a context (module access and taxonomies) can switch unified quota. */
export function tagsSwitchUnified({ contextSets }: Pick<OperatorScopes, 'contextSets'>): boolean {
  return contextSets.some(({ properties }) => properties.has(unifiedQuotaProperty));
}

/** True for a reseller change that can switch unified quota of its contexts. */
export function touchesUnifiedOfReseller(
  installation: OperatorScopes,
  present: Reseller,
  { configuration, taxonomies, parentId }: ResellerChanges,
): boolean {
  const isOther = (property: string) =>
    configuration !== undefined && configuration.get(property) !== present.configuration.get(property);
  const isTagged = taxonomies !== undefined && taxonomies.join() !== present.taxonomies.join();
  return (
    (parentId !== undefined && parentId !== present.parentId) ||
    isOther(unifiedQuotaProperty) ||
    (tagsSwitchUnified(installation) && (isTagged || isOther(typesProperty)))
  );
}

/** Facts behind the flags of a context's users, locked against change. */
export interface HeldCascade {
  readonly context: Context | null;
  readonly resellers: ReadonlyMap<number, Reseller>;
}

/**
 * Keeps what the flags of a context's users depend on from changing until the transaction ends. Comes before the transaction locks or
 * changes anything of the context, but after locks on resellers.
 */
export async function holdCascade(tx: Repositories, contextId: number): Promise<HeldCascade> {
  const resellers = await holdOwners(tx, await tx.unifiedFlags.ownerIds([contextId]));
  return { resellers, context: await tx.contexts.lock(contextId) };
}

/** Writes the flag of one user as the user was written. */
export async function writeUnifiedFlag(
  installation: OperatorScopes,
  tx: Repositories,
  held: HeldCascade,
  user: Pick<User, 'contextId' | 'id' | 'attributes'>,
): Promise<void> {
  await tx.unifiedFlags.set(user.contextId, user.id, await isEnabledFor(installation, tx, held, user));
}

/** Writes the flags of every user of these contexts anew, by what the transaction sees. */
export async function refreshUnifiedFlags(
  installation: OperatorScopes,
  tx: Repositories,
  contextIds: readonly number[],
): Promise<void> {
  const resellers = await holdOwners(tx, await tx.unifiedFlags.ownerIds(contextIds));
  const contexts = await tx.unifiedFlags.lockContexts(contextIds);
  const masks =
    installation.contextSets.length === 0 ? null : await tx.unifiedFlags.adminModuleAccess(contextIds);
  const store = { read: { users: tx.users, resellers: among(resellers) } };
  const inheriting = { on: [] as number[], off: [] as number[] };
  for (const context of contexts) {
    const scopes = await configScopes({ ...installation, store }, context, masks?.get(context.id) ?? 0);
    inheriting[isUnifiedQuotaEnabled(scopes, nobody) ? 'on' : 'off'].push(context.id);
  }
  await tx.unifiedFlags.inherit(inheriting.on, true);
  await tx.unifiedFlags.inherit(inheriting.off, false);
  for (const { contextId, userId, value, isEnabled } of await tx.unifiedFlags.ownValues(contextIds))
    if (isTrue(value) !== isEnabled) await tx.unifiedFlags.set(contextId, userId, isTrue(value));
}

/** Like refreshUnifiedFlags, for all contexts of a reseller and its children. */
export async function refreshUnifiedFlagsOfReseller(
  installation: OperatorScopes,
  tx: Repositories,
  { id }: Pick<Reseller, 'id'>,
): Promise<void> {
  const children = await tx.resellers.search({ pattern: '*', parentId: id });
  await refreshPages(installation, tx, [id, ...children.map((child) => child.id)]);
}

/** Like refreshUnifiedFlags, for all contexts. */
export function refreshAllUnifiedFlags(installation: OperatorScopes, tx: Repositories): Promise<void> {
  return refreshPages(installation, tx, null);
}

/**
 * Rewrites all flags after a change of the operator's files and settings about unified quota. Batches are
 * transactions of their own, and an interrupted run resumes at the next start. All processes on a database
 * need the same files and settings.
 */
export async function updateUnifiedFlags(
  installation: Pick<Installation, 'store'> & OperatorScopes,
): Promise<void> {
  const digest = operatorDigest(installation);
  let afterId = await remainingAfter(installation, digest);
  while (afterId !== null) {
    const from = afterId;
    afterId = await installation.store.transaction(async (tx) => {
      const ids = await tx.unifiedFlags.contextIds({ afterId: from, length: batchSize, ownerIds: null });
      await refreshUnifiedFlags(installation, tx, ids);
      const last = ids.at(-1) ?? null;
      await tx.settings.set(progressSetting, JSON.stringify({ digest, afterId: last }));
      return last;
    });
  }
}

/** The id of the context after which there is something to do, null: nothing is. */
async function remainingAfter(
  { store }: Pick<Installation, 'store'>,
  digest: string,
): Promise<number | null> {
  const stored = await store.read.settings.get(progressSetting);
  if (stored === null) return 0;
  const progress = JSON.parse(stored) as { readonly digest: string; readonly afterId: number | null };
  return progress.digest === digest ? progress.afterId : 0;
}

/** Stands for all that the operator says of unified quota; other properties may change without anything to do. */
function operatorDigest({ contextSets, serverProperties }: OperatorScopes): string {
  const server = [unifiedQuotaProperty, typesProperty].map((name) => serverProperties.get(name) ?? null);
  const sets = contextSets.flatMap(({ tags, properties }) => {
    const value = properties.get(unifiedQuotaProperty);
    return value === undefined ? [] : [[tags, value]];
  });
  return createHash('sha256').update(JSON.stringify({ server, sets })).digest('hex');
}

async function refreshPages(
  installation: OperatorScopes,
  tx: Repositories,
  ownerIds: readonly number[] | null,
): Promise<void> {
  for (let afterId = 0; ;) {
    const ids = await tx.unifiedFlags.contextIds({ afterId, length: batchSize, ownerIds });
    const last = ids.at(-1);
    if (last === undefined) return;
    await refreshUnifiedFlags(installation, tx, ids);
    afterId = last;
  }
}

async function isEnabledFor(
  installation: OperatorScopes,
  tx: Repositories,
  { context, resellers }: HeldCascade,
  user: Pick<User, 'attributes'>,
): Promise<boolean> {
  const own = configAttribute(user.attributes, unifiedQuotaProperty);
  if (own !== undefined) return isTrue(own);
  if (context === null) return false;
  const store = { read: { users: tx.users, resellers: among(resellers) } };
  return isUnifiedQuotaEnabled(await configScopes({ ...installation, store }, context), user);
}

function among(resellers: ReadonlyMap<number, Reseller>): CascadeDeps['store']['read']['resellers'] {
  return { find: (id) => Promise.resolve(resellers.get(id) ?? null) };
}

/** Keeps the owners and their parents from changing until the transaction ends. */
async function holdOwners(
  { resellers }: Pick<Repositories, 'resellers'>,
  ownerIds: readonly number[],
): Promise<ReadonlyMap<number, Reseller>> {
  const held = new Map<number, Reseller>();
  const parentIds: number[] = [];
  for (const id of ownerIds) {
    const owner = await resellers.hold(id);
    if (owner === null) continue;
    held.set(id, owner);
    if (owner.parentId !== 0) parentIds.push(owner.parentId);
  }
  for (const id of parentIds) {
    const parent = held.get(id) ?? (await resellers.hold(id));
    if (parent !== null) held.set(id, parent);
  }
  return held;
}
