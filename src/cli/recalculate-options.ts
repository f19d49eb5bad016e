import type { HolderSelection } from '../provisioning/repositories/usage-repository.js';
import { UsageError } from './command-error.js';

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

/** The options of `recalculate` as they were given. */
export interface GivenRecalculateOptions {
  readonly context?: string;
  readonly user?: string;
  readonly scope?: string;
  readonly storeRoot?: string;
  readonly only?: string;
  readonly resume?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly adminuser?: string;
  readonly adminpass?: string;
}

/** @throws UsageError in one line */
export function readRecalculateOptions(given: GivenRecalculateOptions): RecalculateOptions {
  return {
    selection: selectionOf(given),
    storeRoot: given.storeRoot ?? null,
    only: choice('--only', given.only, ['mail', 'files']),
    resume: given.resume ?? false,
    dryRun: given.dryRun ?? false,
    json: given.json ?? false,
    admin: adminOf(given),
  };
}

/** OX: semantics 7.6, a scope excludes -c and -u, and -u needs -c. */
function selectionOf({ context, user, scope }: GivenRecalculateOptions): HolderSelection {
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

function adminOf({ adminuser, adminpass }: GivenRecalculateOptions): RecalculateOptions['admin'] {
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
