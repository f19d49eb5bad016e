import type { MailAccount } from '../provisioning/mail-account-repository.js';
import type { MailServer } from './mail-server.js';

/** A mail server that does not read our database: accounts are made, changed and removed there by us. */
export interface AccountServer extends MailServer {
  /**
   * Makes an account what it must be; may be repeated.
   * @param formerNames under which the server may still have it: then it is renamed, with everything in it
   * @throws MailServerError
   */
  applyAccount(account: MailAccount, formerNames: readonly string[]): Promise<void>;
  /**
   * Limits all mailboxes of a context together, null = no limit. A server that cannot do so does nothing.
   * @throws MailServerError
   */
  applyTenant(contextId: number, limitBytes: number | null): Promise<void>;
}

/** What a server gets to know a password by: a hash in a form that it takes for one, or (null) nothing, so that nobody can log in. */
export function secretOf({ mayLogin, passwordHash }: MailAccount): string | null {
  if (!mayLogin) return null;
  // Stalwart takes for a plain password what it does not recognise (mailservers.md A6).
  return /^\{(CRYPT|SSHA512)\}[\x21-\x7e]+$/.test(passwordHash) ? passwordHash : null;
}

/** The two parts of an address; the last @ divides them. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}
