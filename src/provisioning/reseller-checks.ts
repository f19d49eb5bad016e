import { errors } from './errors.js';
import { UniqueConflictError, type Repositories } from './store.js';

/**
 * The id of the parent that a reseller is to have, 0 for none. There are no more than two levels of resellers. OX: semantics 6.7.
 * @throws ProvisioningError Reseller
 */
export async function checkParent(
  { resellers }: Pick<Repositories, 'resellers'>,
  parentId: number,
): Promise<number> {
  if (parentId === 0) return 0;
  const parent = await resellers.find(parentId);
  if (parent === null) throw errors.noSuchReseller(parentId);
  if (parent.parentId !== 0) throw errors.parentIsSubsubadmin();
  return parentId;
}

/** Turns the refusal of a unique constraint into the fault that the original has for it. */
export async function reportingResellerNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof UniqueConflictError && error.key === 'resellerName')
      throw errors.resellerExists(name);
    throw error;
  }
}
