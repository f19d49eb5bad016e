import { CommanderError, type Command } from 'commander';
import { CommandError, UsageError } from './command-error.js';
import type { CommandIo } from './command-io.js';

/**
 * Runs a program of commands, each made with the same `io`. What a command throws as CommandError is shown in one line and ends it with
 * that error's exit code; what cannot be understood ends with 2.
 * @throws whatever else a command throws
 */
export async function runProgram(program: Command, args: readonly string[], io: CommandIo): Promise<void> {
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) io.exitWith(error.exitCode === 0 ? 0 : 2);
    else if (error instanceof CommandError) {
      io.err(`${error.message}${error instanceof UsageError ? hint(program, args) : ''}\n`);
      io.exitWith(error.exitCode);
    } else throw error;
  }
}

function hint(program: Command, [name]: readonly string[]): string {
  const command = program.commands.find((each) => each.name() === name);
  return `; see ${program.name()} ${command === undefined ? '' : `${command.name()} `}--help`;
}
