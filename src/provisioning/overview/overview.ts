import { authorizeContextAdmin, authorizeProvider, ownerIdsOf } from '../access/authorization.js';
import { type ContextData, contextsData } from '../contexts/read-contexts.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Page } from '../model/model.js';
import type { OverviewCounts, UserSummary } from '../repositories/overview-repository.js';
import type { UserKey } from '../repositories/quota-repository.js';
import type { UsageSample } from '../repositories/usage-repository.js';

/** Overview of an installation or a reseller. */
export interface Overview extends OverviewCounts {
  /** null: the installation lets nobody look into contexts from outside. */
  readonly fullest: readonly UserSummary[] | null;
  /** True when only users who had reached a threshold were considered. */
  readonly onlyReached: boolean;
}

/** Above this many users, who is fullest is looked up only among those who reached a threshold. */
const mostCompared = 50_000;
const fullestLength = 10;

/**
 * Counts of contexts and users, and the fullest mailboxes: of all, or of a reseller's and its children's
 * contexts. It scans each user once or twice, so callers cache the answer.
 * @throws ProvisioningError InvalidCredentials
 */
export async function getOverview(installation: Installation, credentials: Credentials): Promise<Overview> {
  const provider = await authorizeProvider(installation, credentials);
  const ownerIds = await ownerIdsOf(installation, provider);
  const counts = await installation.store.read.overview.counts(ownerIds);
  const onlyReached = counts.users > mostCompared;
  const fullest = installation.settings.masterAccountOverride
    ? await installation.store.read.overview.fullest(ownerIds, fullestLength, onlyReached)
    : null;
  return { ...counts, fullest, onlyReached };
}

/**
 * Users of all contexts that the caller owns whose login, mail address or display name begins with a text.
 * @throws ProvisioningError InvalidCredentials
 */
export async function findUsersByBeginning(
  installation: Installation,
  beginning: string,
  length: number,
  credentials: Credentials,
): Promise<UserSummary[]> {
  const provider = await authorizeProvider(installation, credentials);
  if (!installation.settings.masterAccountOverride) throw errors.authenticationFailed();
  const { overview } = installation.store.read;
  const ownerIds = await ownerIdsOf(installation, provider);
  return overview.summaries(await overview.find(spellings(beginning), ownerIds, length));
}

/**
 * Users of one context by their ids, for a list.
 * @throws ProvisioningError InvalidCredentials
 */
export async function summarizeUsers(
  installation: Installation,
  contextId: number,
  userIds: readonly number[],
  credentials: Credentials,
): Promise<UserSummary[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  return installation.store.read.overview.summaries(
    userIds.map((userId) => ({ contextId: context.id, userId })),
  );
}

/**
 * A page of the contexts that the caller owns, or of those that one reseller among them owns.
 * @param search as in listContexts
 * @param ownerId null: all of them
 * @throws ProvisioningError InvalidCredentials
 */
export async function searchOwnContexts(
  installation: Installation,
  search: { readonly pattern: string; readonly ownerId: number | null; readonly page: Page },
  credentials: Credentials,
): Promise<ContextData[]> {
  const provider = await authorizeProvider(installation, credentials);
  const { pattern, ownerId, page } = search;
  const all = await ownerIdsOf(installation, provider);
  const ownerIds = ownerId === null ? all : [ownerId].filter((id) => all === null || all.includes(id));
  const found: ContextData[] = [];
  for await (const data of contextsData(
    installation,
    await installation.store.read.contexts.searchIds({ pattern, ownerIds, page }),
  ))
    found.push(data);
  return found;
}

/**
 * Usage history of a user.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext
 */
export async function getUsageSamples(
  installation: Installation,
  { contextId, userId }: UserKey,
  sinceMs: number,
  credentials: Credentials,
): Promise<UsageSample[]> {
  await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  return installation.store.read.usageSamples.list({ contextId, userId }, sinceMs);
}

/** Logins and addresses are stored in lower case, display names as somebody wrote them. */
function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  const capitals = lower.replaceAll(/(?<=^|[\s-])\p{L}/gu, (letter) => letter.toUpperCase());
  return [...new Set([text, lower, capitals])];
}
