/** The connections to the database at this moment. */
export interface PoolState {
  readonly used: number;
  /** Open and idle. */
  readonly free: number;
  /** Calls that wait for one. */
  readonly waiting: number;
  /** How many there may be. */
  readonly size: number;
}
