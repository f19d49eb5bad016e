import type { UserKey } from './quota-level-repository.js';

/** What a user held at a time, in bytes. */
export interface UsageSample {
  readonly atMs: number;
  readonly mailBytes: number;
  readonly fileBytes: number;
}

/** Usage over time. A sample is kept only where the usage had changed since the one before. */
export interface UsageSampleRepository {
  /** Ascending by time: those since then, and the last one before, since it still held then. */
  list(user: UserKey, sinceMs: number): Promise<UsageSample[]>;
  /** Takes the next round for the caller unless it is not due yet or somebody else has it. */
  claimRound(nowMs: number, intervalMs: number): Promise<boolean>;
  /** Takes samples of the next users, context admins apart, after a place; the last of them, null: there was none. */
  sampleAfter(place: UserKey, length: number, nowMs: number): Promise<UserKey | null>;
  /** The next users after a place, in the same order. */
  usersAfter(place: UserKey, length: number): Promise<UserKey[]>;
  /** The last day (as a number of days since 1970) of which only one sample a user was left; null: never done. */
  thinnedDay(): Promise<number | null>;
  noteThinnedDay(day: number): Promise<void>;
  /** Deletes samples of a day that are not the last of it for their user; how many, at most `length`. */
  thin(day: number, length: number): Promise<number>;
  /** Deletes samples of before a time; how many, at most `length`. */
  forgetBefore(beforeMs: number, length: number): Promise<number>;
}
