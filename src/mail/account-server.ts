import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';
import type { MailAccount } from '../provisioning/repositories/mailbox-repository.js';
import type { MailServer } from './mail-server.js';

/** What is known of an account before its server is told anything. */
export interface AccountMemory {
  /** Names under which the server may still have it: then it is renamed, with everything in it. */
  readonly formerNames: readonly string[];
  /** What was told of the account under any of its names. */
  readonly told: readonly ToldAccount[];
  /** Remembers what is about to be told; awaited before it is. */
  readonly intend: (serverId: string, facts: ToldFacts) => Promise<void>;
}

/** A mail server that does not read our database: accounts are made, changed and removed there by us. */
export interface AccountServer extends MailServer {
  /** What of an account this server is told. */
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

/** The password's hash in a form that a server takes for one; null: it would take it for a plain password. */
export function secretOf({ passwordHash }: Pick<MailAccount, 'passwordHash'>): string | null {
  // Stalwart takes for a plain password what it does not recognise (mailservers.md A6).
  return /^\{(CRYPT|SSHA512)\}[\x21-\x7e]+$/.test(passwordHash) ? passwordHash : null;
}

/** The two parts of an address; the last @ divides them. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}
