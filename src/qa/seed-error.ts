/** A seed cannot be used. The message says where, for a file as `file:line:column`. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}
