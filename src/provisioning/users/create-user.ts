import { authorizeUserCreation, type ContextAccess } from '../access/authorization.js';
import { mailboxAddresses } from '../addresses/mail-addresses.js';
import { domainsOf } from '../addresses/mail-domains.js';
import { isDomainUsable, useDomains } from '../addresses/use-mail-domains.js';
import { errors } from '../errors/errors.js';
import { StoreUnavailableError } from '../errors/store-errors.js';
import type { Installation } from '../installation/installation.js';
import type { UserClaims } from '../model/claims.js';
import type { Credentials } from '../model/credentials.js';
import type { User } from '../model/model.js';
import { withoutPublicFolderEditable } from '../model/module-access.js';
import { checkNoPermissionCapabilities } from '../quota/config-cascade.js';
import { configScopes, defaultLanguage, isUnifiedQuotaEnabled } from '../quota/config-scopes.js';
import { filestoreForNewUser, noFilestore } from '../registry/filestores.js';
import { type AccessFacts, StaleAccessError } from '../repositories/access-repository.js';
import type { NewUser } from '../repositories/user-repository.js';
import { keepingUserLimits } from '../resellers/restriction-limits.js';
import { requireContextId } from './identify-users.js';
import { prepareUser } from './prepare-user.js';
import type { UserFields } from './user-fields.js';
import { lookedUp, reportingUserConflicts, wantedNames } from './user-names.js';

/** Maximum of tries when the context changes during a create. */
const maxTries = 5;

/** Module access of a new user: like the context admin's, by flags, or by combination name. */
export type NewUserAccess =
  | { readonly kind: 'likeAdmin' }
  | { readonly kind: 'mask'; readonly moduleAccess: number }
  | { readonly kind: 'named'; readonly name: string };

/** Request of the user service's three create operations; null for absent members. */
export interface CreateUserRequest {
  readonly contextId: number | null | undefined;
  readonly fields: UserFields | null;
  readonly access: NewUserAccess | null;
}

/**
 * Creates a user. Checks follow the order of the source, but authentication comes first
 * (docs/contract/choices.md#4), as in all operations.
 * Source: docs/contract/users.md#1-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function createUser(
  installation: Installation,
  request: CreateUserRequest,
  credentials: Credentials,
): Promise<User> {
  const contextId = requireContextId(request.contextId);
  const names = wantedNames(installation, contextId, request.fields);
  for (let tries = 1; ; tries += 1) {
    const access = await authorizeUserCreation(installation, credentials, contextId, names);
    try {
      return await createIn(installation, request, access);
    } catch (error) {
      if (!(error instanceof StaleAccessError)) throw error;
      if (tries === maxTries) throw new StoreUnavailableError();
    }
  }
}

async function createIn(
  installation: Installation,
  { fields, access }: CreateUserRequest,
  caller: ContextAccess,
): Promise<User> {
  const { context, facts } = caller;
  if (fields === null || access === null) throw errors.missingArgument();
  if (access.kind === 'named' && access.name.trim() === '') throw errors.invalidAccessCombinationName();
  const moduleAccess = moduleAccessFor(installation, facts, access);
  checkNoPermissionCapabilities(fields.attributeChanges);
  const owners = { users: installation.store.read.users, resellers: { find: findAmong(facts.owners) } };
  const scopes = await configScopes(
    { ...installation, store: { read: owners } },
    context,
    facts.adminModuleAccess,
  );
  const { user, claims } = await prepareUser(
    installation,
    {
      contextId: context.id,
      isContextAdmin: false,
      moduleAccess,
      defaultLanguage: defaultLanguage(installation, scopes),
      nameHolders: facts.taken === null ? installation.store.read.users : lookedUp(facts.taken),
      chooseFilestore: () => filestoreForNewUser(installation, context, fields, facts.filestore),
    },
    fields,
  );
  const wanted: NewUser = {
    user,
    claims,
    guard: {
      cascadeVersion: facts.cascadeVersion,
      isUnifiedEnabled: isUnifiedQuotaEnabled(scopes, user),
      // Without a quota nobody asked whether it exists.
      holdsFilestore: user.maxQuotaMb >= 0 && user.filestoreId !== noFilestore,
      hasMailUsage: facts.taken?.hasMailUsage ?? true,
      forwarded: forwardedAmong(facts, claims),
    },
  };
  const id = await reportingUserConflicts(installation, user, () => insert(installation, caller, wanted));
  return { ...user, id };
}

/** Restrictions need locks, and new domains registration; without either, the store needs one step. */
function insert(installation: Installation, caller: ContextAccess, wanted: NewUser): Promise<number> {
  const { facts, principal } = caller;
  const { contextId } = wanted.user;
  const domains = domainsOf(mailboxAddresses(wanted.user));
  const states = facts.taken?.domainStates;
  const unknown = domains.filter(
    (name) => !isDomainUsable(installation.settings, principal, states?.get(name)),
  );
  const payer = facts.owners.at(-1);
  const isLimited =
    payer !== undefined && payer.restrictions.length + (facts.context?.restrictions.length ?? 0) > 0;
  const isReady = facts.taken !== null && unknown.length === 0;
  if (!isLimited && isReady) return installation.store.users.create(wanted);
  return installation.store.transaction((tx) =>
    keepingUserLimits(installation, tx, contextId, async () => {
      await useDomains(installation, tx, caller, unknown);
      return tx.users.create(wanted);
    }),
  );
}

/** The addresses of a new user that forwards of its context claim, as far as it was asked. */
function forwardedAmong({ taken }: AccessFacts, { mail }: UserClaims): string[] {
  return mail.filter((claim) => taken?.mailHolder(claim)?.kind === 'forward').map(({ address }) => address);
}

function moduleAccessFor(installation: Installation, facts: AccessFacts, access: NewUserAccess): number {
  if (access.kind === 'mask') return withoutPublicFolderEditable(access.moduleAccess);
  if (access.kind === 'named')
    return withoutPublicFolderEditable(installation.accessCombinations.moduleAccess(access.name));
  return withoutPublicFolderEditable(facts.adminModuleAccess);
}

function findAmong(owners: AccessFacts['owners']) {
  return (id: number) => Promise.resolve(owners.find((owner) => owner.id === id) ?? null);
}
