import { parseArgs } from 'node:util';
import type { HolderSelection } from '../provisioning/usage-repository.js';

export const recalculateUsage = `usage: oxbow recalculate -c CONTEXT                the context's own file storage
       oxbow recalculate -c CONTEXT -u USER|all    users of a context: mail, and files in their own storages
       oxbow recalculate --scope all|context|user  everything, all contexts' storages, or all users

Counts anew what mailboxes and file storages hold, and corrects what is stored. Mail is asked of the mail server of the settings
(MAIL_SERVER), files are counted in a directory.

  -c, --context ID       the context
  -u, --user ID|all      the user, or all of the context
      --scope SCOPE      all, context or user, in all contexts
      --store-root DIR   where the files are: DIR/<context>/<user>
      --only mail|files  counts only these
      --resume           goes on where the last such run ended before its time
      --dry-run          reports and corrects nothing
      --json             one JSON object a line: every context and user, then the sum
  -A, --adminuser NAME   with -P: checks that this admin may do it, as the original does
  -P, --adminpass TEXT
  -h, --help             this text
      -s, -p, --responsetimeout  are taken, as scripts of the original have them, and mean nothing

Settings are those of the service, in the environment. Exit codes: 0 done, 1 not possible or broken off, 2 wrong usage, 3 done but for
some, 130 or 143 interrupted.
`;

/** What was asked for on the command line. */
export interface RecalculateOptions {
  readonly selection: HolderSelection;
  readonly storeRoot: string | null;
  readonly only: 'mail' | 'files' | null;
  readonly resume: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly admin: { readonly login: string; readonly password: string } | null;
}

/** The command line cannot be understood. */
export class UsageError extends Error {}

/**
 * Reads the arguments after `recalculate`; null: help is wanted.
 * @throws UsageError in one line
 */
export function parseRecalculateOptions(args: readonly string[]): RecalculateOptions | null {
  const given = readArgs(args);
  if (given.help === true) return null;
  return {
    selection: selectionOf(given),
    storeRoot: given['store-root'] ?? null,
    only: choice('--only', given.only, ['mail', 'files']),
    resume: given.resume ?? false,
    dryRun: given['dry-run'] ?? false,
    json: given.json ?? false,
    admin: adminOf(given),
  };
}

function readArgs(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        context: { type: 'string', short: 'c' },
        user: { type: 'string', short: 'u' },
        scope: { type: 'string' },
        'store-root': { type: 'string' },
        only: { type: 'string' },
        resume: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        json: { type: 'boolean' },
        adminuser: { type: 'string', short: 'A' },
        adminpass: { type: 'string', short: 'P' },
        server: { type: 'string', short: 's' },
        port: { type: 'string', short: 'p' },
        responsetimeout: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    // Its first sentence names the option and never a value.
    const [reason = ''] = (error instanceof Error ? error.message : '').split(/[.\n]/);
    throw new UsageError(reason);
  }
}

type Given = ReturnType<typeof readArgs>;

/** OX: semantics 7.6, a scope excludes -c and -u, and -u needs -c. */
function selectionOf({ context, user, scope }: Given): HolderSelection {
  const scopeGiven = choice('--scope', scope, ['all', 'context', 'user']);
  if (scopeGiven !== null) {
    if (context !== undefined || user !== undefined)
      throw new UsageError('--scope goes without --context and --user');
    const contexts = scopeGiven !== 'user';
    return { contexts, users: scopeGiven !== 'context', contextId: null, userId: null };
  }
  if (context === undefined)
    throw new UsageError(user === undefined ? 'give --context or --scope' : '--user needs --context');
  const contextId = idOf('--context', context);
  if (user === undefined) return { contexts: true, users: false, contextId, userId: null };
  const userId = user === 'all' ? null : idOf('--user', user);
  return { contexts: false, users: true, contextId, userId };
}

function adminOf({ adminuser, adminpass }: Given): RecalculateOptions['admin'] {
  if (adminuser === undefined && adminpass === undefined) return null;
  if (adminuser === undefined || adminpass === undefined)
    throw new UsageError('--adminuser and --adminpass go together');
  return { login: adminuser, password: adminpass };
}

function choice<const T extends string>(
  name: string,
  given: string | undefined,
  allowed: readonly T[],
): T | null {
  const found = allowed.find((value) => value === given);
  if (given === undefined || found !== undefined) return found ?? null;
  throw new UsageError(`${name} must be ${allowed.join(' or ')}`);
}

function idOf(name: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`${name} must be a whole number above 0${name === '--user' ? ' or all' : ''}`);
}
