import type { Command } from 'commander';
import type { CommandIo } from '../../src/cli/recalculate.js';

/** What a command wrote, and how it ended. */
export interface CommandRun {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as main.ts does. */
export async function runCommand(
  make: (io: CommandIo) => Command,
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<CommandRun> {
  let out = '';
  let err = '';
  const io: CommandIo = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
    signal,
  };
  try {
    await make(io).exitOverride().parseAsync(args, { from: 'user' });
    return { exitCode: 0, out, err };
  } catch (error) {
    const { exitCode } = error as { exitCode?: number };
    if (exitCode === undefined) throw error;
    return { exitCode, out, err };
  }
}
