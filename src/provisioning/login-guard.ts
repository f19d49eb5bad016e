import { createHash } from 'node:crypto';
import type { Credentials } from './authorization.js';
import type { CredentialVerifier } from './credential-verifier.js';
import type { Failures, LoginAttempts, LoginPlace, LoginRecord } from './login-attempts.js';
import { RecentPlaces } from './recent-places.js';
import { Turns } from './turns.js';

/** How the operator wants logins guarded. */
export interface LoginGuardSettings {
  /** Failures of one login from one address before answers are slowed; refused at twice as many. 0: nothing is guarded. */
  readonly loginFailuresAllowed: number;
  /** Failures of one login from all addresses where its right password was never used. */
  readonly loginFailuresElsewhere: number;
  /** For how long failures count and refusals last, in seconds. */
  readonly loginFailureWindow: number;
}

/** A login that failed, for the log. `login` is what the caller claimed. */
export interface FailedLogin {
  readonly login: string;
  readonly contextId: number | null;
  readonly address: string;
  /** `refused`: the password was not looked at. */
  readonly outcome: 'wrong' | 'refused';
  readonly failures: number;
}

export interface LoginGuardOptions {
  readonly verifier: CredentialVerifier;
  readonly attempts: LoginAttempts;
  readonly settings: LoginGuardSettings;
  readonly onFailure: (failure: FailedLogin) => void;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** How many answers may be held back at once, since each takes the place of a request; 200 by default. */
  readonly maxDelayed?: number;
}

/** Checks the password of a caller. */
export interface CredentialChecker {
  /**
   * Whether the caller's password belongs to `storedHash`; null (no such login) never matches and takes as long.
   * @param contextId where the login belongs; null: it is that of the master admin or of a reseller
   */
  verify(credentials: Credentials, storedHash: string | null, contextId: number | null): Promise<boolean>;
  /** Called when refusals may have ended, as those of a context whose id somebody else gets. */
  forgetRefusals?(): void;
}

const knownPlaceMs = 30 * 24 * 3_600_000;
const noteAgainMs = 24 * 3_600_000;
const sweepIntervalMs = 60_000;
/** A refusal is looked up again after that, in case the operator has lifted it. */
const rememberRefusalMs = 30_000;
const rememberPlaceMs = 5 * 60_000;
const firstDelayMs = 200;
const maxDelayMs = 3_000;
const defaultMaxDelayed = 200;
/** Guesses for one login from one address that may wait for each other. */
const maxWaiting = 20;

interface Attempt extends LoginPlace {
  readonly login: string;
  readonly contextId: number | null;
  readonly pair: string;
}

/**
 * Slows and refuses the guessing of passwords, by docs/decisions/0004-login-guessing.md. A caller is refused in the same words as for a
 * wrong password. Right passwords that this process has just seen from the same address cost nothing.
 */
export class LoginGuard implements CredentialChecker {
  private readonly now: () => number;
  private readonly places: RecentPlaces;
  private readonly refusals: RecentPlaces;
  private readonly turns = new Turns<Failures | 'right' | 'refused'>(maxWaiting);
  private readonly counted = new WeakMap<Credentials, Set<string>>();
  private readonly notes = new Set<Promise<void>>();
  private delayed = 0;
  private nextSweepMs = 0;

  constructor(private readonly options: LoginGuardOptions) {
    this.now = options.now ?? Date.now;
    this.places = new RecentPlaces(this.now);
    this.refusals = new RecentPlaces(this.now);
  }

  async verify(
    credentials: Credentials,
    storedHash: string | null,
    contextId: number | null,
  ): Promise<boolean> {
    const { verifier, settings } = this.options;
    const { login, password, address } = credentials;
    // Nobody has an empty login, so there is nothing to guess.
    if (login === '') return false;
    const attempt = attemptOf(login, contextId, address ?? '');
    if (settings.loginFailuresAllowed === 0 || address === undefined) {
      if (await verifier.verify(password, storedHash, attempt.account)) return true;
      this.report(attempt, 'wrong', 0);
      return false;
    }
    if (this.refusals.has(attempt.pair)) return this.refuse(attempt);
    if (this.places.has(attempt.pair) && verifier.isVerified(password, storedHash, attempt.account))
      return true;
    const word = verifier.keyOf(password, storedHash ?? '', attempt.account);
    const isCounted = this.isCounted(credentials, attempt.pair);
    const outcome = await this.turns.take(attempt.pair, word, () =>
      this.check(attempt, password, storedHash, isCounted),
    );
    if (outcome === 'right') return true;
    if (outcome === 'refused' || outcome === 'crowded') return this.refuse(attempt);
    if (!isCounted) this.report(attempt, 'wrong', outcome.here);
    await this.slowDown(outcome);
    return false;
  }

