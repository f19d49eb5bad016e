import { isStoreOutage } from '../../util/failed-items.js';
import type { Store } from '../repositories/store.js';
import type {
  FileCount,
  HolderKey,
  HolderSelection,
  MailCount,
  UsageHolder,
} from '../repositories/usage-repository.js';

/** Outcome of a count. `unknown` means that the source does not know the holder, and the stored usage stays. */
export type Counted<T> =
  | { readonly kind: 'counted'; readonly count: T }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly reason: string; readonly isUnreachable: boolean };

export interface RecalculationDeps {
  readonly store: Pick<Store, 'read' | 'transaction'>;
  /** Counts a mailbox anew; null: nobody to ask. */
  readonly countMail: ((mailbox: string) => Promise<Counted<MailCount>>) | null;
  /** Counts the files of a holder anew; null: nobody to ask. */
  readonly countFiles: ((holder: HolderKey) => Promise<Counted<FileCount>>) | null;
}

export interface Recalculation {
  readonly selection: HolderSelection;
  /** Goes on where the last run over the same selection ended before its time. */
  readonly resume: boolean;
  /** Reports only. */
  readonly dryRun: boolean;
}

/** Stored and counted usage; null `before` means that nothing was stored. */
export interface Drift<T> {
  readonly before: T | null;
  readonly after: T;
  readonly differs: boolean;
}

/** One holder, done. */
export interface HolderReport {
  readonly holder: UsageHolder;
  readonly mail: Drift<MailCount> | null;
  readonly files: Drift<FileCount> | null;
  /** Reasons of failed counts and writes. */
  readonly failures: readonly string[];
}

/** Going on makes no sense. What was done is kept, and a run with `resume` goes on behind it. */
export class RecalculationAborted extends Error {
  override readonly name = 'RecalculationAborted';
}

const pageLength = 200;
const maxAttempts = 3;
/** Consecutive unreachable holders after which the source counts as down. */
const maxUnreachable = 3;

/**
 * Recounts usage and overwrites the stored one (recalculatefilestoreusage). Each holder is one transaction
 * with the run's position, so that the run may be killed at any time.
 * Source: docs/contract/quota.md#5.
 * @throws RecalculationAborted when nobody can be reached
 */
export async function* recalculate(
  installation: RecalculationDeps,
  run: Recalculation,
): AsyncGenerator<HolderReport, void> {
  let place = run.resume ? await readPlace(installation, run) : start;
  let unreachable = 0;
  for (;;) {
    const holders = await installation.store.read.usage.holdersAfter(place, run.selection, pageLength);
    for (const holder of holders) {
      const { report, isUnreachable } = await recalculateHolder(installation, run, holder);
      unreachable = isUnreachable ? unreachable + 1 : 0;
      if (unreachable >= maxUnreachable) throw new RecalculationAborted(report.failures[0]);
      yield report;
    }
    const last = holders.at(-1);
    if (last === undefined) break;
    place = last;
  }
  if (!run.dryRun) await installation.store.transaction(({ settings }) => settings.delete(placeName(run)));
}

/** Number of remaining holders of the run. */
export async function countRemaining(installation: RecalculationDeps, run: Recalculation): Promise<number> {
  return installation.store.read.usage.countHolders(
    run.selection,
    run.resume ? await readPlace(installation, run) : start,
  );
}

const start: HolderKey = { contextId: 0, userId: -1 };

function placeName({ selection }: Recalculation): string {
  const { contexts, users, contextId, userId } = selection;
  const kinds = `${contexts ? 'contexts' : ''}${users ? 'users' : ''}`;
  return `recalculate ${kinds} ${contextId ?? 'all'} ${userId ?? 'all'}`;
}

async function readPlace({ store }: RecalculationDeps, run: Recalculation): Promise<HolderKey> {
  const match = /^(\d+) (\d+)$/.exec((await store.read.settings.get(placeName(run))) ?? '');
  return match === null ? start : { contextId: Number(match[1]), userId: Number(match[2]) };
}

