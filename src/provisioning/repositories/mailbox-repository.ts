import type { Page } from '../model/model.js';
import type { ToldAccount } from '../model/told-account.js';

/** A mailbox as a mail server that does not ask must have it. */
export interface MailAccount {
  /** The lower-cased primary address. */
  readonly mailbox: string;
  readonly contextId: number;
  readonly passwordHash: string;
  readonly mayLogin: boolean;
  readonly maySend: boolean;
  readonly mayReceive: boolean;
  /** Room for mail, at least 1; null: no limit. */
  readonly limitBytes: number | null;
  /** Lower-cased, without the mailbox itself. */
  readonly aliases: readonly string[];
  readonly objectQuotas: ReadonlyMap<MailObjectKind, number>;
  /** Limit of all mailboxes of the context together; null for no limit. */
  readonly tenantLimitBytes: number | null;
}

export interface MailAccountRepository {
  /** null: no user has that mailbox. */
  find(mailbox: string): Promise<MailAccount | null>;
  /** Limit of all mailboxes of a context together; null for no limit, undefined without such a context. */
  findTenantLimitBytes(contextId: number): Promise<number | null | undefined>;
  /** Mailboxes in ascending order that come after one, '' for the first. */
  list(after: string, limit: number): Promise<string[]>;
  /** Stores usage counted by the mail server; unowned mailboxes are skipped. */
  writeUsage(mailbox: string, usage: { readonly bytes: number; readonly messages: number }): Promise<void>;
  /** Facts sent to the server for these mailboxes. */
  findTold(mailboxes: readonly string[]): Promise<ToldAccount[]>;
  /** Remembers what a mail server was told, in place of what was remembered of that mailbox. */
  putTold(told: ToldAccount): Promise<void>;
  /** No error where nothing is remembered. */
  forgetTold(mailboxes: readonly string[]): Promise<void>;
}

/** A member of an announcement as its author sent it. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A text for end users, of whatever form its author gave it. */
export interface Announcement {
  readonly id: number;
  /** The reseller whose it is, null: the master admin's. */
  readonly ownerId: number | null;
  readonly enabled: boolean;
  readonly content: Readonly<Record<string, JsonValue>>;
}

export interface AnnouncementRepository {
  takeNextId(): Promise<number>;
  insert(announcement: Announcement): Promise<void>;
  find(id: number): Promise<Announcement | null>;
  /** Like find, and locks the row until the transaction ends. */
  lock(id: number): Promise<Announcement | null>;
  setEnabled(id: number, enabled: boolean): Promise<void>;
  delete(id: number): Promise<void>;
  /** Number of an owner's announcements, and their size as JSON; null for the master admin. */
  size(ownerId: number | null): Promise<{ readonly count: number; readonly bytes: number }>;
  /** Ascending by id; undefined: everybody's. */
  list(ownerId?: number): Promise<Announcement[]>;
}

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
  /** True when every context of the platform may use it. */
  readonly isShared: boolean;
  /** True when the master admin or a reseller approved it; false after an update or a context's first use. */
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
  /**
   * @returns false when there was no such catch-all
   * @returns whether there was one
   */
  deleteCatchall(catchall: DomainCatchall): Promise<boolean>;
  /** Number of the context's catch-alls, and presence of this one. */
  countCatchalls(catchall: DomainCatchall): Promise<{ readonly count: number; readonly isThere: boolean }>;
  /** By domain, then user id, with the present login of the user. */
  listCatchalls(contextId: number): Promise<(DomainCatchall & { readonly login: string })[]>;

  find(domain: string): Promise<MailDomain | null>;
  /** Like find, and blocks decisions about it on every node until the transaction ends. */
  lock(domain: string): Promise<MailDomain | null>;
  /** By domain. */
  search(search: MailDomainSearch): Promise<MailDomain[]>;
  /** An existing domain keeps its owner, without an error. */
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
   * Numbers of addresses, forwards and catch-alls of a domain, with those of one context apart. Scans all
   * addresses: not for hot paths.
   */
  countUses(domain: string, exceptContextId: number | null): Promise<number>;
  /**
   * Contexts using domains without the right to, so that these addresses get no mail. They come from
   * handed-over domains and from processes of the previous release. Scans all addresses: not for hot paths.
   */
  usesWithoutRight(limit: number): Promise<{ readonly domain: string; readonly contextId: number }[]>;
  /** Deletes the forwards and catch-alls that other contexts than this have of a domain. */
  deleteRoutesOfOthers(domain: string, contextId: number | null): Promise<void>;
}

/** An address whose mail goes elsewhere. */
export interface MailForward {
  /** Normalised: lower case, ASCII domain. Only one context can have it. */
  readonly alias: string;
  readonly contextId: number;
  /** In the order in which they were given. */
  readonly targets: readonly string[];
}

export interface MailForwardRepository {
  /** Inserts or replaces. @throws UniqueConflictError key `mailForward`, when it is another context's */
  put(forward: MailForward): Promise<void>;
  find(contextId: number, alias: string): Promise<MailForward | null>;
  /** Number of aliases. */
  count(contextId: number): Promise<number>;
  /** By alias. */
  list(contextId: number): Promise<MailForward[]>;
  /** Null: all of the context. @returns how many there were */
  delete(contextId: number, alias: string | null): Promise<number>;
}

/** Permitted uses of a mailbox. Web login is `User.enabled`. */
export interface MailboxPermissions {
  readonly send: boolean;
  readonly receive: boolean;
  /** IMAP, POP3 and the like. */
  readonly maillogin: boolean;
}

export interface MailboxPermissionRepository {
  /** Everything is allowed where nothing was ever forbidden. */
  find(contextId: number, userId: number): Promise<MailboxPermissions>;
  /** Absent = untouched. The user must exist. */
  update(contextId: number, userId: number, changes: Partial<MailboxPermissions>): Promise<void>;
}

/** Kinds of a user's mail server objects; each is a key of the namespace. */
export const mailObjectKinds = [
  'email',
  'mailbox',
  'calendar',
  'calendar-event',
  'address-book',
  'contact-card',
  'file-node',
  'identity',
  'email-submission',
  'sieve-script',
  'push-subscription',
] as const;
export type MailObjectKind = (typeof mailObjectKinds)[number];
