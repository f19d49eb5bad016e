import { CommanderError, type Command } from 'commander';
import { CommandError, UsageError, type CommandIo } from './terminal/command-io.js';
import { exitCodes } from './terminal/exit-codes.js';

/** The heading in the help of the tools that have the original's names. */
export const toolsHeading = "The original's tools, for any SOAP endpoint:";

/**
 * Runs a program of commands that share one `io`. A CommandError is shown in one line and gives the exit
 * code; a usage error exits with 2.
 * @throws any other error of a command
 */
export async function runProgram(program: Command, args: readonly string[], io: CommandIo): Promise<void> {
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    const command = program.commands.find((each) => each.name() === args[0]);
    if (error instanceof CommanderError)
      io.exitWith(exitCodeOfUsage(error, command?.helpGroup() === toolsHeading));
    else if (error instanceof CommandError) {
      io.err(`${error.message}${error instanceof UsageError ? hint(program, command) : ''}\n`);
      io.exitWith(error.exitCode);
    } else throw error;
  }
}

/** OX: its tools tell apart what is wrong with their options; ours end with 2. */
function exitCodeOfUsage({ exitCode, code }: CommanderError, isTool: boolean): number {
  if (exitCode === 0) return 0;
  if (!isTool) return 2;
  if (code === 'commander.optionMissingArgument') return exitCodes.missingOption;
  return code === 'commander.unknownOption' ? exitCodes.unknownOption : exitCodes.illegalOptionValue;
}

function hint(program: Command, command: Command | undefined): string {
  return `; see ${program.name()} ${command === undefined ? '' : `${command.name()} `}--help`;
}
