/** Whose capabilities: a whole context's, or one user's in it. */
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
