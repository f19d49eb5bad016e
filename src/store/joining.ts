import type { Knex } from 'knex';
import { withoutDriverText } from './database-error.js';
import { retrying, type OnRetry } from './retrying.js';
import { joining, ofCommit, transactionSession, type Joining, type Session } from './session.js';

/** One transaction, not begun before the call first wants one. */
class JoinedTransaction implements Joining {
  private beginning: Promise<Knex.Transaction> | null = null;
  session: Session | null = null;
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

  /** Whatever goes wrong here, the reason for it is what counts. */
  async rollback(): Promise<void> {
    const transaction = await this.beginning?.catch(() => null);
    if (transaction && !transaction.isCompleted()) await transaction.rollback().catch(() => undefined);
  }
}

/**
 * Runs `call` with all its transactions joined into one, which begins where the first of them does and is committed after `finish`.
 * Runs again as a whole, as inTransaction does.
 * @throws as inTransaction
 */
export function inOneTransaction<T>(
  knex: Knex,
  call: () => Promise<T>,
  finish: (session: Session, result: T) => Promise<void>,
  onRetry?: OnRetry,
): Promise<T> {
  return retrying(async () => {
    const transaction = new JoinedTransaction(knex);
    try {
      const result = await joining.run(transaction, call);
      await finish(await transaction.begin(), result);
      await transaction.commit();
      return result;
    } catch (error) {
      const plain = withoutDriverText(error);
      await transaction.rollback();
      throw transaction.isCommitting ? ofCommit(plain) : plain;
    }
  }, onRetry);
}

/** Runs `call` up to where it would begin a transaction, which throws `end` instead. */
export function untilTransaction<T>(call: () => Promise<T>, end: () => Error): Promise<T> {
  return joining.run({ session: null, begin: () => Promise.reject(end()) }, call);
}
