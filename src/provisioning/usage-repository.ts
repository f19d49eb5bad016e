/** Whose usage is counted: a context's own storage (user 0), or a user's mailbox and own storage. */
export interface UsageHolder {
  readonly contextId: number;
  readonly userId: number;
  /** null: has none. */
  readonly mailbox: string | null;
  /** Whether there are files that count here and nowhere else. */
  readonly hasFiles: boolean;
}

/** Which holders; null = all. */
export interface HolderSelection {
  readonly contexts: boolean;
  readonly users: boolean;
  readonly contextId: number | null;
  readonly userId: number | null;
}

/** A place in the order of all holders: by context, its own storage first, then its users. */
export type HolderKey = Pick<UsageHolder, 'contextId' | 'userId'>;

/** What is stored of a mailbox. */
export interface MailCount {
  readonly bytes: number;
  readonly messages: number;
}

/** What is stored of files. */
export interface FileCount {
  readonly bytes: number;
  readonly files: number;
}

/** Absolute usage per product, for whoever counts it anew. */
export interface UsageRepository {
  /** The next holders in order after a place. */
  holdersAfter(place: HolderKey, selection: HolderSelection, length: number): Promise<UsageHolder[]>;
  /** How many there are after a place. */
  countHolders(selection: HolderSelection, place: HolderKey): Promise<number>;
  /** null: nothing was ever written. */
  mailUsage(mailbox: string): Promise<MailCount | null>;
  /** Of those mailboxes that a user has; null: nothing was ever written. */
  mailUsageOf(mailboxes: readonly string[]): Promise<ReadonlyMap<string, MailCount | null>>;
  /** Overwrites the row unless it is no longer as it was seen; whether it did. */
  replaceMailUsage(mailbox: string, seen: MailCount | null, counted: MailCount): Promise<boolean>;
  /** The generation grows with every change. null: no such counter. */
  fileUsage(holder: HolderKey): Promise<(FileCount & { readonly generation: number }) | null>;
  /** Overwrites the counter unless it has changed since; whether it did. */
  replaceFileUsage(
    holder: HolderKey,
    seen: FileCount & { readonly generation: number },
    counted: FileCount,
  ): Promise<boolean>;
  /** Users of a context whose files do not count to the context. */
  usersWithStorage(contextId: number): Promise<number[]>;
  /** Forgets the mail usage of names that nobody has as a mailbox: of these, or (null) of all. How many there were. */
  forgetUnusedMail(mailboxes: readonly string[] | null): Promise<number>;
  /** The mailboxes of all users of contexts. */
  mailboxesOf(contextIds: readonly number[]): Promise<string[]>;
}
