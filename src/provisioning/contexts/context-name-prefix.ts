import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Reseller } from '../model/model.js';

/** A name has few underscores; of more than these the last ones count. */
const maxPrefixes = 20;

/** The names that a request gives to a context; undefined: none. */
export interface WantedContextNames {
  readonly name: string | undefined;
  readonly loginMappings: readonly string[];
}

/**
 * Refuses what looks like another reseller's context, where names begin with the login of the owner (CONTEXT_NAME_PREFIX=login). Login
 * mappings need no login, but must not have that of another.
 * Source: docs/contract/oxaas.md#3-1.
 * @param owner of the context; null: the master admin, who names contexts as he likes
 * @throws ProvisioningError InvalidData
 */
export async function checkContextNames(
  { store, settings }: Pick<Installation, 'store' | 'settings'>,
  owner: Reseller | null,
  { name, loginMappings }: WantedContextNames,
): Promise<void> {
  if (settings.contextNamePrefix === 'none' || owner === null) return;
  const prefix = `${owner.name}_`;
  if (name !== undefined && !name.startsWith(prefix)) throw errors.contextNamePrefixMissing(prefix);
  for (const text of new Set(name === undefined ? loginMappings : [name, ...loginMappings]))
    for (const login of loginsBefore(text)) {
      if (login === owner.name) break;
      if ((await store.read.resellers.findByName(login)) !== null) throw errors.contextNameNotAllowed(text);
    }
}

/** Texts before each underscore, longest first, since logins may contain underscores. */
function loginsBefore(text: string): string[] {
  const ends = [...text.matchAll(/_/g)].map(({ index }) => index);
  return ends
    .toReversed()
    .slice(0, maxPrefixes)
    .map((end) => text.slice(0, end));
}
