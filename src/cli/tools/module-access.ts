import type { UserModuleAccess } from '../../services/generated/types.js';
import { UsageError } from '../terminal/command-io.js';
import { exitCodes } from '../terminal/exit-codes.js';
import type { ToolInput, ToolCall } from './tool.js';

/** Whose modules are changed, and by which operations. */
export interface AccessTarget {
  readonly service: string;
  /** The members of every request that say whom it is about. */
  readonly whom: object;
  readonly byName: string;
  readonly byModules: string;
  /** The member of the request `byModules` that holds the modules. */
  readonly member: string;
}

/** Whether an input says anything of modules. */
export function changesAccess({ own, access }: ToolInput): boolean {
  return own.has('access-combination-name') || Object.keys(access).length > 0;
}

/**
 * Gives a user or a context a combination, and single modules on top of it. OX: semantics 1.7: what is left out of an access object is
 * switched on, so what there is now is the base.
 */
export async function changeAccess(
  { client, auth }: ToolCall,
  { own, access }: ToolInput,
  { service, whom, byName, byModules, member }: AccessTarget,
): Promise<void> {
  const access_combination_name = own.get('access-combination-name');
  if (access_combination_name !== undefined)
    await client.call(service, byName, { ...whom, access_combination_name, auth });
  if (Object.keys(access).length === 0) return;
  const now = await client.call(service, 'getModuleAccess', { ...whom, auth });
  const all = { ...(now as { return?: UserModuleAccess }).return, ...access };
  await client.call(service, byModules, { ...whom, [member]: all, auth });
}

/**
 * The combination with which something is created, if there is one.
 * @throws UsageError 109 when single modules are named as well: one call cannot do both
 */
export function newCombination({ own, access }: ToolInput): string | undefined {
  const combination = own.get('access-combination-name');
  if (combination !== undefined && Object.keys(access).length > 0)
    throw new UsageError(
      '--access-combination-name and --access-<module> exclude each other here',
      exitCodes.illegalOptionValue,
    );
  return combination;
}
