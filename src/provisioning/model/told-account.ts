/** What of an account a mail server can be told, in a form that can be compared. */
export interface ToldFacts {
  /** Beside the mailbox itself. */
  readonly aliases: readonly string[];
  /** SHA-256 of the secrets that are ours, so that no password hash is stored twice. */
  readonly secretMarks: readonly string[];
  /** null: no limit. */
  readonly limitBytes: number | null;
  /** Permissions that are taken away, by the server's names. */
  readonly disabledPermissions: readonly string[];
  /** Limits of objects, by the server's names. */
  readonly objectQuotas: Readonly<Record<string, number>>;
  /** The context as whose tenant's member the account was told, null: none. */
  readonly tenantOf: number | null;
}

/** What a mail server was told last of an account. */
export interface ToldAccount {
  readonly mailbox: string;
  /** As the server names the account; empty while it is being made. */
  readonly serverId: string;
  /** False: some of it may not have arrived, so the server is to be asked what it has. */
  readonly isSettled: boolean;
  readonly facts: ToldFacts;
}
