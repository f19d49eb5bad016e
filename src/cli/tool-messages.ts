import type { CommandIo } from './command-io.js';
import type { ToolObject } from './tool.js';

/** OX: `user 3 in context 1`, `context 7`; what is not known is left out. */
export function objectName({ kind, id, contextId }: ToolObject): string {
  return `${kind}${id === null ? '' : ` ${id}`}${contextId === null ? '' : ` in context ${contextId}`}`;
}

/** The original's attempts, as in `could not be created`. */
export type Attempt = 'created' | 'changed' | 'deleted' | 'listed' | 'checked' | 'set';

/** OX: one line that says what could not be done, and the answer of the service after it; a single line with `--nonl`. */
export function showRefusal(
  io: CommandIo,
  what: string,
  attempt: string,
  reason: string,
  isOneLine: boolean,
): void {
  const flat = reason.replaceAll(/\s*\n\s*/g, ' ');
  if (isOneLine) io.err(`${what} could not be ${attempt}: Server response: ${flat}\n`);
  else io.err(`${what} could not be ${attempt}: \nServer response:\n ${reason}\n`);
}
