import type * as Mysql from 'mysql2';
import type { Socket } from 'node:net';
import type { Binding } from '../statement.js';
import { boundedWait } from './bounded-wait.js';

/** Duration of a statement after which the pool may open another connection. */
const overdueMs = 2_000;

/** The rows that answer a statement in the text protocol. */
export type TextRows = readonly Readonly<Record<string, string>>[];

/** The part of mysql2's connections that is used here, and nowhere else. */
interface RawConnection {
  connect(done: (error: Error | null) => void): void;
  query(options: { readonly sql: string }, done: (error: Error | null, rows: TextRows) => void): void;
  execute(
    options: { readonly sql: string },
    values: readonly Binding[],
    done: (error: Error | null, result: unknown) => void,
  ): void;
  on(event: 'error', listener: (error: unknown) => void): void;
  end(done: (error?: Error | null) => void): void;
  destroy(): void;
  readonly stream: Socket;
}

/** A connection that is waited for only with a bound; to be used through this file's functions. */
export interface MysqlConnection {
  /** knex's mark for a connection that must not be used again. */
  __knex__disposed?: unknown;
  /** Index of its host. */
  hostIndex?: number;
  /** Count of silences when it was opened. */
  silences?: number;
  /** Told that a wait on it is overdue (1), and that this one has ended (-1). */
  onOverdue?: (change: 1 | -1) => void;
}

/** Connects and logs in. @throws Error of the driver, or with the code DATABASE_SILENT */
export async function openConnection(
  driver: Pick<typeof Mysql, 'createConnection'>,
  settings: Mysql.ConnectionOptions,
  boundMs: number,
): Promise<MysqlConnection> {
  const raw = driver.createConnection(settings) as unknown as RawConnection;
  const connection = raw as MysqlConnection;
  raw.on('error', (error) => (connection.__knex__disposed = error));
  const giveUp = () => discard(connection);
  try {
    await boundedWait({ boundMs, giveUp }, () => called<void>((done) => raw.connect(done)));
  } catch (error) {
    giveUp();
    throw error;
  }
  return connection;
}

/** Waits for whatever is done on a connection; one that did not answer in time is never used again. */
export function waitFor<T>(
  connection: MysqlConnection,
  boundMs: number,
  work: () => PromiseLike<T>,
): Promise<T> {
  const { onOverdue } = connection;
  const giveUp = () => discard(connection);
  return boundedWait({ boundMs, overdueMs, giveUp, ...(onOverdue && { onOverdue }) }, work);
}

/** Runs a statement in the text protocol. */
export function runText(connection: MysqlConnection, sql: string, boundMs: number): Promise<TextRows> {
  const raw = connection as unknown as RawConnection;
  return waitFor(connection, boundMs, () => called((done) => raw.query({ sql }, done)));
}

/** Runs a statement in the binary protocol: it is prepared once per connection, and values never become SQL text. */
export function runPrepared(
  connection: MysqlConnection,
  sql: string,
  values: readonly Binding[],
  boundMs: number,
): Promise<unknown> {
  const raw = connection as unknown as RawConnection;
  return waitFor(connection, boundMs, () => called((done) => raw.execute({ sql }, values, done)));
}

/** Says good-bye to the server. */
export async function endConnection(connection: MysqlConnection, boundMs: number): Promise<void> {
  const raw = connection as unknown as RawConnection;
  if (connection.__knex__disposed !== undefined) return discard(connection);
  try {
    await waitFor(connection, boundMs, () => called((done) => raw.end(done)));
    // A server that is silent would never close its half.
    raw.stream.destroySoon();
  } catch {
    discard(connection);
  }
}

/** Drops a connection without a word; a server that is silent would not hear it. */
export function discard(connection: MysqlConnection): void {
  const raw = connection as unknown as RawConnection;
  connection.__knex__disposed ??= new Error('dropped');
  raw.destroy();
  // mysql2 only closes its own half.
  raw.stream.destroy();
}

function called<T>(start: (done: (error: Error | null | undefined, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result as T);
      else reject(error);
    });
  });
}
