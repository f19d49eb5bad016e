import { Command } from 'commander';
import { accountOf } from '../../provisioning/access/login-account.js';
import type { Store } from '../../provisioning/repositories/store.js';
import { UsageError, type CommandIo } from '../terminal/command-io.js';

/** Tools of the command. */
export interface UnlockTools {
  readonly loginAttempts: Pick<Store['loginAttempts'], 'forgetFailures'>;
  readonly close: () => Promise<void>;
}

interface Given {
  readonly login?: string;
  readonly context?: string;
  readonly address?: string;
}

const explanation = `
Ends refusals after too many wrong passwords (docs/decisions/0004-login-guessing.md), in the database of the settings: those of a login,
those of an address, or those of the login from the address. Within 30 seconds every process knows.

The login of the master admin or of a reseller has no context; that of a context admin or of a user needs one. An address is what the log
says of a failed login: of IPv6 the network, such as 2001:db8:0:1::/64.`;

/** `oxbow unlock`. @param open connects to what the settings say, once the arguments are understood */
export function unlockCommand(open: () => Promise<UnlockTools>, io: CommandIo): Command {
  return new Command('unlock')
    .description('unlock logins refused after too many wrong passwords')
    .option('-l, --login <login>', 'of this login')
    .option('-c, --context <id>', 'the context of the login')
    .option('-a, --address <address>', 'from this address')
    .addHelpText('after', explanation)
    .action(async (given: Given) => {
      const place = placeOf(given);
      const tools = await open();
      try {
        const count = await tools.loginAttempts.forgetFailures(place);
        io.out(count === 0 ? 'nothing to unlock\n' : `unlocked: ${count} failure counts deleted\n`);
      } finally {
        await tools.close();
      }
    });
}

function placeOf({ login, context, address }: Given): { account?: string; address?: string } {
  if (login === undefined && address === undefined) throw new UsageError('give --login, --address, or both');
  if (context !== undefined && (login === undefined || !/^[1-9]\d{0,9}$/.test(context)))
    throw new UsageError('--context is the id of the context of --login');
  return {
    ...(login !== undefined && { account: accountOf(login, context === undefined ? null : Number(context)) }),
    ...(address !== undefined && { address }),
  };
}
