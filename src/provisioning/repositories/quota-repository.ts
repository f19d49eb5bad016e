import type { Context, QuotaInput } from '../model/model.js';

/** A budget with a limit: the one of a unified quota, or that of one side. */
export type Budget = 'unified' | 'mail' | 'files';

/** Facts that decide a user's thresholds, and the highest reported ones by budget. */
export interface QuotaLevelFacts {
  readonly contextId: number;
  readonly userId: number;
  readonly mailbox: string | null;
  /** True for an invalid stored mail usage, which is summed differently. */
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
  /** Number of users at each level of each budget. */
  counts(): Promise<{ readonly budget: Budget; readonly percent: number; readonly users: number }[]>;
  sums(): Promise<QuotaSums>;
}

/** Limits on the number of objects that were set for a context, per module. */
export interface ObjectQuotaRepository {
  /** module → limit, modules in alphabetical order. */
  list(contextId: number): Promise<ReadonlyMap<string, number>>;
  /** Sets the limit of these modules; null removes what was set. The context must be there and locked by this transaction. */
  set(contextId: number, modules: readonly string[], limit: number | null): Promise<void>;
}

/** User's own value of the property that switches unified quota, and the derived flag. */
export interface OwnUnifiedValue {
  readonly contextId: number;
  readonly userId: number;
  readonly value: string;
  readonly isEnabled: boolean;
}

/**
 * The flags `users.unified_enabled`, by which the database itself knows for whom unified quota is effectively switched on. The rules that
 * keep them are in unified-flags.
 */
export interface UnifiedFlagRepository {
  /** Ids, ascending, of the contexts above an id; of these owners, null: of any. */
  contextIds(page: {
    readonly afterId: number;
    readonly length: number;
    readonly ownerIds: readonly number[] | null;
  }): Promise<number[]>;
  /** Owners of contexts, ascending. Owners never change. */
  ownerIds(contextIds: readonly number[]): Promise<number[]>;
  /** Existing ones of the contexts by ascending id, locked until the transaction ends. */
  lockContexts(contextIds: readonly number[]): Promise<Context[]>;
  /** The module access of the contexts' admins. */
  adminModuleAccess(contextIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Only users who set the property themselves. */
  ownValues(contextIds: readonly number[]): Promise<OwnUnifiedValue[]>;
  /** Sets the flag of all users of these contexts who do not set the property themselves. */
  inherit(contextIds: readonly number[], isEnabled: boolean): Promise<void>;
  set(contextId: number, userId: number, isEnabled: boolean): Promise<void>;
  /** Users with the flag set. For locked users it cannot change until the transaction ends. */
  enabledAmong(contextId: number, userIds: readonly number[]): Promise<ReadonlySet<number>>;
}
