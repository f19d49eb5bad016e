import { ownerIdsOf } from '../../provisioning/access/authorization.js';
import type { ConsoleCaller } from './console-sessions.js';
import type { RecentRequest } from './recent-requests.js';

/**
 * The requests that somebody may see: the master admin all; a reseller those in its own name or a child's, and those on contexts that
 * they own, each since that is so. Who asked is hidden where that may be a stranger who was refused: then its login is nobody's business here.
 */
export async function visibleRequests(
  { deps, provider }: ConsoleCaller,
  requests: readonly RecentRequest[],
): Promise<RecentRequest[]> {
  const ownerIds = await ownerIdsOf(deps, provider);
  if (ownerIds === null) return [...requests];
  const contextIds = [...new Set(requests.flatMap(({ contextId }) => contextId ?? []))];
  const contexts = await deps.store.contexts.findMany(contextIds);
  const owned = contexts.filter(({ ownerId }) => ownerId !== null && ownerIds.includes(ownerId));
  const since = await deps.store.overview.ownedSince(
    owned.map(({ id }) => id),
    ownerIds,
  );
  const never = Number.POSITIVE_INFINITY;
  return requests.flatMap((request) => {
    const { principal, contextId, outcome, atMs } = request;
    const isOurs = principal !== null && atMs >= (since.resellers.get(principal) ?? never);
    const isOnOurs = contextId !== undefined && atMs >= (since.contexts.get(contextId) ?? never);
    // Success elsewhere is that of a user there who has the same name.
    if (isOurs && !(outcome === 'ok' && contextId !== undefined && !isOnOurs)) return [request];
    if (!isOnOurs) return [];
    return [outcome === 'ok' ? request : { ...request, principal: null }];
  });
}
