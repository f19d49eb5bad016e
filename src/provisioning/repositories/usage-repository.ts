import type { UserKey } from './quota-repository.js';

/** Holder of usage: a context's own storage (user 0), or a user's mailbox and own storage. */
export interface UsageHolder {
  readonly contextId: number;
  readonly userId: number;
  /** null: has none. */
  readonly mailbox: string | null;
  /** True when files count to this holder. */
  readonly hasFiles: boolean;
}

/** Selection of holders; null for all. */
export interface HolderSelection {
  readonly contexts: boolean;
  readonly users: boolean;
  readonly contextId: number | null;
  readonly userId: number | null;
}

/** A place in the order of all holders: by context, its own storage first, then its users. */
export type HolderKey = Pick<UsageHolder, 'contextId' | 'userId'>;

/** Stored usage of a mailbox. */
export interface MailCount {
  readonly bytes: number;
  readonly messages: number;
}

/** Stored usage of files. */
export interface FileCount {
  readonly bytes: number;
  readonly files: number;
}

/** Absolute usage per product, for whoever counts it anew. */
export interface UsageRepository {
  /** The next holders in order after a place. */
  holdersAfter(place: HolderKey, selection: HolderSelection, length: number): Promise<UsageHolder[]>;
  /** Number of holders after a position. */
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
}

/** Users of other users' filestores, and the bytes that move when that ends. */
export interface FileUsageRepository {
  /** Users of a context, ascending by id, whose files are in the storage that another user owns. */
  sharers(contextId: number, ownerId: number): Promise<number[]>;
  /** The bytes that a user holds, wherever they are counted. */
  heldBytes(contextId: number, userId: number): Promise<number>;
  /**
   * Passes files of deleted users to the heir. Files in their own storages move to the heir's own storage,
   * else the context's; others stay. No byte is lost.
   */
  passOn(contextId: number, userIds: readonly number[], heirId: number): Promise<void>;
}

/** Usage of a user at a time, in bytes. */
export interface UsageSample {
  readonly atMs: number;
  readonly mailBytes: number;
  readonly fileBytes: number;
}

/** Usage over time. A sample is kept only where the usage had changed since the one before. */
export interface UsageSampleRepository {
  /** Ascending by time: those since then, and the last one before, since it still held then. */
  list(user: UserKey, sinceMs: number): Promise<UsageSample[]>;
  /** Takes the next round for the caller unless it is not due yet or somebody else has it. */
  claimRound(nowMs: number, intervalMs: number): Promise<boolean>;
  /** Takes samples of the next users, context admins apart, after a place; the last of them, null: there was none. */
  sampleAfter(place: UserKey, length: number, nowMs: number): Promise<UserKey | null>;
  /** The next users after a place, in the same order. */
  usersAfter(place: UserKey, length: number): Promise<UserKey[]>;
  /** Last day (in days since 1970) reduced to one sample per user; null for none. */
  thinnedDay(): Promise<number | null>;
  noteThinnedDay(day: number): Promise<void>;
  /** Deletes samples of a day that are not the last of it for their user; how many, at most `length`. */
  thin(day: number, length: number): Promise<number>;
  /** Deletes samples of before a time; how many, at most `length`. */
  forgetBefore(beforeMs: number, length: number): Promise<number>;
}
