/** Limits on the number of objects that were set for a context, per module. */
export interface ObjectQuotaRepository {
  /** module → limit, modules in alphabetical order. */
  list(contextId: number): Promise<ReadonlyMap<string, number>>;
  /** Sets the limit of these modules; null removes what was set. The context must be there and locked by this transaction. */
  set(contextId: number, modules: readonly string[], limit: number | null): Promise<void>;
}
