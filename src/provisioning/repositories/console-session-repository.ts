/** A login to the console, as it is kept. */
export interface ConsoleSession {
  /** SHA-256 of the id that only the browser has. */
  readonly idHash: string;
  readonly login: string;
  /** Stands for the stored hash of the password with which it began. */
  readonly passwordMark: string;
  readonly expiresMs: number;
}

/** Logins to the console, for every process of the database. */
export interface ConsoleSessionRepository {
  find(idHash: string): Promise<ConsoleSession | null>;
  /** Also forgets the sessions that have expired at `nowMs`. */
  insert(session: ConsoleSession, nowMs: number): Promise<void>;
  delete(idHash: string): Promise<void>;
}
