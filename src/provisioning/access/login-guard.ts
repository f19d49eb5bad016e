import { RecentKeys } from '../../util/recent-keys.js';
import { errors } from '../errors/errors.js';
import type { CredentialChecker, Credentials } from '../model/credentials.js';
import type { Failures, LoginAttempts, LoginPlace, LoginRecord } from '../repositories/access-repository.js';
import { outsideSlot } from './request-slot.js';
import type { CredentialVerifier } from './credential-verifier.js';
import { FairLanes } from './fair-lanes.js';
import { accountOf } from './login-account.js';
import { MinuteCounts } from './minute-counts.js';
import { WorkQueues } from './work-queues.js';

/** Settings of the login guard. */
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
  /** `repeated`: a wrong password that counted already; `refused`: the password was not looked at. */
  readonly outcome: 'wrong' | 'repeated' | 'refused';
  readonly failures: number;
}

export interface LoginGuardOptions {
  readonly verifier: CredentialVerifier;
  readonly attempts: LoginAttempts;
  readonly settings: LoginGuardSettings;
  readonly onFailure: (failure: FailedLogin) => void;
  /** Told now and then of somebody who is refused although the password is right. */
  readonly onRightRefused?: (login: Omit<FailedLogin, 'outcome' | 'failures'>) => void;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Maximum of delayed answers, since each keeps a request in memory; 1,000 by default. */
  readonly maxDelayed?: number;
  /** Passwords checked at once; 8 by default. */
  readonly maxProving?: number;
}

const knownPlaceMs = 30 * 24 * 3_600_000;
const noteAgainMs = 24 * 3_600_000;
const sweepIntervalMs = 60_000;
/** A refusal is looked up again after that, in case the operator has lifted it. */
const rememberRefusalMs = 30_000;
const rememberPlaceMs = 5 * 60_000;
const firstDelayMs = 200;
const maxDelayMs = 3_000;
const defaultMaxDelayed = 1_000;
const defaultMaxProving = 8;
/** Callers that wait until their password is looked at. */
const maxWaitingForProof = 1_000;
/** Uncounted failures per minute and address that are answered without delay. */
const promptFailures = 20;
/** Guesses for one login from one address that may wait for each other. */
const maxWaiting = 20;

interface Attempt extends LoginPlace {
  readonly login: string;
  readonly contextId: number | null;
  readonly pair: string;
}

interface Guess extends Attempt {
  readonly password: string;
  readonly storedHash: string | null;
  /** Stands for the password and the hash that it is held against. */
  readonly word: string;
}

type Wrong = Failures & { readonly isRepeated: boolean };
type Checked = Wrong | 'right' | 'refused';

/**
 * Slows and refuses the guessing of passwords, by docs/decisions/0004-login-guessing.md. A caller is refused in the same words as for a
 * wrong password. Right passwords that this process has just seen from the same address cost nothing.
 */
export class LoginGuard implements CredentialChecker {
  private readonly now: () => number;
  private readonly knownPairs: RecentKeys;
  private readonly refusals: RecentKeys;
  /** Wrong passwords that counted already. */
  private readonly guesses: RecentKeys;
  private readonly uncounted: MinuteCounts;
  private readonly queues = new WorkQueues<Checked>(maxWaiting);
  private readonly lanes: FairLanes;
  private readonly counted = new WeakMap<Credentials, Set<string>>();
  private readonly notes = new Set<Promise<void>>();
  private delayed = 0;
  private nextSweepMs = 0;
  private isLookingAtRefused = false;

  constructor(private readonly options: LoginGuardOptions) {
    this.now = options.now ?? Date.now;
    this.knownPairs = new RecentKeys(this.now);
    this.refusals = new RecentKeys(this.now);
    this.guesses = new RecentKeys(this.now);
    this.uncounted = new MinuteCounts(this.now);
    this.lanes = new FairLanes({
      atOnce: options.maxProving ?? defaultMaxProving,
      maxWaiting: maxWaitingForProof,
      full: errors.tooManyHashes,
    });
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
    const attempt = attemptOf(credentials, contextId);
    const isUnguarded = settings.loginFailuresAllowed === 0 || address === undefined;
    if (isUnguarded || this.knownPairs.has(attempt.pair))
      if (verifier.isVerified(password, storedHash, attempt.account) && !this.refusals.has(attempt.pair))
        return true;
    // Until it is known who calls, the call must not hold the slot of somebody who is known.
    return outsideSlot(() => {
      const word = verifier.keyOf(password, storedHash ?? '', attempt.account);
      const guess: Guess = { ...attempt, password, storedHash, word };
      return isUnguarded ? this.verifyUnguarded(guess) : this.verifyGuarded(guess, credentials);
    });
  }

  /** Forgets what this process remembers of the store, after that was put back to an earlier state. */
  async forget(): Promise<void> {
    await this.settle();
    this.knownPairs.clear();
    this.refusals.clear();
    this.guesses.clear();
  }

