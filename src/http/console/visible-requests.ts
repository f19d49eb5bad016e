import { ownerIdsOf } from '../../provisioning/overview.js';
import type { ConsoleCaller } from './console-sessions.js';
import type { RecentRequest } from './recent-requests.js';

/**
 * The requests that somebody may see: the master admin all; a reseller those in its own name or a child's, and those on contexts that
 * they own. Who asked is hidden where that may be a stranger who was refused: then its login is nobody's business here.
 */
export async function visibleRequests(
  { deps, provider }: ConsoleCaller,
  requests: readonly RecentRequest[],
): Promise<RecentRequest[]> {
  const ownerIds = await ownerIdsOf(deps, provider);
  if (ownerIds === null) return [...requests];
  const names = new Set((await deps.store.resellers.findMany(ownerIds)).map(({ name }) => name));
  const contextIds = [...new Set(requests.flatMap(({ contextId }) => contextId ?? []))];
  const contexts = await deps.store.contexts.findMany(contextIds);
  const owned = new Set(
    contexts.filter(({ ownerId }) => ownerId !== null && ownerIds.includes(ownerId)).map(({ id }) => id),
  );
  return requests.flatMap((request) => {
    const { principal, contextId, outcome } = request;
    const isOurs = principal !== null && names.has(principal);
    const isOnOurs = contextId !== undefined && owned.has(contextId);
    // Success elsewhere is that of a user there who has the same name.
    if (isOurs && !(outcome === 'ok' && contextId !== undefined && !isOnOurs)) return [request];
    if (!isOnOurs) return [];
    return [outcome === 'ok' ? request : { ...request, principal: null }];
  });
}
