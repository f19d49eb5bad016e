import type { Knex } from 'knex';
import { AsyncLocalStorage } from 'node:async_hooks';
import { CommitUnknownError } from '../provisioning/errors/store-errors.js';
import { DatabaseError, withoutDriverText } from './database-error.js';
import { noteCommit } from './driver/patience.js';
import { retrying, type OnRetry } from './retrying.js';

/** How a repository reaches the database: within a transaction, or directly, where it can only read. */
export interface Session {
  read<T>(query: (db: Knex) => Promise<T>): Promise<T>;
  write<T>(query: (db: Knex) => Promise<T>): Promise<T>;
}

const insideTransaction = new AsyncLocalStorage<true>();

/** What the transactions of a call are instead of transactions of their own. */
export interface Joining {
  /** null: no transaction was begun yet. */
  readonly session: Session | null;
  begin(): Promise<Session>;
}

/** Whatever transactions the present call begins are part of this one. */
export const joining = new AsyncLocalStorage<Joining>();

/** Reads outside of a transaction, each tried again when the connection was lost. */
export function directSession(knex: Knex, onRetry?: OnRetry): Session {
  return {
    async read(query) {
      const session = joining.getStore()?.session;
      if (session) return session.read(query);
      refuseInsideTransaction();
      return retrying(() => withPlainErrors(() => query(knex)), onRetry);
    },
    write() {
      return Promise.reject(new Error('the store writes and locks only inside a transaction'));
    },
  };
}

/** Queries of one transaction, with errors that hold no text of the driver. */
export function transactionSession(transaction: Knex.Transaction): Session {
  const run = <T>(query: (db: Knex) => Promise<T>) => withPlainErrors(() => query(transaction));
  return { read: run, write: run };
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
    // Whatever went wrong during the rollback, the reason for it is what counts.
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
    const plain = withoutDriverText(error);
    throw isCommitting ? ofCommit(plain) : plain;
  }
}

/** What the error of a COMMIT means: without a connection nobody knows how it ended. */
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
