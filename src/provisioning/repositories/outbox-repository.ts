/** Subject of an entry: a mailbox, a context (as the mail server's tenant), or an event for the webhook. */
export type OutboxKind = 'account' | 'tenant' | 'webhook';

/** Something that somebody else is still to be told, taken by one process until `leaseUntilMs`. */
export interface OutboxEntry {
  readonly kind: OutboxKind;
  /** The mailbox, the id of the context, or the id of the event. */
  readonly name: string;
  /** True to remove a former owner's account of this name first. */
  readonly removeFirst: boolean;
  /** Names under which the other side may still have the mailbox. */
  readonly formerNames: readonly string[];
  readonly body: string | null;
  /** Failures so far. */
  readonly attempts: number;
  readonly leaseUntilMs: number;
  /** Together they tell whether the entry is still ours, and still about the same change. */
  readonly leaseToken: string;
  readonly version: number;
}

/** Waiting entries of a kind. */
export interface OutboxDepth {
  readonly kind: OutboxKind;
  readonly entries: number;
  /** Entries that failed at least once. */
  readonly failing: number;
  /** Time when the oldest was added, in milliseconds since 1970. */
  readonly oldestMs: number;
}

export interface OutboxRepository {
  /** Adds an entry with a body, which goes out once. */
  add(kind: OutboxKind, name: string, body: string): Promise<void>;
  /** Lets every mailbox and tenant be told. */
  addEverything(): Promise<void>;
  /** True when claim would find anything, at the least cost. */
  hasDue(kinds: readonly OutboxKind[], nowMs: number): Promise<boolean>;
  /**
   * Takes entries of these kinds that are due, the longest due first. No other process gets them before the lease is over. A mailbox whose name
   * another one still has at the other side waits for that one.
   */
  claim(kinds: readonly OutboxKind[], nowMs: number, leaseMs: number, limit: number): Promise<OutboxEntry[]>;
  /** The other side was told. An entry that changed meanwhile stays, and is due. */
  finish(entry: OutboxEntry): Promise<void>;
  /** The other side has rid itself of what was to go first. */
  removed(entry: OutboxEntry): Promise<void>;
  /** It did not work; the entry is due again at a time, whatever changes until then. */
  postpone(entry: OutboxEntry, dueAtMs: number, reason: string): Promise<void>;
  depth(): Promise<OutboxDepth[]>;
}

/** The answer that a call with an idempotency key got. */
export interface KeptAnswer {
  /** Caller, as scope of the key. */
  readonly caller: string;
  readonly key: string;
  /** Random, hexadecimal. */
  readonly salt: string;
  /** Of the request, made with the salt; hexadecimal. */
  readonly digest: string;
  readonly answer: string;
  readonly createdAtMs: number;
}

export interface IdempotencyKeyRepository {
  /** null as well when it was kept before `sinceMs`. */
  find(caller: string, key: string, sinceMs: number): Promise<KeptAnswer | null>;
  /** Replaces one that was kept before `sinceMs`. @throws UniqueConflictError key `idempotencyKey` */
  insert(kept: KeptAnswer, sinceMs: number): Promise<void>;
  /** Deletes some of those that were kept before `sinceMs`. */
  forgetBefore(sinceMs: number): Promise<void>;
}
