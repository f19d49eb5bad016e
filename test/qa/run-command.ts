import type { Command } from 'commander';
import { oxbowProgram } from '../../src/cli/oxbow-program.js';
import { runProgram } from '../../src/cli/run-program.js';
import type { CommandIo } from '../../src/cli/terminal/command-io.js';

/** What a command wrote, and how it ended. */
export interface CommandRun {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as main.ts does. @param onOut told of what the command writes as it does */
export async function runCommand(
  make: (io: CommandIo) => Command,
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
  onOut: (text: string) => void = () => undefined,
): Promise<CommandRun> {
  let out = '';
  let err = '';
  let exitCode = 0;
  const io: CommandIo = {
    out: (text) => {
      out += text;
      onOut(text);
    },
    err: (text) => (err += text),
    showsColours: false,
    showsProgress: false,
    signal,
    env: {},
    exitWith: (code) => (exitCode = code),
  };
  const command = make(io);
  await runProgram(oxbowProgram([command], io), [command.name(), ...args], io);
  return { exitCode, out, err };
}
