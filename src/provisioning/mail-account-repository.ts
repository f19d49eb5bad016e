/** A mailbox as a mail server that does not ask must have it. */
export interface MailAccount {
  /** The lower-cased primary address. */
  readonly mailbox: string;
  readonly contextId: number;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly mayLogin: boolean;
  /** Room for mail, at least 1; null: no limit. */
  readonly limitBytes: number | null;
  /** Lower-cased, without the mailbox itself. */
  readonly aliases: readonly string[];
  /** The attributes of the namespace `stalwart`. */
  readonly serverAttributes: ReadonlyMap<string, string>;
  /** Whether the context is limited as a tenant. */
  readonly isInTenant: boolean;
}

export interface MailAccountRepository {
  /** null: no user has that mailbox. */
  find(mailbox: string): Promise<MailAccount | null>;
  /** What a context says in the namespace `stalwart`, null without such a context. */
  findTenantAttributes(contextId: number): Promise<ReadonlyMap<string, string> | null>;
  /** Mailboxes in ascending order that come after one, '' for the first. */
  list(after: string, limit: number): Promise<string[]>;
  /** What the mail server counts. Mailboxes that nobody has are left out. */
  writeUsage(mailbox: string, usage: { readonly bytes: number; readonly messages: number }): Promise<void>;
}
