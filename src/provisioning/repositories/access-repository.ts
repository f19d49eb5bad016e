import type { ClaimHolder, MailClaim, UserClaims } from '../model/claims.js';
import type { Context, Filestore, Reseller, StoredUserData } from '../model/model.js';
import type { MailDomainState } from './mailbox-repository.js';
import type { UserCredentials } from './user-repository.js';

/** Login of a call, with its context. */
export interface AccessQuery {
  readonly contextId: number;
  /** Login as sent and as stored; resellers match either, users the second. */
  readonly login: { readonly asSent: string; readonly canonical: string };
  /** Names that a new user of the context would take, if it is about one. */
  readonly names?: WantedNames;
  /** User of the context to read along, shown if the caller may see it. */
  readonly shownUserId?: number;
}

/** Names that a new user would claim. */
export interface WantedNames {
  readonly login: string;
  /** With those that others must not have. */
  readonly claims: UserClaims;
  /** Of its addresses. */
  readonly domains: readonly string[];
  /** null: it gets none. */
  readonly mailbox: string | null;
}

/** Wanted names that are already taken. */
export interface TakenNames {
  readonly isLoginTaken: boolean;
  readonly displayNameHolder: ClaimHolder | null;
  mailHolder(claim: MailClaim): ClaimHolder | null;
  /** The states of those of the domains that the context may use. */
  readonly domainStates: ReadonlyMap<string, MailDomainState>;
  /** True when usage is recorded under the mailbox's name. */
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
  readonly shownUser: () => StoredUserData | null;
}

/** Cached facts of a context are outdated and nothing was changed, so the caller should read again. */
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

/** Account and address of a password attempt. */
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

/** Record of a login and an address. */
export interface LoginRecord {
  /** Of this login from this address. */
  readonly here: FailureCount;
  /** Of this login from all addresses where its right password was not used. */
  readonly elsewhere: FailureCount;
  /** Last use of the right password here; null for never. */
  readonly rightMs: number | null;
}

/** Failures including the present one, since the window began. */
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
 * Failed logins, shared by all processes on the database. Each method commits by itself, so that these counts
 * survive a rollback of the call.
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
  /** Pairs refused at present, the latest first. */
  listRefused(limits: RefusalLimits, sinceMs: number, length: number): Promise<RefusedPlace[]>;
  /** Deletes what counts no more. */
  forgetExpired(nowMs: number): Promise<void>;
  /** Number of refused login and address pairs, and of logins refused from unknown addresses. */
  countRefused(limits: RefusalLimits, sinceMs: number): Promise<{ here: number; elsewhere: number }>;
}
