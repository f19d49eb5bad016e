import type { Context } from './model.js';

/** What a user says itself of the property that switches unified quota, and the flag that is kept of it. */
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
  /** Who owns these contexts, ascending. Owners never change. */
  ownerIds(contextIds: readonly number[]): Promise<number[]>;
  /** Those of the contexts that exist, locked until the transaction ends, in the order of their ids. */
  lockContexts(contextIds: readonly number[]): Promise<Context[]>;
  /** The module access of the contexts' admins. */
  adminModuleAccess(contextIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Only users who set the property themselves. */
  ownValues(contextIds: readonly number[]): Promise<OwnUnifiedValue[]>;
  /** Sets the flag of all users of these contexts who do not set the property themselves. */
  inherit(contextIds: readonly number[], isEnabled: boolean): Promise<void>;
  set(contextId: number, userId: number, isEnabled: boolean): Promise<void>;
  /** Those of the users whose flag is set. Of users who are locked it stays so until the transaction ends. */
  enabledAmong(contextId: number, userIds: readonly number[]): Promise<ReadonlySet<number>>;
}