  /** Forgets what this process remembers of the store, after that was put back to an earlier state. */
  async forget(): Promise<void> {
    await this.settle();
    this.places.clear();
    this.refusals.clear();
  }

  /** Looks again at what the store has of refusals, after somebody has lifted some. */
  forgetRefusals(): void {
    this.refusals.clear();
  }

  /** Lets what is being noted finish. */
  async settle(): Promise<void> {
    await Promise.all(this.notes);
  }

  private async check(
    attempt: Attempt,
    password: string,
    storedHash: string | null,
    isCounted: boolean,
  ): Promise<Failures | 'right' | 'refused'> {
    const { verifier, attempts, settings } = this.options;
    if (this.refusals.has(attempt.pair)) return 'refused';
    const record = await attempts.read(attempt);
    const isKnownPlace = record.rightMs !== null && record.rightMs > this.now() - knownPlaceMs;
    const refusedUntilMs = this.refusedUntilMs(record, isKnownPlace);
    if (refusedUntilMs > this.now()) {
      this.refusals.add(attempt.pair, Math.min(refusedUntilMs - this.now(), rememberRefusalMs));
      return 'refused';
    }
    if ((await verifier.verify(password, storedHash, attempt.account)) && storedHash !== null) {
      this.places.add(attempt.pair, rememberPlaceMs);
      if (record.rightMs === null || record.rightMs < this.now() - noteAgainMs) this.noteRight(attempt);
      return 'right';
    }
    this.places.delete(attempt.pair);
    if (isCounted) return { here: 0, elsewhere: 0, atAddress: 0 };
    await this.sweepSometimes();
    const windowMs = settings.loginFailureWindow * 1_000;
    const failures = await attempts.addFailure(attempt, { nowMs: this.now(), windowMs, isKnownPlace });
    if (failures.here >= 2 * settings.loginFailuresAllowed)
      this.refusals.add(attempt.pair, Math.min(windowMs, rememberRefusalMs));
    return failures;
  }

  private refusedUntilMs({ here, elsewhere }: LoginRecord, isKnownPlace: boolean): number {
    const { loginFailuresAllowed, loginFailuresElsewhere, loginFailureWindow } = this.options.settings;
    const windowMs = loginFailureWindow * 1_000;
    const untilHere = here.failures >= 2 * loginFailuresAllowed ? here.sinceMs + windowMs : 0;
    const isOver = !isKnownPlace && elsewhere.failures >= loginFailuresElsewhere;
    return Math.max(untilHere, isOver ? elsewhere.sinceMs + windowMs : 0);
  }

  /** One request may try the same password for several purposes; that is one failure. */
  private isCounted(credentials: Credentials, pair: string): boolean {
    const pairs = this.counted.get(credentials) ?? new Set<string>();
    this.counted.set(credentials, pairs);
    if (pairs.has(pair)) return true;
    pairs.add(pair);
    return false;
  }

  /** Beside the request: the answer does not wait for it, and it matters only once somebody attacks. */
  private noteRight(attempt: Attempt): void {
    const note = this.options.attempts
      .addRight(attempt, this.now(), knownPlaceMs)
      .catch(() => undefined)
      .finally(() => this.notes.delete(note));
    this.notes.add(note);
  }

  private refuse(attempt: Attempt): false {
    this.report(attempt, 'refused', 0);
    return false;
  }

  private report(
    { login, contextId, address }: Attempt,
    outcome: FailedLogin['outcome'],
    failures: number,
  ): void {
    this.options.onFailure({ login, contextId, address, outcome, failures });
  }

  /** Failures only, so that whoever knows his password does not wait for those who guess. */
  private async slowDown({ here, atAddress }: Failures): Promise<void> {
    const { loginFailuresAllowed: allowed } = this.options.settings;
    const over = here - allowed;
    const ownMs = over > 0 ? Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(over - 1, 10)) : 0;
    const delayMs = atAddress > 10 * allowed ? maxDelayMs : ownMs;
    const { sleep = sleepFor, maxDelayed = defaultMaxDelayed } = this.options;
    if (delayMs === 0 || this.delayed >= maxDelayed) return;
    this.delayed += 1;
    await sleep(delayMs).finally(() => (this.delayed -= 1));
  }

  private async sweepSometimes(): Promise<void> {
    if (this.now() < this.nextSweepMs) return;
    this.nextSweepMs = this.now() + sweepIntervalMs;
    await this.options.attempts.forgetExpired(this.now());
  }
}

/** Letter case and blanks at the ends make no other login, lest every spelling had guesses of its own. */
function attemptOf(login: string, contextId: number | null, address: string): Attempt {
  const spelled = login.normalize('NFKC').trim().toLowerCase();
  const account = createHash('sha256')
    .update(`${contextId ?? 'provider'}\0${spelled}`)
    .digest('hex');
  return { account, address, login, contextId, pair: `${account} ${address}` };
}

function sleepFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
