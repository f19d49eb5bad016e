/** Time limits for waits on a database server. */
export interface DatabaseBounds {
  /** For a connection, from the pool or to a server, and for each step of setting it up. */
  readonly connectMs: number;
  /** For a statement. */
  readonly queryMs: number;
  /**
   * Limit of a COMMIT. Longer than a Galera cluster needs to drop a dead node (6 s by default), during which
   * commits wait. An abandoned commit has an unknown outcome.
   */
  readonly commitMs: number;
  /** Below `queryMs`, so that the server reports a lock wait before the connection is given up. */
  readonly lockWaitMs: number;
  /** After so long the server ends a transaction of which it hears no more, and frees its locks. */
  readonly idleTransactionMs: number;
  /** For what a call loses to a server that does not answer, retries included. */
  readonly callMs: number;
}

/** The bounds that follow from that of a statement; with 5 s every call ends within half a minute. */
export function databaseBounds(queryMs = 5_000): DatabaseBounds {
  return {
    connectMs: queryMs * 0.6,
    queryMs,
    commitMs: queryMs * 4,
    lockWaitMs: queryMs * 0.6,
    idleTransactionMs: queryMs * 2,
    callMs: queryMs * 4.4,
  };
}
