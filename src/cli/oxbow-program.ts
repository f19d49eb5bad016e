import tab from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { oxbowVersion } from '../settings/package.js';
import type { CommandIo } from './terminal/command-io.js';

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

/** Values that options take, whatever the command. */
const choices: Readonly<Record<string, readonly string[]>> = {
  'access-combination-name': [
    'webmail',
    'pim',
    'pim_infostore',
    'pim_mobility',
    'groupware_standard',
    'groupware_premium',
    'all',
    'drive',
  ],
  'quota-module': ['calendar', 'task', 'contact', 'infostore', 'attachment', 'invite_guests', 'share_links'],
  scope: ['all', 'context', 'user'],
  only: ['mail', 'files'],
};

/**
 * Adds `completion <shell>`, which prints a script, and the hidden command that the script asks. To be called when all commands are
 * there.
 */
function addCompletion(program: Command): void {
  const root = tab(program, { completionCommandName: 'completion' });
  for (const command of root.commands.values()) {
    for (const [name, values] of Object.entries(choices)) {
      const option = command.options.get(name);
      if (option !== undefined)
        option.handler = (complete) => {
          for (const value of values) complete(value, '');
        };
    }
  }
}
