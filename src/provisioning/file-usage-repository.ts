/** Whose file storages are used by whom, and how many bytes go along when that ends. */
export interface FileUsageRepository {
  /** Users of a context, ascending by id, whose files are in the storage that another user owns. */
  sharers(contextId: number, ownerId: number): Promise<number[]>;
  /** The bytes that a user holds, wherever they are counted. */
  heldBytes(contextId: number, userId: number): Promise<number>;
  /**
   * Before users are deleted, hands what they hold to the heir: files in their own storages go into the heir's own storage, or the
   * context's if it has none; files in other storages stay there. No byte is lost.
   */
  passOn(contextId: number, userIds: readonly number[], heirId: number): Promise<void>;
}
