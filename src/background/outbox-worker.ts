import { isDeepStrictEqual } from 'node:util';
import type { AccountServer } from '../mail/mail-server.js';
import type { ToldAccount } from '../provisioning/model/told-account.js';
import type { MailAccount } from '../provisioning/repositories/mailbox-repository.js';
import type { OutboxEntry, OutboxKind } from '../provisioning/repositories/outbox-repository.js';
import type { Store } from '../provisioning/repositories/store.js';
import { Repeating } from '../util/repeating.js';

/** Pauses of the outbox; those of production are the defaults. */
export interface OutboxPauses {
  /** Pause after an empty poll. */
  readonly pollMs?: number;
  /** The pause after the first failure; it doubles. */
  readonly basePauseMs?: number;
}

export interface OutboxWorkerOptions extends OutboxPauses {
  readonly store: Pick<Store, 'read' | 'transaction'>;
  /** Tell somebody of an entry; a rejection means that it is to be tried again. Entries of other kinds stay. */
  readonly tell: Readonly<Partial<Record<OutboxKind, (entry: OutboxEntry) => Promise<void>>>>;
  /** @param dueAtMs when it is tried again, null: it was given up */
  readonly onFailure: (entry: OutboxEntry, error: unknown, dueAtMs: number | null) => void;
  /** The store itself failed; the worker goes on. */
  readonly onError: (error: unknown) => void;
  readonly leaseMs?: number;
}

const batchSize = 20;
const concurrency = 4;
const maxPauseMs = 600_000;
/** Accounts and tenants are never given up: whoever comes back after a long time must be told. */
const maxAttempts: Readonly<Partial<Record<OutboxKind, number>>> = { webhook: 20 };

/**
 * Works through the outbox, beside any number of others like it. A failed entry is retried after a doubling
 * pause with jitter, and never blocks another.
 */
export class OutboxWorker {
  private readonly rounds: Repeating;
  private readonly kinds: readonly OutboxKind[];

  constructor(private readonly options: OutboxWorkerOptions) {
    const { pollMs = 1_000, onError } = options;
    this.kinds = Object.keys(options.tell) as OutboxKind[];
    this.rounds = new Repeating({ round: () => this.drain(), pauseMs: () => pollMs, onError });
  }

  start(): void {
    this.rounds.start(0);
  }

  /** Lets what is under way finish. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Works until nothing is due. */
  async drain(): Promise<void> {
    for (;;) {
      const { store, leaseMs = 120_000 } = this.options;
      const nowMs = Date.now();
      if (this.rounds.isStopped || !(await store.read.outbox.hasDue(this.kinds, nowMs))) return;
      const entries = await store.transaction(({ outbox }) =>
        outbox.claim(this.kinds, nowMs, leaseMs, batchSize),
      );
      const waiting = [...entries];
      const work = async (): Promise<void> => {
        for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift())
          await this.tellOrReport(entry);
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      // Others took all of it.
      if (entries.length === 0) return;
    }
  }

  private async tellOne(entry: OutboxEntry): Promise<void> {
    const { store, tell } = this.options;
    // An entry that waited too long in the batch may belong to another worker by now.
    if (Date.now() > entry.leaseUntilMs - (this.options.leaseMs ?? 120_000) / 2) return;
    try {
      await tell[entry.kind]?.(entry);
    } catch (error) {
      return this.postpone(entry, error);
    }
    await store.transaction(({ outbox }) => outbox.finish(entry));
  }

  /** An entry of which the outcome cannot be noted is tried again when its lease is over. */
  private async tellOrReport(entry: OutboxEntry): Promise<void> {
    await this.tellOne(entry).catch(this.options.onError);
  }

  private async postpone(entry: OutboxEntry, error: unknown): Promise<void> {
    const { store, onFailure, basePauseMs = 1_000 } = this.options;
    if (entry.attempts + 1 >= (maxAttempts[entry.kind] ?? Infinity)) {
      onFailure(entry, error, null);
      return store.transaction(({ outbox }) => outbox.finish(entry));
    }
    const pauseMs = Math.min(maxPauseMs, basePauseMs * 2 ** Math.min(entry.attempts, 20));
    const dueAtMs = Math.ceil(Date.now() + pauseMs * (0.5 + Math.random() / 2));
    onFailure(entry, error, dueAtMs);
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    await store.transaction(({ outbox }) => outbox.postpone(entry, dueAtMs, reason));
  }
}

/**
 * Syncs mailboxes and tenants to a mail server from the current database state, so repeating an entry is
 * harmless.
 */
export class AccountTeller {
  constructor(
    private readonly store: Pick<Store, 'read' | 'transaction'>,
    private readonly server: AccountServer,
  ) {}

  /** @throws MailServerError */
  async tellAccount(entry: OutboxEntry): Promise<void> {
    if (entry.removeFirst) {
      await this.server.remove(entry.name);
      // Before anything is made in its place: were this forgotten, the new account would be removed by the next try.
      await this.store.transaction(async ({ outbox, mailAccounts }) => {
        await mailAccounts.forgetTold([entry.name]);
        await outbox.removed(entry);
      });
    }
    const names = [entry.name, ...entry.formerNames];
    const account = await this.store.read.mailAccounts.find(entry.name);
    if (account !== null) return this.apply(account, entry.formerNames);
    for (const mailbox of names) await this.server.remove(mailbox);
    await this.store.transaction(({ mailAccounts }) => mailAccounts.forgetTold(names));
  }

  /** @throws MailServerError */
  async tellTenant(entry: OutboxEntry): Promise<void> {
    const contextId = Number(entry.name);
    const limitBytes = await this.store.read.mailAccounts.findTenantLimitBytes(contextId);
    // The tenant of a context that is gone is the operator's to remove.
    if (limitBytes !== undefined) await this.server.applyTenant(contextId, limitBytes);
  }

  private async apply(account: MailAccount, formerNames: readonly string[]): Promise<void> {
    const { mailbox } = account;
    const told = await this.store.read.mailAccounts.findTold([mailbox, ...formerNames]);
    if (formerNames.length === 0 && this.isKnown(account, told)) return;
    const now = await this.server.applyAccount(account, {
      formerNames,
      told,
      intend: (serverId, facts) => this.remember({ mailbox, serverId, isSettled: false, facts }, []),
    });
    await this.remember(now, formerNames);
  }

  /** Skips changes that concern no mailbox, to spare the server a request. */
  private isKnown(account: MailAccount, told: readonly ToldAccount[]): boolean {
    const last = told.find(({ mailbox }) => mailbox === account.mailbox);
    return last?.isSettled === true && isDeepStrictEqual(last.facts, this.server.factsOf(account));
  }

  private remember(told: ToldAccount, formerNames: readonly string[]): Promise<void> {
    return this.store.transaction(async ({ mailAccounts }) => {
      await mailAccounts.putTold(told);
      await mailAccounts.forgetTold(formerNames);
    });
  }
}
