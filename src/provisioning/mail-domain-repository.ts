import type { Page } from './page.js';

/** A user who receives what is sent to addresses of a domain that nobody has. */
export interface DomainCatchall {
  /** Normalised: lower case, ASCII. */
  readonly domain: string;
  readonly contextId: number;
  readonly userId: number;
}

/** Only the mail of an active domain is delivered. A suspended one was active, a waiting one is not approved yet. */
export type MailDomainState = 'active' | 'suspended' | 'waiting';

export type MailDomainOwner =
  | { readonly kind: 'context'; readonly contextId: number }
  | { readonly kind: 'reseller'; readonly resellerId: number }
  | { readonly kind: 'provider' };

export interface MailDomain {
  /** Normalised: lower case, ASCII. */
  readonly domain: string;
  readonly owner: MailDomainOwner;
  /** Whether every context of the platform may use it. */
  readonly isShared: boolean;
  /** Whether the master admin or a reseller approved it; else it came with an update, or a context took it. */
  readonly isApproved: boolean;
  readonly state: MailDomainState;
}

/** A context that may use a domain. */
export interface DomainContext {
  readonly contextId: number;
  /** The reseller that owns the context. */
  readonly ownerId: number | null;
}

export interface MailDomainSearch {
  /** Domains that these contexts own or may use; null: of any. */
  readonly contextId?: number | null;
  /** Domains that these resellers or their contexts own; null: of any. */
  readonly ownerIds?: readonly number[] | null;
  /** Absent: both; so, too, below. */
  readonly isApproved?: boolean;
  readonly isShared?: boolean;
  readonly page?: Page | null;
}

export interface MailDomainRepository {
  /** Repeating it is no error. The user must exist. */
  insertCatchall(catchall: DomainCatchall): Promise<void>;
  /** @returns whether there was one */
  deleteCatchall(catchall: DomainCatchall): Promise<boolean>;
  /** By domain, then user id, with the present login of the user. */
  listCatchalls(contextId: number): Promise<(DomainCatchall & { readonly login: string })[]>;

  find(domain: string): Promise<MailDomain | null>;
  /** As find, and keeps everybody else from deciding about it until the transaction ends, on every node. */
  lock(domain: string): Promise<MailDomain | null>;
  /** By domain. */
  search(search: MailDomainSearch): Promise<MailDomain[]>;
  /** Whoever has the domain keeps it: no error if it is there. */
  insertIfFree(domain: MailDomain): Promise<void>;
  update(domain: string, changes: Partial<Omit<MailDomain, 'domain'>>): Promise<void>;
  /** With what contexts were allowed of it. */
  delete(domain: string): Promise<void>;

  /** The states of those of the domains that a context may use. */
  statesFor(contextId: number, domains: readonly string[]): Promise<ReadonlyMap<string, MailDomainState>>;
  /** The contexts that may use a domain, by id. */
  contextsOf(domain: string): Promise<DomainContext[]>;
  /** Lets a context use a domain that is there; repeating it is no error. */
  addContext(domain: string, contextId: number): Promise<void>;
  /** Takes the domain from all contexts but this one. */
  removeOtherContexts(domain: string, contextId: number | null): Promise<void>;
  /**
   * How many addresses, forwards and catch-alls there are of a domain, those of one context apart. Looks through all addresses: not for
   * hot paths.
   */
  countUses(domain: string, exceptContextId: number | null): Promise<number>;
  /**
   * Contexts with addresses, forwards or catch-alls of domains that they may not use, so that these get no mail: what was handed over, and
   * what a process of the release before made. Looks through all addresses: not for hot paths.
   */
  usesWithoutRight(limit: number): Promise<{ readonly domain: string; readonly contextId: number }[]>;
  /** Deletes the forwards and catch-alls that other contexts than this have of a domain. */
  deleteRoutesOfOthers(domain: string, contextId: number | null): Promise<void>;
}
