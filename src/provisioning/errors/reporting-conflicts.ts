import { UniqueConflictError } from './store-errors.js';

type Faults = { readonly [Key in UniqueConflictError['key']]?: (value: string) => Error | Promise<Error> };

/**
 * Runs a write and answers a taken name with the fault that clients know for it.
 * @throws ProvisioningError the fault of the key that was taken; whatever else `write` throws
 */
export async function reportingConflicts<T>(faults: Faults, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const fault = error instanceof UniqueConflictError ? faults[error.key]?.(error.value) : undefined;
    throw (await fault) ?? error;
  }
}
