import { setImmediate as othersTurn } from 'node:timers/promises';
import type { UserKey } from '../provisioning/repositories/quota-repository.js';
import type { Store } from '../provisioning/repositories/store.js';
import { FailedItems, isStoreOutage } from '../util/failed-items.js';
import { Repeating } from '../util/repeating.js';

export interface UsageSamplingOptions {
  readonly store: Pick<Store, 'read' | 'transaction'>;
  /** From the start of one round to the start of the next; 0: no rounds. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
  /** Of one user no sample could be taken. */
  readonly onFailure?: (user: string, error: unknown, retryInMs: number) => void;
  readonly failed?: FailedItems;
  readonly now?: () => number;
}

const dayMs = 86_400_000;
/** Every sample is kept for so long, then the last of each day. */
const wholeDays = 30;
const keptDays = 400;
const pageLength = 500;
/** Interval of checks whether a round is due. */
const lookMs = 60_000;

/**
 * Samples of usage for its history: a row for each user whose usage changed since the last one. Any process
 * on the database may claim a round; an interrupted round is not repeated.
 */
export class UsageSampling {
  private readonly rounds: Repeating;
  private readonly now: () => number;
  private readonly failed: FailedItems;

  constructor(private readonly options: UsageSamplingOptions) {
    this.now = options.now ?? Date.now;
    this.rounds = new Repeating({
      round: () => this.round(),
      pauseMs: () => Math.min(options.intervalMs, lookMs),
      onError: options.onError,
    });
    this.failed = options.failed ?? new FailedItems(this.now);
  }

  start(): void {
    if (this.options.intervalMs > 0) this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Takes samples of everybody once, unless it is not yet time or another process does it. */
  async round(): Promise<void> {
    const { store, intervalMs } = this.options;
    const isOurs = await store.transaction((tx) => tx.usageSamples.claimRound(this.now(), intervalMs));
    if (!isOurs) return;
    await this.sampleAll();
    await this.thinOut();
    const oldestMs = this.now() - keptDays * dayMs;
    await this.repeat(() => store.transaction((tx) => tx.usageSamples.forgetBefore(oldestMs, pageLength)));
  }

  private async sampleAll(): Promise<void> {
    let last = { contextId: 0, userId: 0 };
    while (!this.rounds.isStopped) {
      const from = last;
      const end = await this.samplePage(from);
      if (end === null) return;
      last = end;
      // SQLite answers without ever letting go of the process.
      await othersTurn();
    }
  }

  /** A page at once, or one by one when one user spoils that. */
  private async samplePage(from: UserKey): Promise<UserKey | null> {
    const { store } = this.options;
    try {
      return await store.transaction((tx) => tx.usageSamples.sampleAfter(from, pageLength, this.now()));
    } catch (error) {
      if (isStoreOutage(error)) throw error;
    }
    const users = await store.read.usageSamples.usersAfter(from, pageLength);
    await this.failed.forEach(users, {
      nameOf: ({ contextId, userId }) => `${contextId}/${userId}`,
      work: async ({ contextId, userId }) => {
        const before = { contextId, userId: userId - 1 };
        await store.transaction((tx) => tx.usageSamples.sampleAfter(before, 1, this.now()));
      },
      onFailure: (...failure) => this.options.onFailure?.(...failure),
      isOutage: isStoreOutage,
      isStopped: () => this.rounds.isStopped,
    });
    return users.at(-1) ?? null;
  }

  private async thinOut(): Promise<void> {
    const { store } = this.options;
    const lastDay = Math.floor(this.now() / dayMs) - wholeDays - 1;
    const done = (await store.read.usageSamples.thinnedDay()) ?? lastDay - 1;
    for (let day = done + 1; day <= lastDay && !this.rounds.isStopped; day += 1) {
      await this.repeat(() => store.transaction((tx) => tx.usageSamples.thin(day, pageLength)));
      if (!this.rounds.isStopped) await store.transaction((tx) => tx.usageSamples.noteThinnedDay(day));
    }
  }

  private async repeat(deleteSome: () => Promise<number>): Promise<void> {
    while (!this.rounds.isStopped && (await deleteSome()) === pageLength) await othersTurn();
  }
}
