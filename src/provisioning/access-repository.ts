import type { Context, Filestore, Reseller } from './model.js';
import type { ClaimHolder, MailClaim, UserClaims, UserCredentials } from './store.js';
import type { MailDomainState } from './mail-domain-repository.js';
import type { StoredUserAndGroup } from './user-data-repository.js';

/** Who calls, about which context. */
export interface AccessQuery {
  readonly contextId: number;
  /** As it was sent and as it is stored; resellers go by either, users by the second. */
  readonly login: { readonly asSent: string; readonly canonical: string };
  /** Names that a new user of the context would take, if it is about one. */
  readonly names?: WantedNames;
  /** A user of the context who is read with all the rest, to be shown if the caller may see it. */
  readonly shownUserId?: number;
}

/** What a new user would take for itself. */
export interface WantedNames {
  readonly login: string;
  /** With those that others must not have. */
  readonly claims: UserClaims;
  /** Of its addresses. */
  readonly domains: readonly string[];
  /** null: it gets none. */
  readonly mailbox: string | null;
}

/** Who has the names that were asked for already. */
export interface TakenNames {
  readonly isLoginTaken: boolean;
  readonly displayNameHolder: ClaimHolder | null;
  mailHolder(claim: MailClaim): ClaimHolder | null;
  /** The states of those of the domains that the context may use. */
  readonly domainStates: ReadonlyMap<string, MailDomainState>;
  /** Whether usage is written down under the name of the mailbox. */
  readonly hasMailUsage: boolean;
}

/** Everything that a call on a context needs to know of the context and the caller before it does anything. */
export interface AccessFacts {
  readonly context: Context | null;
  /** Grows whenever what the unified flags of the context's users depend on may have changed. */
  readonly cascadeVersion: number;
  /** The context's owner, and after it the owner's parent. */
  readonly owners: readonly Reseller[];
  /** The file storage that the context lives in. */
  readonly filestore: Filestore | null;
  /** The module access of the context's admin. */
  readonly adminModuleAccess: number;
  /** The reseller with the login, whether or not it owns the context. */
  readonly resellerId: number | null;
  /** The user of the context with the login. */
  readonly user: UserCredentials | null;
  /** null: no names were asked for. */
  readonly taken: TakenNames | null;
  /**
   * The user who was to be read on the way; null: there is none, or none was asked for. Called only once the caller is let in, so
   * that a refusal takes as long whoever is there.
   */
  readonly shownUser: () => StoredUserAndGroup | null;
}

/** What was read of a context is no longer so, and nothing was changed: whoever read it should read it again. */
export class StaleAccessError extends Error {
  constructor() {
    super('the context was changed meanwhile');
    this.name = 'StaleAccessError';
  }
}

/** Reads what authorisation needs, in one round trip where the database can. */
export interface AccessRepository {
  find(query: AccessQuery): Promise<AccessFacts>;
}
