import type { QuotaInput } from '../model/model.js';
import type { UserKey } from './quota-repository.js';

/** A user in a list of users of several contexts. */
export interface UserSummary extends UserKey {
  readonly contextName: string;
  readonly login: string;
  readonly displayName: string;
  readonly primaryEmail: string;
  readonly isContextAdmin: boolean;
  readonly enabled: boolean;
  /** Mail quota and usage, and all else that its quota state follows from. */
  readonly input: QuotaInput;
}

/** Counts of an overview. */
export interface OverviewCounts {
  readonly contexts: number;
  /** Context admins apart. */
  readonly users: number;
  /** Users with unified quota. */
  readonly unified: number;
}

/** Data across contexts. `ownerIds` are the resellers whose contexts count; null for all contexts. */
export interface OverviewRepository {
  /** Looks at every user of the contexts once. */
  counts(ownerIds: readonly number[] | null): Promise<OverviewCounts>;
  /**
   * The users whose mailbox is fullest by its limit, the fullest first.
   * @param onlyReached only among those that were seen to have reached a threshold, which are few
   */
  fullest(ownerIds: readonly number[] | null, length: number, onlyReached: boolean): Promise<UserSummary[]>;
  /**
   * Users whose login (in lower case), mail address or display name begins with one of the texts. Display
   * names count only where they must be unique. It scans a bounded number of names, so some of many similar
   * ones are missing.
   */
  find(beginnings: readonly string[], ownerIds: readonly number[] | null, length: number): Promise<UserKey[]>;
  /** Time since when contexts and resellers have their id and name: earlier records are a predecessor's. */
  ownedSince(
    contextIds: readonly number[],
    resellerIds: readonly number[],
  ): Promise<{
    readonly contexts: ReadonlyMap<number, number>;
    readonly resellers: ReadonlyMap<string, number>;
  }>;
  /** In the order of the keys; those that are not there are left out. */
  summaries(users: readonly UserKey[]): Promise<UserSummary[]>;
}
