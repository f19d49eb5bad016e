import type { Knex } from 'knex';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommitUnknownError, StoreUnavailableError } from '../../provisioning/errors/store-errors.js';
import type { Writing } from './changes.js';
import { DatabaseError, withoutDriverText } from './database-error.js';
import { hasCommitted, isPatienceOver, noteCommit, noteLoss } from './driver/patience.js';

/** Access to the database: within a transaction, or directly and read-only. */
export interface Session extends Writing {
  read<T>(query: (db: Knex) => Promise<T>): Promise<T>;
  /** A read that keeps others from its rows, or waits for them, until the transaction ends. */
  lock<T>(query: (db: Knex) => Promise<T>): Promise<T>;
}

const insideTransaction = new AsyncLocalStorage<true>();

/** Shared transaction of a call, used by all its transactions. */
export interface Joining {
  /** null: no transaction was begun yet. */
  readonly session: Session | null;
  begin(): Promise<Session>;
  /** Steps that follow the commit. */
  readonly afterCommit: (() => Promise<void>)[];
}

/** Inside `joining`, all transactions of a call become parts of one. */
export const joining = new AsyncLocalStorage<Joining>();

/** Runs what follows a commit: at once, or after that of the call's shared transaction. */
export async function afterCommit(run: () => Promise<void>): Promise<void> {
  const whole = joining.getStore();
  if (whole) whole.afterCommit.push(run);
  else await run();
}

/** Reads outside of a transaction, each tried again when the connection was lost. */
export function directSession(knex: Knex, onRetry?: OnRetry): Session {
  const refuse = () => Promise.reject(new Error('the store writes and locks only inside a transaction'));
  return {
    async read(query) {
      const session = joining.getStore()?.session;
      if (session) return session.read(query);
      refuseInsideTransaction();
      return retrying(() => withPlainErrors(() => query(knex)), onRetry);
    },
    lock: refuse,
    changing: refuse,
    untold: refuse,
  };
}

/** Queries of one transaction, with errors that hold no text of the driver. */
function transactionSession(transaction: Knex.Transaction): Session {
  const run = <T>(query: (db: Knex) => Promise<T>) => withPlainErrors(() => query(transaction));
  return {
    read: run,
    lock: run,
    changing: (_kind, _details, write) => run(write),
    untold: (_reason, write) => run(write),
  };
}

/**
 * Runs `work` in one transaction, again as a whole when it was rolled back through no fault of its own.
 * When the connection is lost after COMMIT was sent nobody knows how it ended, so it is not repeated.
 * @throws StoreUnavailableError tries used up; CommitUnknownError; whatever `work` throws
 */
export async function inTransaction<T>(
  knex: Knex,
  work: (session: Session) => Promise<T>,
  onRetry?: OnRetry,
): Promise<T> {
  const whole = joining.getStore();
  if (whole) return work(await whole.begin());
  refuseInsideTransaction();
  const result = await insideTransaction.run(true, () =>
    retrying(() => attemptTransaction(knex, work), onRetry),
  );
  noteCommit();
  return result;
}

async function attemptTransaction<T>(knex: Knex, work: (session: Session) => Promise<T>): Promise<T> {
  let failure: { readonly error: unknown } | null = null;
  let isCommitting = false;
  try {
    return await knex.transaction(async (transaction) => {
      try {
        const result = await work(transactionSession(transaction));
        isCommitting = true;
        return result;
      } catch (error) {
        failure = { error };
        throw error;
      }
    });
  } catch (error) {
    // The original error counts, not one of the rollback.
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
    const plain = withoutDriverText(error);
    throw isCommitting ? ofCommit(plain) : plain;
  }
}

/** Meaning of a failed COMMIT: without a connection its outcome is unknown. */
export function ofCommit(error: unknown): unknown {
  const isEndUnknown = error instanceof DatabaseError && error.kind === 'connection';
  return isEndUnknown ? new CommitUnknownError(error.code) : error;
}

/** On SQLite, which has one connection, a direct read from within a transaction would wait for itself. */
function refuseInsideTransaction(): void {
  if (insideTransaction.getStore() !== true) return;
  throw new Error('inside a transaction use the repositories that the transaction was given');
}

async function withPlainErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw withoutDriverText(error);
  }
}

