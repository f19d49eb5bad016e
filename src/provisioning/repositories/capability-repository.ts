import type { Restriction } from '../model/model.js';

/** Holder of capabilities: a whole context, or one of its users. */
export interface CapabilityHolder {
  readonly contextId: number;
  /** null: the context itself. */
  readonly userId: number | null;
}

/** Capabilities set by hand: `name`, or `-name` for an explicit denial. */
export interface CapabilityRepository {
  /** Sorted. */
  list(holder: CapabilityHolder): Promise<string[]>;
  /** Replaces all of them. The holder must be there and locked by this transaction. */
  replace(holder: CapabilityHolder, capabilities: readonly string[]): Promise<void>;
}

/** Everything that restricts what happens inside one context. */
export interface ContextRestrictions {
  /** The reseller whose restrictions count: the context's owner, or the parent of it. */
  readonly resellerId: number;
  readonly ofReseller: readonly Restriction[];
  readonly ofContext: readonly Restriction[];
}

/** Counts to compare restrictions with. A family is a reseller and its direct children. */
export interface RestrictionRepository {
  /** In one query and without a lock; null for a context that is not there or that no reseller owns. */
  ofContext(contextId: number): Promise<ContextRestrictions | null>;
  /** Bytes used in the file storages of the family's contexts. */
  usedContextBytesOfFamily(resellerId: number): Promise<number>;
  /** Users by module access, context admins included. */
  countUsersOfFamily(resellerId: number): Promise<ReadonlyMap<number, number>>;
  countUsersOfContext(contextId: number): Promise<ReadonlyMap<number, number>>;
  /** True when any reseller or context is restricted. */
  areInUse(): Promise<boolean>;
}
