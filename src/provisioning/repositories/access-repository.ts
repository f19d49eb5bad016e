import type { ClaimHolder, MailClaim, UserClaims } from '../model/claims.js';
import type { Context, Filestore, Reseller, StoredUserAndGroup } from '../model/model.js';
import type { MailDomainState } from './mailbox-repository.js';
import type { UserCredentials } from './user-repository.js';

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

/** Whose password was tried, and from where. */
export interface LoginPlace {
  /** A hash: attempts hold whatever people type into the field of a login. */
  readonly account: string;
  readonly address: string;
  /** The context of the login, with which the counts go; null or absent: it is that of a provider. */
  readonly contextId?: number | null;
}

/** Failures since the first of them. */
export interface FailureCount {
  readonly failures: number;
  readonly sinceMs: number;
}

/** What is on record of a login and an address. */
export interface LoginRecord {
  /** Of this login from this address. */
  readonly here: FailureCount;
  /** Of this login from all addresses where its right password was not used. */
  readonly elsewhere: FailureCount;
  /** When the right password was last used here; null: never. */
  readonly rightMs: number | null;
}

/** How many failures there were with the present one, since the window began. */
export interface Failures {
  readonly here: number;
  readonly elsewhere: number;
  /** Of all logins from this address. */
  readonly atAddress: number;
}

/** The limits from which on logins are refused. */
export interface RefusalLimits {
  readonly here: number;
  readonly elsewhere: number;
}

/** A login that is refused from an address. */
export interface RefusedPlace extends LoginPlace, FailureCount {}

/**
 * Failed logins, as all processes on the database know them. Every method stands for itself: what else a call does, or does not do in the
 * end, leaves these counts alone.
 */
export interface LoginAttempts {
  read(place: LoginPlace): Promise<LoginRecord>;
  /** Counts a failure; counts that began before the window start anew. `isKnownPlace`: it does not count as elsewhere. */
  addFailure(
    place: LoginPlace,
    at: { readonly nowMs: number; readonly windowMs: number; readonly isKnownPlace: boolean },
  ): Promise<Failures>;
  /** Notes that the right password was used: what failed there before counts no more. */
  addRight(place: LoginPlace, nowMs: number, keptMs: number): Promise<void>;
  /**
   * Ends refusals: forgets the failures of a login, or of an address, or (both) of the one from the other.
   * @returns how many counts there were
   */
  forgetFailures(of: Partial<LoginPlace>): Promise<number>;
  /** What is refused at present, the latest first. */
  listRefused(limits: RefusalLimits, sinceMs: number, length: number): Promise<RefusedPlace[]>;
  /** Deletes what counts no more. */
  forgetExpired(nowMs: number): Promise<void>;
  /** How many pairs of login and address, and how many logins from unknown addresses, are refused. */
  countRefused(limits: RefusalLimits, sinceMs: number): Promise<{ here: number; elsewhere: number }>;
}
