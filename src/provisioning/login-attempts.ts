/** Whose password was tried, and from where. */
export interface LoginPlace {
  /** A hash: attempts hold whatever people type into the field of a login. */
  readonly account: string;
  readonly address: string;
  /** The context of the login, with which the counts go; null or absent: it is that of a provider. */
  readonly contextId?: number | null;
}

/** Failures since the first of them. */
export interface FailureCount {
  readonly failures: number;
  readonly sinceMs: number;
}

/** What is on record of a login and an address. */
export interface LoginRecord {
  /** Of this login from this address. */
  readonly here: FailureCount;
  /** Of this login from all addresses where its right password was not used. */
  readonly elsewhere: FailureCount;
  /** When the right password was last used here; null: never. */
  readonly rightMs: number | null;
}

/** How many failures there were with the present one, since the window began. */
export interface Failures {
  readonly here: number;
  readonly elsewhere: number;
  /** Of all logins from this address. */
  readonly atAddress: number;
}

/** The limits from which on logins are refused. */
export interface RefusalLimits {
  readonly here: number;
  readonly elsewhere: number;
}

/** A login that is refused from an address. */
export interface RefusedPlace extends LoginPlace, FailureCount {}

/**
 * Failed logins, as all processes on the database know them. Every method stands for itself: what else a call does, or does not do in the
 * end, leaves these counts alone.
 */
export interface LoginAttempts {
  read(place: LoginPlace): Promise<LoginRecord>;
  /** Counts a failure; counts that began before the window start anew. `isKnownPlace`: it does not count as elsewhere. */
  addFailure(
    place: LoginPlace,
    at: { readonly nowMs: number; readonly windowMs: number; readonly isKnownPlace: boolean },
  ): Promise<Failures>;
  /** Notes that the right password was used: what failed there before counts no more. */
  addRight(place: LoginPlace, nowMs: number, keptMs: number): Promise<void>;
  /**
   * Ends refusals: forgets the failures of a login, or of an address, or (both) of the one from the other.
   * @returns how many counts there were
   */
  forgetFailures(of: Partial<LoginPlace>): Promise<number>;
  /** What is refused at present, the latest first. */
  listRefused(limits: RefusalLimits, sinceMs: number, length: number): Promise<RefusedPlace[]>;
  /** Deletes what counts no more. */
  forgetExpired(nowMs: number): Promise<void>;
  /** How many pairs of login and address, and how many logins from unknown addresses, are refused. */
  countRefused(limits: RefusalLimits, sinceMs: number): Promise<{ here: number; elsewhere: number }>;
}