/** One transaction, not begun before the call first wants one. */
class JoinedTransaction implements Joining {
  private beginning: Promise<Knex.Transaction> | null = null;
  session: Session | null = null;
  readonly afterCommit: (() => Promise<void>)[] = [];
  isCommitting = false;

  constructor(private readonly knex: Knex) {}

  async begin(): Promise<Session> {
    const transaction = await (this.beginning ??= this.knex.transaction());
    // knex tells only here how a COMMIT ended.
    transaction.executionPromise.catch(() => undefined);
    return (this.session ??= transactionSession(transaction));
  }

  async commit(): Promise<void> {
    const transaction = await this.beginning;
    this.isCommitting = true;
    await transaction?.commit();
    await transaction?.executionPromise;
  }

  /** The original error counts, not one of the rollback. */
  async rollback(): Promise<void> {
    const transaction = await this.beginning?.catch(() => null);
    if (transaction && !transaction.isCompleted()) await transaction.rollback().catch(() => undefined);
  }
}

/**
 * Runs `call` with all its transactions joined into one. It begins with the first of them and commits after
 * `finish`. It is retried as a whole, like inTransaction.
 * @throws as inTransaction
 */
export async function inOneTransaction<T>(
  knex: Knex,
  call: () => Promise<T>,
  finish: (session: Session, result: T) => Promise<void>,
  onRetry?: OnRetry,
): Promise<T> {
  const { result, steps } = await retrying(async () => {
    const transaction = new JoinedTransaction(knex);
    try {
      const result = await joining.run(transaction, call);
      await finish(await transaction.begin(), result);
      await transaction.commit();
      return { result, steps: transaction.afterCommit };
    } catch (error) {
      const plain = withoutDriverText(error);
      await transaction.rollback();
      throw transaction.isCommitting ? ofCommit(plain) : plain;
    }
  }, onRetry);
  for (const step of steps) await step();
  return result;
}

/** Runs `call` up to where it would begin a transaction, which throws `end` instead. */
export function untilTransaction<T>(call: () => Promise<T>, end: () => Error): Promise<T> {
  return joining.run({ session: null, begin: () => Promise.reject(end()), afterCommit: [] }, call);
}

const maxTries = 5;
/**
 * Somebody else has won against a transaction that deadlocked, so all of them come to an end. On a Galera cluster whoever wants the same row
 * on two nodes meets this often.
 */
const maxTriesAfterDeadlock = 12;
const baseDelayMs = 50;
const maxDelayMs = 800;

/** Told before a try is repeated. `code` is the database's error code. */
export type OnRetry = (info: {
  readonly attempt: number;
  readonly code: string;
  readonly delayMs: number;
}) => void;

/**
 * Retries `attempt` after recoverable errors: 5 tries (12 after deadlocks) with doubling, fully jittered
 * pauses. After such an error `attempt` must have left nothing behind.
 * @throws StoreUnavailableError all tries are used up, or the database cannot write
 * @throws CommitUnknownError likewise, after an earlier commit of the same call
 * @throws every other error as it is
 */
export async function retrying<T>(attempt: () => Promise<T>, onRetry?: OnRetry): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const startedMs = performance.now();
    try {
      return await attempt();
    } catch (error) {
      if (mayRunAgain(error) || error instanceof CommitUnknownError) noteLoss(performance.now() - startedMs);
      if (error instanceof DatabaseError && error.kind === 'broken') throw unavailable(error.code);
      if (!mayRunAgain(error)) throw error;
      if (tried >= triesAfter(error) || isPatienceOver()) throw unavailable(error.code);
      const delayMs = Math.ceil(Math.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (tried - 1)));
      onRetry?.({ attempt: tried, code: error.code, delayMs });
      await sleep(delayMs);
    }
  }
}

/** An earlier commit of the call stays, such as a change whose result is then read. */
function unavailable(code: string): StoreUnavailableError {
  return hasCommitted() ? new CommitUnknownError(code) : new StoreUnavailableError(code);
}

function triesAfter({ code }: DatabaseError): number {
  return code === 'ER_LOCK_DEADLOCK' ? maxTriesAfterDeadlock : maxTries;
}

function mayRunAgain(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.kind === 'again' || error.kind === 'connection');
}
