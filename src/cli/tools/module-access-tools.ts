import type { UserModuleAccess } from '../../services/generated/types.js';
import { UsageError } from '../terminal/command-io.js';
import { exitCodes } from '../terminal/exit-codes.js';
import type { ToolInput, ToolCall } from './tool.js';

/** User or context of a module access change, with its operations. */
export interface AccessTarget {
  readonly service: string;
  /** The members of every request that say whom it is about. */
  readonly whom: object;
  readonly byName: string;
  readonly byModules: string;
  /** The member of the request `byModules` that holds the modules. */
  readonly member: string;
}

/** True when an input changes module access. */
export function changesAccess({ own, access }: ToolInput): boolean {
  return own.has('access-combination-name') || Object.keys(access).length > 0;
}

/**
 * Sets an access combination of a user or context, with single modules on top. Omitted modules are switched
 * on, so the present module access is the base.
 * Source: docs/contract/access.md#1-1.
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
