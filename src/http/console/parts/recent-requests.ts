import type { RequestLine } from '../../../observe/logging.js';
import { ownerIdsOf } from '../../../provisioning/access/authorization.js';
import type { ConsoleCaller } from './console-sessions.js';

/** A request that was answered, and when. */
export interface RecentRequest extends RequestLine {
  readonly atMs: number;
}

/** Calls of an operation, and how many of them failed. */
export interface FaultRate {
  readonly service: string;
  readonly operation: string;
  readonly requests: number;
  readonly faults: number;
}

const defaultLength = 5_000;
/** Logins are whatever people send. */
const longestText = 200;

/** The last requests of this process, for people who look. Older ones are forgotten. */
export class RecentRequests {
  private readonly ring: RecentRequest[] = [];
  private next = 0;

  constructor(
    private readonly length: number = defaultLength,
    private readonly now: () => number = Date.now,
  ) {}

  add(line: RequestLine): void {
    const principal = line.principal?.slice(0, longestText) ?? null;
    const operation = line.operation?.slice(0, longestText) ?? null;
    this.ring[this.next] = { ...line, principal, operation, atMs: this.now() };
    this.next = (this.next + 1) % this.length;
  }

  /** The newest first. */
  list(): RecentRequest[] {
    return [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)].reverse();
  }
}

/** By service and operation, the most faults first. */
export function faultRates(requests: readonly RecentRequest[]): FaultRate[] {
  const rates = new Map<string, FaultRate>();
  for (const { service, operation: name, outcome } of requests) {
    const operation = name ?? '(none)';
    const key = `${service} ${operation}`;
    const { requests: all, faults } = rates.get(key) ?? { requests: 0, faults: 0 };
    const isFault = outcome !== 'ok';
    rates.set(key, { service, operation, requests: all + 1, faults: faults + (isFault ? 1 : 0) });
  }
  return [...rates.values()].sort((a, b) => b.faults - a.faults || b.requests - a.requests);
}

/**
 * Recent requests visible to a caller: all for the master admin. A reseller sees its own, its children's and
 * those on its contexts since it owns them. Logins of refused callers, who may be strangers, are hidden.
 */
export async function visibleRequests(
  { installation, provider }: ConsoleCaller,
  requests: readonly RecentRequest[],
): Promise<RecentRequest[]> {
  const ownerIds = await ownerIdsOf(installation, provider);
  if (ownerIds === null) return [...requests];
  const contextIds = [...new Set(requests.flatMap(({ contextId }) => contextId ?? []))];
  const contexts = await installation.store.read.contexts.findMany(contextIds);
  const owned = contexts.filter(({ ownerId }) => ownerId !== null && ownerIds.includes(ownerId));
  const since = await installation.store.read.overview.ownedSince(
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
