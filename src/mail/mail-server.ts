import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';
import type { MailAccount } from '../provisioning/repositories/mailbox-repository.js';
import { readFigure } from '../util/foreign-figure.js';

/** Usage of a mailbox as its mail server counts it. */
export interface MailboxUsage {
  readonly bytes: number;
  readonly messages: number;
  /** The server said a number below 0, with its sign or without. */
  readonly isNegative?: boolean;
}

/**
 * The one mail server behind the installation. A mailbox is named as in the store: the lower-cased primary address of its user. Every
 * wait is bounded, and no method is ever called inside of a database transaction.
 */
export interface MailServer {
  /**
   * Tells the server how much mail a mailbox may hold, null = no limit. A server that reads our database does nothing here.
   * @throws MailServerError
   */
  applyLimit(mailbox: string, limitBytes: number | null): Promise<void>;
  /**
   * Current usage of a mailbox; null for a mailbox unknown to the server.
   * @throws MailServerError
   */
  readUsage(mailbox: string): Promise<MailboxUsage | null>;
  /**
   * Lets the server count a mailbox anew; no error when it does not know it.
   * @throws MailServerError
   */
  recalculate(mailbox: string): Promise<void>;
  /**
   * Ends the open sessions of a mailbox, so that the next one meets the present limit, password and rights. None open is no error.
   * @throws MailServerError
   */
  dropSessions(mailbox: string): Promise<void>;
  /**
   * Takes a mailbox away whose user is deleted; no error when it is not there.
   * @throws MailServerError
   */
  remove(mailbox: string): Promise<void>;
}

/** Kind of a failure, which decides about a retry. */
export type MailServerFailure =
  /** No complete answer in time, or a temporary refusal: it may work later. */
  | 'unreachable'
  /** Our credentials were refused. */
  | 'refused'
  /** The server answered that it could not, or something that cannot be understood. */
  | 'failed';

/** A mail server did not do what was asked. The message holds no credential. */
export class MailServerError extends Error {
  override readonly name = 'MailServerError';

  constructor(
    readonly failure: MailServerFailure,
    message: string,
  ) {
    super(message);
  }
}

/** The server answered as usage what is no count. */
export class UnreadableUsageError extends MailServerError {
  constructor(server: string) {
    super('failed', `${server} answered a usage that is no count`);
  }
}

/** @throws UnreadableUsageError */
export function usageOf(server: string, given: { bytes: unknown; messages: unknown }): MailboxUsage {
  const [bytes, messages] = [readFigure(given.bytes), readFigure(given.messages)];
  if (bytes.value === null || messages.value === null) throw new UnreadableUsageError(server);
  const usage = { bytes: bytes.value, messages: messages.value };
  return bytes.fault === null && messages.fault === null ? usage : { ...usage, isNegative: true };
}

/** Knowledge about an account on the server, from before a sync. */
export interface AccountMemory {
  /** Names under which the server may still have it: then it is renamed, with everything in it. */
  readonly formerNames: readonly string[];
  /** Facts sent to the server before, under any of the account's names. */
  readonly told: readonly ToldAccount[];
  /** Remembers what is about to be told; awaited before it is. */
  readonly intend: (serverId: string, facts: ToldFacts) => Promise<void>;
}

/** A mail server that does not read our database: accounts are made, changed and removed there by us. */
export interface AccountServer extends MailServer {
  /** Facts of an account that this server needs. */
  factsOf(account: MailAccount): ToldFacts;
  /**
   * Makes an account what it must be, and leaves alone whatever else it has there; may be repeated.
   * @returns what the server has been told by now
   * @throws MailServerError
   */
  applyAccount(account: MailAccount, memory: AccountMemory): Promise<ToldAccount>;
  /**
   * Limits all mailboxes of a context together, null = no limit. A server that cannot do so does nothing.
   * @throws MailServerError
   */
  applyTenant(contextId: number, limitBytes: number | null): Promise<void>;
}

/** Password hash in a form that the server recognises; null when it would take it for plain text. */
export function secretOf({ passwordHash }: Pick<MailAccount, 'passwordHash'>): string | null {
  // Stalwart takes for a plain password what it does not recognise (docs/contract/mail-servers.md#1-5).
  return /^\{(CRYPT|SSHA512)\}[\x21-\x7e]+$/.test(passwordHash) ? passwordHash : null;
}

/** The two parts of an address; the last @ divides them. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}
