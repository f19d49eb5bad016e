import type { QuotaInput } from '../quota/quota-state.js';

/** A budget with a limit: the one of a unified quota, or that of one side. */
export type Budget = 'unified' | 'mail' | 'files';

/** What decides which thresholds a user has reached, and the highest that were noted so far, by budget. */
export interface QuotaLevelFacts {
  readonly contextId: number;
  readonly userId: number;
  readonly mailbox: string | null;
  /** What is stored of its mail is no count, so that it is summed as something else. */
  readonly hasOddMail: boolean;
  readonly input: QuotaInput;
  readonly noted: ReadonlyMap<Budget, number>;
}

/** A place in the order of all users. */
export interface UserKey {
  readonly contextId: number;
  readonly userId: number;
}

/** Sums over everybody, in bytes. */
export interface QuotaSums {
  readonly users: number;
  readonly mailBytes: number;
  readonly fileBytes: number;
  /** Of those with a limit. */
  readonly mailLimitBytes: number;
  readonly fileLimitBytes: number;
}

export interface QuotaLevelRepository {
  /** The next users that are not context admins, after a place. */
  page(after: UserKey, length: number): Promise<QuotaLevelFacts[]>;
  find(user: UserKey): Promise<QuotaLevelFacts | null>;
  /** Notes a level, 0 = none, unless somebody else did so since `from` was read; whether it was noted. */
  move(user: UserKey, budget: Budget, from: number, to: number): Promise<boolean>;
  /** How many users stand at each level of each budget. */
  counts(): Promise<{ readonly budget: Budget; readonly percent: number; readonly users: number }[]>;
  sums(): Promise<QuotaSums>;
}
