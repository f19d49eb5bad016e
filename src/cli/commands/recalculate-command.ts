import { Command, Option } from 'commander';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { type CallFacts, inAuditedCall } from '../../provisioning/access/audited-call.js';
import { ProvisioningError } from '../../provisioning/errors/errors.js';
import { StoreUnavailableError } from '../../provisioning/errors/store-errors.js';
import type { Store } from '../../provisioning/repositories/store.js';
import type {
  FileCount,
  HolderKey,
  HolderSelection,
  MailCount,
} from '../../provisioning/repositories/usage-repository.js';
import {
  type Counted,
  countRemaining,
  type HolderReport,
  recalculate,
  RecalculationAborted,
  type RecalculationDeps,
} from '../../provisioning/usage/recalculate.js';
import { CommandError, type CommandIo, UsageError } from '../terminal/command-io.js';
import { ProgressLine } from '../terminal/print-rows.js';
import { DirectoryStore } from './directory-store.js';

/** Tools of the command. */
export interface RecalculateTools {
  readonly store: Store;
  /** Asks the mail server; null: none is configured. */
  readonly countMail: ((mailbox: string) => Promise<Counted<MailCount>>) | null;
  /** @throws Error unless the admin may do this to the context, or (null) to all */
  readonly authorize: (
    admin: { readonly login: string; readonly password: string },
    contextId: number | null,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Totals of a run. */
interface Sum {
  checked: number;
  corrected: number;
  failed: number;
  /** Rows of mailboxes that nobody has. */
  forgotten: number;
}

const explanation = `
Counts anew what mailboxes and file storages hold, and corrects what is stored. Mail is asked of the mail server of the settings
(MAIL_SERVER), files are counted in a directory. Give -c for a context's own file storage, -c and -u for users, or --scope for all.

Settings are those of the service, in the environment. Exit codes: 0 done, 1 not possible or broken off, 2 wrong usage, 3 done but for
some, 130 or 143 interrupted.`;

/**
 * `oxbow recalculate`, also under the name that the original has for it.
 * Source: docs/contract/quota.md#5.
 * @param open connects to what the settings say, once the arguments are understood
 */
export function recalculateCommand(open: () => Promise<RecalculateTools>, io: CommandIo): Command {
  return new Command('recalculate')
    .alias('recalculatefilestoreusage')
    .description('recount the usage of mailboxes and file storages')
    .option('-c, --context <id>', 'the context')
    .option('-u, --user <id|all>', 'the user, or all of the context')
    .option('--scope <scope>', 'all, context or user, in all contexts')
    .option('--store-root <dir>', 'where the files are: DIR/<context>/<user>')
    .option('--only <kind>', 'counts only mail, or only files')
    .option('--resume', 'resumes the last interrupted run')
    .option('--dry-run', 'reports only, corrects nothing')
    .option('--json', 'one JSON object per line: every context and user, then the sum')
    .option('-A, --adminuser <name>', 'with -P: checks the rights of this admin, as the original does')
    .option('-P, --adminpass <password>', 'the password of that admin')
    .addOption(new Option('-s, --server <host>').hideHelp())
    .addOption(new Option('-p, --port <port>').hideHelp())
    .addOption(new Option('--responsetimeout <seconds>').hideHelp())
    .addHelpText('after', explanation)
    .action(async (given: GivenRecalculateOptions) => {
      const options = readRecalculateOptions(given);
      const tools = await open();
      try {
        io.exitWith(await inAuditedCall(callOf(options), () => runOn(tools, options, io)));
      } finally {
        await tools.close();
      }
    });
}

/** Name of this run in the audit trail. */
function callOf({ admin }: RecalculateOptions): CallFacts {
  const login = admin?.login ?? operatorName();
  const who = { login, address: null, principal: 'operator' } as const;
  return { requestId: randomUUID(), service: 'oxbow', operation: 'recalculate', ...who };
}

async function runOn(tools: RecalculateTools, options: RecalculateOptions, io: CommandIo): Promise<number> {
  await checkAdmin(tools, options);
  const installation = await chooseSources(tools, options, io);
  // Without files there is nothing to count of contexts.
  const selection = {
    ...options.selection,
    contexts: options.selection.contexts && installation.countFiles !== null,
  };
  const run = { ...options, selection };
  const total = await countRemaining(installation, run);
  if (total === 0 && selection.contextId !== null && !options.resume) throw new CommandError(nobody(options));
  const sum: Sum = { checked: 0, corrected: 0, failed: 0, forgotten: 0 };
  const progress = new ProgressLine(io);
  try {
    for await (const report of recalculate(installation, run)) {
      add(sum, report);
      progress.clear();
      show(report, options, io);
      progress.show(`${sum.checked} of ${total}, ${sum.corrected} differ, ${sum.failed} failed`);
      if (io.signal.aborted) break;
    }
  } catch (error) {
    if (!(error instanceof RecalculationAborted || error instanceof StoreUnavailableError)) throw error;
    progress.clear();
    const reason = error instanceof RecalculationAborted ? error.message : 'the database cannot be reached';
    io.err(`stopped: ${reason}; use --resume to continue\n`);
    return 1;
  }
  progress.clear();
  if (io.signal.aborted) {
    io.err(`interrupted after ${sum.checked}; use --resume to continue\n`);
    return Number(io.signal.reason);
  }
  if (selection.users && selection.contextId === null && installation.countMail !== null && !options.dryRun)
    sum.forgotten = await tools.store.transaction(({ usage }) => usage.forgetUnusedMail(null));
  showSum(sum, options, io);
  return sum.failed > 0 ? 3 : 0;
}

/** @throws CommandError */
async function checkAdmin(tools: RecalculateTools, { admin, selection }: RecalculateOptions): Promise<void> {
  if (admin === null) return;
  try {
    await tools.authorize(admin, selection.contextId);
  } catch (error) {
    throw error instanceof ProvisioningError ? new CommandError(`--adminuser: ${error.message}`) : error;
  }
}

/**
 * Sources that the selection needs.
 * @throws CommandError when none is available for a requested kind
 */
async function chooseSources(
  { store, countMail }: RecalculateTools,
  { selection, storeRoot, only }: RecalculateOptions,
  io: CommandIo,
): Promise<RecalculationDeps> {
  const files = storeRoot === null ? null : new DirectoryStore(storeRoot);
  if (files !== null && !(await files.isFilled()))
    throw new CommandError('--store-root does not exist, is not readable or is empty: is it mounted?');
  const countsFiles = files !== null && only !== 'mail';
  const countsMail = countMail !== null && only !== 'files' && selection.users;
  if (!countsFiles && !countsMail)
    throw new CommandError(
      selection.users
        ? 'nothing to count with: for mail set MAIL_SERVER, for files give --store-root'
        : 'nothing to count with: for files give --store-root',
    );
  if (!countsFiles && only === null) io.err('files are not counted: no --store-root\n');
  if (!countsMail && only === null && selection.users) io.err('mail is not counted: no MAIL_SERVER\n');
  return {
    store,
    countMail: countsMail ? countMail : null,
    countFiles: countsFiles ? fileCounter(store, files) : null,
  };
}

function fileCounter(store: Store, files: DirectoryStore) {
  return async ({ contextId, userId }: HolderKey): Promise<Counted<FileCount>> => {
    try {
      const count =
        userId === 0
          ? await files.countContext(contextId, await store.read.usage.usersWithStorage(contextId))
          : await files.countUsers(contextId, [
              userId,
              ...(await store.read.fileUsage.sharers(contextId, userId)),
            ]);
      return { kind: 'counted', count };
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
      return { kind: 'failed', reason: `cannot be read: ${String(error.code)}`, isUnreachable: false };
    }
  };
}

function nobody({ selection: { contextId, userId } }: RecalculateOptions): string {
  return userId === null
    ? `there is no context ${contextId}`
    : `there is no user ${userId} in context ${contextId}`;
}

function add(sum: Sum, { mail, files, failures }: HolderReport): void {
  sum.checked += 1;
  if (mail?.differs || files?.differs) sum.corrected += 1;
  if (failures.length > 0) sum.failed += 1;
}

function show(report: HolderReport, { json }: RecalculateOptions, io: CommandIo): void {
  const { holder, mail, files, failures } = report;
  const { contextId, userId, mailbox } = holder;
  if (json) {
    const user = userId === 0 ? {} : { userId, mailbox };
    io.out(`${JSON.stringify({ contextId, ...user, mail, files, failures })}\n`);
    return;
  }
  const name = `context ${contextId}${userId === 0 ? '' : `, user ${userId}`}${mailbox === null ? '' : `, ${mailbox}`}`;
  const drifts = [
    ...(mail?.differs ? [`mail ${change(mail.before, mail.after, 'messages')}`] : []),
    ...(files?.differs ? [`files ${change(files.before, files.after, 'files')}`] : []),
  ];
  if (drifts.length > 0) io.out(`${name}: ${drifts.join('; ')}\n`);
  if (failures.length > 0) io.err(`${name}: not done: ${failures.join('; ')}\n`);
}

/** Example: `12 → 34 bytes, 1 → 2 messages`. */
function change<K extends 'messages' | 'files'>(
  before: ({ readonly bytes: number } & Readonly<Record<K, number>>) | null,
  after: { readonly bytes: number } & Readonly<Record<K, number>>,
  things: K,
): string {
  return `${before?.bytes ?? 0} → ${after.bytes} bytes, ${before?.[things] ?? 0} → ${after[things]} ${things}`;
}

function showSum(sum: Sum, { json, dryRun }: RecalculateOptions, io: CommandIo): void {
  if (json) {
    io.out(`${JSON.stringify({ ...sum, dryRun })}\n`);
    return;
  }
  const corrected = `${sum.corrected} ${dryRun ? 'differ' : 'corrected'}`;
  const forgotten = sum.forgotten > 0 ? `, ${sum.forgotten} of nobody forgotten` : '';
  io.out(`${sum.checked} counted, ${corrected}, ${sum.failed} failed${forgotten}\n`);
}

/** Login at the machine, as the operator's name in the audit trail. */
function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // There are containers whose user has no name.
    return 'operator';
  }
}

/** Options as given on the command line. */
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
function readRecalculateOptions(given: GivenRecalculateOptions): RecalculateOptions {
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

/** A scope excludes -c and -u, and -u needs -c. Source: docs/contract/quota.md#5. */
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
  const contextId = parseIdArgument('--context', context);
  if (user === undefined) return { contexts: true, users: false, contextId, userId: null };
  const userId = user === 'all' ? null : parseIdArgument('--user', user);
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

function parseIdArgument(name: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`${name} must be a whole number above 0${name === '--user' ? ' or all' : ''}`);
}
