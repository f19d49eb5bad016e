import type { CommandIo } from './command-io.js';

/** What a command may do of what only a terminal understands: nothing elsewhere, and nothing where NO_COLOR is set. https://no-color.org */
export function terminalUse(
  env: CommandIo['env'],
  out: { readonly isTTY?: boolean },
  err: { readonly isTTY?: boolean },
): Pick<CommandIo, 'showsColours' | 'showsProgress'> {
  const isPlain = Boolean(env['NO_COLOR']);
  return { showsColours: !isPlain && out.isTTY === true, showsProgress: !isPlain && err.isTTY === true };
}
