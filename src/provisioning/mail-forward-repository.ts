/** An address whose mail goes elsewhere. */
export interface MailForward {
  /** Normalised: lower case, ASCII domain. Only one context can have it. */
  readonly alias: string;
  readonly contextId: number;
  /** In the order in which they were given. */
  readonly targets: readonly string[];
}

export interface MailForwardRepository {
  /** Inserts or replaces. @throws UniqueConflictError key `mailForward`, when it is another context's */
  put(forward: MailForward): Promise<void>;
  find(contextId: number, alias: string): Promise<MailForward | null>;
  /** How many there are. */
  count(contextId: number): Promise<number>;
  /** By alias. */
  list(contextId: number): Promise<MailForward[]>;
  /** Null: all of the context. @returns how many there were */
  delete(contextId: number, alias: string | null): Promise<number>;
}
