import { Command } from 'commander';
import { oxbowVersion } from '../settings/package.js';
import type { CommandIo } from './command-io.js';
import { addCompletion } from './completion.js';

/** The whole program: `oxbow <command> …`. Errors of usage are written to `io` and thrown as CommanderError. */
export function oxbowProgram(commands: readonly Command[], io: CommandIo): Command {
  const program = new Command('oxbow')
    .description('A drop-in for the Open-Xchange provisioning endpoint.')
    .version(oxbowVersion())
    .usage('[command]')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ helpWidth: 130, showGlobalOptions: false })
    .showHelpAfterError('see --help')
    .enablePositionalOptions()
    .exitOverride();
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  addCompletion(program);
  return program;
}
