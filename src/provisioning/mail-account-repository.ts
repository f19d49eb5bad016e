import type { MailObjectKind } from './mail-object-quotas.js';
import type { ToldAccount } from './told-account.js';

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
  /** How much all mailboxes of the context may hold together; null: no limit. */
  readonly tenantLimitBytes: number | null;
}

export interface MailAccountRepository {
  /** null: no user has that mailbox. */
  find(mailbox: string): Promise<MailAccount | null>;
  /** How much all mailboxes of a context may hold together, null: no limit; undefined without such a context. */
  findTenantLimitBytes(contextId: number): Promise<number | null | undefined>;
  /** Mailboxes in ascending order that come after one, '' for the first. */
  list(after: string, limit: number): Promise<string[]>;
  /** What the mail server counts. Mailboxes that nobody has are left out. */
  writeUsage(mailbox: string, usage: { readonly bytes: number; readonly messages: number }): Promise<void>;
  /** What is remembered of these mailboxes. */
  findTold(mailboxes: readonly string[]): Promise<ToldAccount[]>;
  /** Remembers what a mail server was told, in place of what was remembered of that mailbox. */
  putTold(told: ToldAccount): Promise<void>;
  /** No error where nothing is remembered. */
  forgetTold(mailboxes: readonly string[]): Promise<void>;
}
