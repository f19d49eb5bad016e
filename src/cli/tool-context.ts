import type { Context, ResellerContext } from '../services/generated/types.js';
import { UsageError } from './command-error.js';
import { exitCodes } from './exit-codes.js';
import { numberOf, type ToolInput } from './tool-input.js';
import type { ToolCall } from './tool.js';

/** The context that an input names, by id or by name. */
export function contextKey({ own }: Pick<ToolInput, 'own'>): { id: number } | { name: string } {
  const id = own.get('contextid');
  const name = own.get('contextname');
  if (id !== undefined) return { id: numberOf('contextid', id) };
  if (name !== undefined) return { name };
  throw new UsageError('missing option --contextid or --contextname', exitCodes.missingOption);
}

/** The id of the context that an input names. OX: semantics 0.5, services of users do not know names. */
export async function contextIdOf(call: ToolCall, input: Pick<ToolInput, 'own'>): Promise<number> {
  const key = contextKey(input);
  return 'id' in key ? key.id : ((await readContext(call, key)).id ?? 0);
}

/** Everything of one context. */
export async function readContext(
  { client, auth, contextService }: ToolCall,
  ctx: { readonly id?: number; readonly name?: string },
): Promise<ResellerContext> {
  const answer = await client.call(contextService, 'getData', { ctx, auth });
  return (answer as { return?: Context }).return ?? {};
}
