/** Server of a foreign mailbox; null for unspecified parts. */
export interface AccountEndpoint {
  readonly server: string | null;
  readonly port: number | null;
  /** `imap`, `pop3`, `smtp` … */
  readonly protocol: string | null;
  /** TLS from the first byte. */
  readonly secure: boolean | null;
  readonly startTls: boolean | null;
}

/** The names of the special folders of a foreign mailbox. */
export const accountFolders = [
  'archiveFullname',
  'draftsFullname',
  'sentFullname',
  'spamFullname',
  'trashFullname',
  'confirmedSpamFullname',
  'confirmedHamFullname',
] as const;

/** Settings of a foreign mailbox. Its passwords are not stored, since they could not be hashed. */
export type SecondaryAccountSettings = Readonly<Record<(typeof accountFolders)[number], string | null>> & {
  /** Address as given. It cannot be changed. */
  readonly primaryAddress: string;
  readonly login: string | null;
  readonly name: string | null;
  readonly personal: string | null;
  readonly replyTo: string | null;
  readonly mail: AccountEndpoint;
  readonly transportLogin: string | null;
  readonly transport: AccountEndpoint;
};

/** A foreign mailbox in a user's mail program. */
export interface SecondaryAccount {
  readonly contextId: number;
  readonly userId: number;
  readonly id: number;
  /** The primary address, normalised. A user has only one account with it. */
  readonly address: string;
  readonly settings: SecondaryAccountSettings;
}

export interface SecondaryAccountRepository {
  /** The first of `count` ids in a row that nobody has. */
  takeIds(count: number): Promise<number>;
  /** @throws UniqueConflictError key `secondaryAccount`, value the address */
  insert(accounts: readonly SecondaryAccount[]): Promise<void>;
  /** Accounts of the users (null for all) with the address, locked until the transaction ends. */
  lockByAddress(
    contextId: number,
    address: string,
    userIds: readonly number[] | null,
  ): Promise<SecondaryAccount[]>;
  update(account: SecondaryAccount): Promise<void>;
  delete(contextId: number, ids: readonly number[]): Promise<void>;
  /** Number of accounts by user; users without any are left out. */
  countByUser(contextId: number, userIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** By user, then id; null: of everybody in the context. */
  list(contextId: number, userIds: readonly number[] | null): Promise<SecondaryAccount[]>;
}