  /** Looks again at what the store has of refusals, after somebody has lifted some. */
  forgetRefusals(): void {
    this.refusals.clear();
  }

  /** Lets what is being noted finish. */
  async settle(): Promise<void> {
    await Promise.all(this.notes);
  }

  private async verifyUnguarded(guess: Guess): Promise<boolean> {
    if (await this.lanes.run(guess.address, () => this.look(guess))) return true;
    this.report(guess, 'wrong', 0);
    return false;
  }

  private async verifyGuarded(guess: Guess, credentials: Credentials): Promise<boolean> {
    if (this.refusals.has(guess.pair)) return this.refuse(guess);
    const isCounted = this.isCounted(credentials, guess.pair);
    const outcome = await this.queues.take(guess.pair, guess.word, () =>
      this.lanes.run(guess.address, () => this.check(guess, isCounted)),
    );
    if (outcome === 'right') return true;
    if (outcome === 'refused' || outcome === 'crowded') return this.refuse(guess);
    if (!isCounted) this.report(guess, outcome.isRepeated ? 'repeated' : 'wrong', outcome.here);
    if (outcome.isRepeated) await this.holdBack(guess);
    else await this.slowDown(outcome);
    return false;
  }

  private look({ password, storedHash, account }: Guess): Promise<boolean> {
    return this.options.verifier.verify(password, storedHash, account);
  }

  private async check(guess: Guess, isCounted: boolean): Promise<Checked> {
    const { attempts } = this.options;
    const { pair, storedHash } = guess;
    if (this.refusals.has(pair)) return 'refused';
    const record = await attempts.read(guess);
    const isKnownPlace = record.rightMs !== null && record.rightMs > this.now() - knownPlaceMs;
    const refusedUntilMs = this.refusedUntilMs(record, isKnownPlace);
    if (refusedUntilMs > this.now()) {
      this.refusals.add(pair, Math.min(refusedUntilMs - this.now(), rememberRefusalMs));
      return 'refused';
    }
    if (this.guesses.has(memoryOf(guess))) return repeated(record);
    if ((await this.look(guess)) && storedHash !== null) {
      this.knownPairs.add(pair, rememberPlaceMs);
      const isNoted = record.rightMs !== null && record.rightMs >= this.now() - noteAgainMs;
      if (!isNoted || record.here.failures > 0) this.noteRight(guess);
      return 'right';
    }
    this.knownPairs.delete(pair);
    return isCounted ? uncounted : this.count(guess, isKnownPlace);
  }

  private async count(guess: Guess, isKnownPlace: boolean): Promise<Checked> {
    const { attempts, settings } = this.options;
    await this.sweepSometimes();
    const windowMs = settings.loginFailureWindow * 1_000;
    const failures = await attempts.addFailure(guess, { nowMs: this.now(), windowMs, isKnownPlace });
    this.guesses.add(memoryOf(guess), windowMs);
    if (failures.here >= 2 * settings.loginFailuresAllowed)
      this.refusals.add(guess.pair, Math.min(windowMs, rememberRefusalMs));
    return { ...failures, isRepeated: false };
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

  private async refuse(guess: Guess): Promise<false> {
    this.report(guess, 'refused', 0);
    this.lookAtRefused(guess);
    await this.holdBack(guess);
    return false;
  }

  /**
   * Reports a locked login that sends the right password. The answer does not wait, so that timing reveals
   * nothing. One check at a time suffices to find a persistent program.
   */
  private lookAtRefused(guess: Guess): void {
    const { onRightRefused } = this.options;
    if (this.isLookingAtRefused || guess.storedHash === null || onRightRefused === undefined) return;
    this.isLookingAtRefused = true;
    const { login, contextId, address } = guess;
    const look = this.look(guess)
      .then((isRight) => {
        if (isRight) onRightRefused({ login, contextId, address });
      })
      .catch(() => undefined)
      .finally(() => {
        this.isLookingAtRefused = false;
        this.notes.delete(look);
      });
    this.notes.add(look);
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
    await this.delay(delayMs);
  }

  /** Delays uncounted failures, too, beyond a rate, so that they cannot keep the service busy. */
  private async holdBack({ address }: LoginPlace): Promise<void> {
    if (this.uncounted.add(address) > promptFailures) await this.delay(maxDelayMs);
  }

  private async delay(delayMs: number): Promise<void> {
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

const uncounted: Wrong = { here: 0, elsewhere: 0, atAddress: 0, isRepeated: false };

function repeated({ here, elsewhere }: LoginRecord): Wrong {
  return { here: here.failures, elsewhere: elsewhere.failures, atAddress: 0, isRepeated: true };
}

function attemptOf({ login, address = '' }: Credentials, contextId: number | null): Attempt {
  const account = accountOf(login, contextId);
  return { account, address, login, contextId, pair: `${account} ${address}` };
}

function memoryOf({ pair, word }: Guess): string {
  return `${pair} ${word}`;
}

function sleepFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
