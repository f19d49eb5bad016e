import { Command } from 'commander';
import { auditCommand } from './commands/audit-command.js';
import { callCommand, type OpenWsdl } from './commands/call.js';
import { doctorCommand, type CheckResult } from './commands/doctor.js';
import {
  changeMailDomainCommand,
  deleteMailDomainCommand,
  listMailDomainsCommand,
} from './commands/mail-domain-commands.js';
import { recalculateCommand, type RecalculateTools } from './commands/recalculate-command.js';
import { recordCommand } from './commands/record.js';
import { replayCommand } from './commands/replay-command.js';
import { seedCommand } from './commands/seed.js';
import { unlockCommand, type UnlockTools } from './commands/unlock.js';
import { toolsHeading } from './run-program.js';
import type { CommandIo } from './terminal/command-io.js';
import { changeContextTool, createContextTool, deleteContextTool } from './tools/context-tools.js';
import { listContextCommand, listUserCommand } from './tools/list-tools.js';
import { toolCommand } from './tools/tool-command.js';
import { existsUserCommand, setMailQuotaCommand } from './tools/user-checks.js';
import { changeUserTool, createUserTool, deleteUserTool } from './tools/user-tools.js';

/** Tools from rooms that commands may not import. */
export interface CommandTools {
  /** Brings the database of the settings up to date. */
  readonly migrate: () => Promise<void>;
  /** Everything that `doctor` looks at. */
  readonly checks: () => AsyncIterable<CheckResult>;
  readonly openRecalculation: () => Promise<RecalculateTools>;
  readonly openLoginAttempts: () => Promise<UnlockTools>;
  /** Loads the `soap` package, which only `call` uses. */
  readonly openWsdl: OpenWsdl;
  /** All settings, each with its default, and its meaning when wanted. */
  readonly settingsHelp: (detail: 'meanings' | 'names') => string;
}

/** Every command of `oxbow`, in the order of its help. */
export function oxbowCommands(tools: CommandTools, io: CommandIo): Command[] {
  return [
    ...grouped('The service:', [
      serveCommand(tools),
      migrateCommand(tools, io),
      recalculateCommand(tools.openRecalculation, io),
      doctorCommand(tools.checks, io),
      unlockCommand(tools.openLoginAttempts, io),
      auditCommand(io),
    ]),
    ...grouped('Any SOAP service:', [callCommand(tools.openWsdl, io)]),
    ...grouped('For tests:', [seedCommand(io), recordCommand(io), replayCommand(io)]),
    ...grouped(toolsHeading, [
      toolCommand(createContextTool, io),
      toolCommand(changeContextTool, io),
      toolCommand(deleteContextTool, io),
      listContextCommand(io),
      toolCommand(createUserTool, io),
      toolCommand(changeUserTool, io),
      toolCommand(deleteUserTool, io),
      listUserCommand(io),
      existsUserCommand(io),
      setMailQuotaCommand(io),
      listMailDomainsCommand(io),
      changeMailDomainCommand(io),
      deleteMailDomainCommand(io),
    ]),
  ];
}

function grouped(heading: string, commands: readonly Command[]): Command[] {
  return commands.map((command) => command.helpGroup(heading));
}

/** Only for help and completion: run-oxbow.ts serves without loading any command. */
function serveCommand({ settingsHelp }: CommandTools): Command {
  return new Command('serve')
    .description('serve SOAP and REST; the default command')
    .option('--seed <file>', 'create the objects of a seed file first')
    .addHelpText('after', () => `\nSettings are environment variables:\n\n${settingsHelp('meanings')}`);
}

function migrateCommand({ migrate }: CommandTools, io: CommandIo): Command {
  return new Command('migrate').description('bring the database up to date and exit').action(async () => {
    await migrate();
    io.out('the database is up to date\n');
  });
}
