/** Facts of an account for a mail server, in comparable form. */
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

/** Facts sent to a mail server last. */
export interface ToldAccount {
  readonly mailbox: string;
  /** Server's id of the account; empty while it is being created. */
  readonly serverId: string;
  /** False: some of it may not have arrived, so the server is to be asked what it has. */
  readonly isSettled: boolean;
  readonly facts: ToldFacts;
}
