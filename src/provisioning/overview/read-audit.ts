import { authorizeProvider, type Provider } from '../access/authorization.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { AuditEntry, AuditFilter, AuditPage } from '../repositories/audit-repository.js';

/** Entries of the trail, newest first, and where the next page begins; null: there is none. */
export interface AuditAnswer {
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
}

/**
 * Entries of the audit trail: all for the master admin, those of manageable contexts for a reseller.
 * @throws ProvisioningError InvalidCredentials
 */
export async function findAuditEntries(
  installation: Installation,
  filter: AuditFilter,
  page: AuditPage,
  credentials: Credentials,
): Promise<AuditAnswer> {
  const provider = await authorizeProvider(installation, credentials);
  const ownerIds = await visibleOwners(installation, provider);
  const found = await installation.store.audit.find(filter, { ...page, length: page.length + 1 }, ownerIds);
  const entries = found.slice(0, page.length);
  return { entries, next: found.length > page.length ? (entries.at(-1)?.id ?? null) : null };
}

/** Owners of visible contexts, by the rule of ownsContext. */
async function visibleOwners(
  { store, settings }: Installation,
  provider: Provider,
): Promise<readonly number[] | null> {
  if (provider.kind === 'master') return null;
  const { id } = provider.reseller;
  if (!settings.masterAccountOverride) return [id];
  const children = await store.read.resellers.search({ pattern: '*', parentId: id });
  return [id, ...children.map((child) => child.id)];
}
