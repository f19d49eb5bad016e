import { bytesPerMb } from '../../util/bytes-per-mb.js';
import { errors } from '../errors/errors.js';
import type { AccessCombinations } from '../installation/access-combinations.js';
import type { Installation } from '../installation/installation.js';
import type { Context, Reseller, Restriction } from '../model/model.js';
import { isSameModuleAccess } from '../model/module-access.js';
import type { Repositories } from '../repositories/store.js';
import {
  maxContext,
  maxContextUsers,
  maxContextUsersByModuleAccess,
  maxOverallContextQuota,
  maxOverallUsers,
  maxOverallUsersByModuleAccess,
  restrictionValue,
} from './restrictions.js';

/** User limit of a reseller's family or a context: with exactly these modules, or (null) with any. */
interface UserLimit {
  readonly name: string;
  readonly max: number;
  readonly within: 'family' | 'context';
  readonly moduleAccess: number | null;
}

/** Scope of a count. The reseller is the owner or the owner's parent, whichever has the restrictions. */
interface CountedScope {
  readonly resellerId: number;
  readonly contextId: number;
}

/**
 * Runs a write that adds users or changes modules, and refuses it beyond the restrictions. A reseller over
 * its limit may still make changes that add no users. Must come before every other lock, since it locks the
 * reseller's row, then the context's. Without restrictions it costs one query.
 * Source: docs/contract/resellers.md#2.
 * @throws ProvisioningError Storage
 */
export async function keepingUserLimits<T>(
  { accessCombinations }: Pick<Installation, 'accessCombinations'>,
  tx: Repositories,
  contextId: number,
  write: () => Promise<T>,
): Promise<T> {
  const seen = await tx.restrictions.ofContext(contextId);
  if (seen === null) return write();
  const isLimited = (restrictions: readonly Restriction[]): boolean =>
    userLimits(restrictions, accessCombinations).length > 0;
  const reseller = isLimited(seen.ofReseller) ? await tx.resellers.lock(seen.resellerId) : null;
  const context = isLimited(seen.ofContext) ? await tx.contexts.lock(contextId) : null;
  const limits = userLimits(
    [...(reseller?.restrictions ?? []), ...(context?.restrictions ?? [])],
    accessCombinations,
  );
  return keepingCounts(tx, limits, { resellerId: seen.resellerId, contextId }, write);
}

/**
 * Runs the write that creates a context with its admin, unless its owner may have no more. Comes first in the transaction, like
 * keepingUserLimits. What the master admin owns is exempt.
 * Source: docs/contract/resellers.md#2.
 * @throws ProvisioningError Storage; InvalidCredentials if the owner was deleted meanwhile
 */
export async function keepingContextLimits<T>(
  { accessCombinations }: Pick<Installation, 'accessCombinations'>,
  tx: Repositories,
  context: Pick<Context, 'id' | 'ownerId' | 'restrictions'>,
  write: () => Promise<T>,
): Promise<T> {
  if (context.ownerId === null) return write();
  const owner = await tx.resellers.find(context.ownerId);
  const seen = owner === null || owner.parentId === 0 ? owner : await tx.resellers.find(owner.parentId);
  if (seen === null) throw errors.resellerAuthenticationFailed();
  const reseller = seen.restrictions.length > 0 ? ((await tx.resellers.lock(seen.id)) ?? seen) : seen;
  await refuseFullFamily(tx, reseller);
  const limits = userLimits([...reseller.restrictions, ...context.restrictions], accessCombinations);
  return keepingCounts(tx, limits, { resellerId: reseller.id, contextId: context.id }, write);
}

/** Refuses one more context for a full family. */
async function refuseFullFamily({ restrictions }: Repositories, reseller: Reseller): Promise<void> {
  const contexts = restrictionValue(reseller, maxContext);
  if (contexts !== undefined && (await restrictions.countContextsOfFamily(reseller.id)) >= Number(contexts))
    throw errors.maxContextsReached(Number(contexts));
  const quotaMb = restrictionValue(reseller, maxOverallContextQuota);
  if (quotaMb === undefined) return;
  const usedMb = Math.floor((await restrictions.usedContextBytesOfFamily(reseller.id)) / bytesPerMb);
  if (usedMb >= Number(quotaMb)) throw errors.maxContextQuotaReached(Number(quotaMb));
}

/** A combination that the operator has removed since limits nobody. */
function userLimits(restrictions: readonly Restriction[], combinations: AccessCombinations): UserLimit[] {
  return restrictions.flatMap(({ name, value }): UserLimit[] => {
    const max = Number(value);
    if (name === maxOverallUsers) return [{ name, max, within: 'family', moduleAccess: null }];
    if (name === maxContextUsers) return [{ name, max, within: 'context', moduleAccess: null }];
    for (const [prefix, within] of byModuleAccess) {
      const combination = name.slice(prefix.length);
      if (name.startsWith(prefix) && combinations.has(combination))
        return [{ name, max, within, moduleAccess: combinations.moduleAccess(combination) }];
    }
    return [];
  });
}

const byModuleAccess = [
  [maxOverallUsersByModuleAccess, 'family'],
  [maxContextUsersByModuleAccess, 'context'],
] as const;

async function keepingCounts<T>(
  tx: Repositories,
  limits: readonly UserLimit[],
  scope: CountedScope,
  write: () => Promise<T>,
): Promise<T> {
  if (limits.length === 0) return write();
  const before = await countUsers(tx, limits, scope);
  const result = await write();
  const after = await countUsers(tx, limits, scope);
  for (const limit of limits) {
    const count = after.get(limit) ?? 0;
    if (count > limit.max && count > (before.get(limit) ?? 0)) throw refusal(limit);
  }
  return result;
}

async function countUsers(
  { restrictions }: Repositories,
  limits: readonly UserLimit[],
  { resellerId, contextId }: CountedScope,
): Promise<ReadonlyMap<UserLimit, number>> {
  const isNeeded = (within: UserLimit['within']): boolean => limits.some((limit) => limit.within === within);
  const none: ReadonlyMap<number, number> = new Map();
  const counts = {
    family: isNeeded('family') ? await restrictions.countUsersOfFamily(resellerId) : none,
    context: isNeeded('context') ? await restrictions.countUsersOfContext(contextId) : none,
  };
  return new Map(limits.map((limit) => [limit, countOf(counts[limit.within], limit)]));
}

function countOf(counts: ReadonlyMap<number, number>, { moduleAccess }: UserLimit): number {
  const counted = [...counts].filter(
    ([mask]) => moduleAccess === null || isSameModuleAccess(mask, moduleAccess),
  );
  return counted.reduce((sum, [, count]) => sum + count, 0);
}

function refusal({ name, max, within, moduleAccess }: UserLimit): Error {
  if (moduleAccess !== null) return errors.maxUsersByModuleAccessReached(name, max);
  return within === 'family' ? errors.maxOverallUsersReached(max) : errors.maxContextUsersReached(max);
}