async function recalculateHolder(
  installation: RecalculationDeps,
  run: Recalculation,
  holder: UsageHolder,
): Promise<{ report: HolderReport; isUnreachable: boolean }> {
  let found = await count(installation, holder);
  for (let attempt = 1; !run.dryRun; attempt += 1) {
    const end = await written(installation, run, holder, found);
    if (end === true) break;
    if (end instanceof Error) {
      found = { ...found, mail: null, files: null, failures: [...found.failures, `not stored: ${end.name}`] };
      await write(installation, run, holder, found);
      break;
    }
    if (attempt === maxAttempts) {
      found = { ...found, mail: null, files: null, failures: ['it changed all the while'] };
      await write(installation, run, holder, found);
      break;
    }
    found = await count(installation, holder);
  }
  const { mail, files, failures, isUnreachable } = found;
  const before = files && { bytes: files.before.bytes, files: files.before.files };
  return { report: { holder, mail, files: files && { ...files, before }, failures }, isUnreachable };
}

interface Found extends Omit<HolderReport, 'holder'> {
  readonly mail: Drift<MailCount> | null;
  readonly files:
    (Drift<FileCount> & { readonly before: FileCount & { readonly generation: number } }) | null;
  readonly isUnreachable: boolean;
}

/** Reads the stored usage before counting, so that a change meanwhile is noticed at the write. */
async function count(
  { store, countMail, countFiles }: RecalculationDeps,
  holder: UsageHolder,
): Promise<Found> {
  const failures: string[] = [];
  let isUnreachable = false;
  const counted = <T>(what: string, answer: Counted<T>): T | null => {
    if (answer.kind === 'counted') return answer.count;
    failures.push(answer.kind === 'unknown' ? `${what}: not known there` : `${what}: ${answer.reason}`);
    isUnreachable ||= answer.kind === 'failed' && answer.isUnreachable;
    return null;
  };
  let mail: Found['mail'] = null;
  if (countMail !== null && holder.mailbox !== null) {
    const before = await store.read.usage.mailUsage(holder.mailbox);
    const { mailbox } = holder;
    const after = counted('mail', await answerOf(() => countMail(mailbox)));
    if (after !== null) mail = { before, after, differs: mailDiffers(before, after) };
  }
  let files: Found['files'] = null;
  const before = countFiles !== null && holder.hasFiles ? await store.read.usage.fileUsage(holder) : null;
  if (countFiles !== null && before !== null) {
    const after = counted('files', await answerOf(() => countFiles(holder)));
    const differs = after !== null && (after.bytes !== before.bytes || after.files !== before.files);
    if (after !== null) files = { before, after, differs };
  }
  return { mail, files, failures, isUnreachable };
}

/** Reports a holder's error for that holder, so that the others are counted. */
async function answerOf<T>(ask: () => Promise<Counted<T>>): Promise<Counted<T>> {
  try {
    return await ask();
  } catch (error) {
    if (isStoreOutage(error)) throw error;
    const reason = error instanceof Error ? error.name : 'unknown';
    return { kind: 'failed', reason, isUnreachable: false };
  }
}

/** No row and an empty mailbox are the same. */
function mailDiffers(before: MailCount | null, after: MailCount): boolean {
  return (before?.bytes ?? 0) !== after.bytes || (before?.messages ?? 0) !== after.messages;
}

/** @returns false, and nothing is written, when something has changed since it was read */
async function write(
  { store }: RecalculationDeps,
  run: Recalculation,
  holder: UsageHolder,
  { mail, files, isUnreachable }: Found,
): Promise<boolean> {
  try {
    await store.transaction(async ({ usage, settings }) => {
      if (mail?.differs && holder.mailbox !== null)
        refuseUnless(await usage.replaceMailUsage(holder.mailbox, mail.before, mail.after));
      if (files?.differs) refuseUnless(await usage.replaceFileUsage(holder, files.before, files.after));
      // An unreachable holder is retried, unless later ones could be reached.
      if (!isUnreachable) await settings.set(placeName(run), `${holder.contextId} ${holder.userId}`);
    });
    return true;
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return false;
    throw error;
  }
}

/** Like write; returns the error of this holder alone. */
async function written(...given: Parameters<typeof write>): Promise<boolean | Error> {
  try {
    return await write(...given);
  } catch (error) {
    if (isStoreOutage(error) || !(error instanceof Error)) throw error;
    return error;
  }
}

class ChangedMeanwhile extends Error {}

function refuseUnless(replaced: boolean): void {
  if (!replaced) throw new ChangedMeanwhile();
}
