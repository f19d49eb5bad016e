import { isDeepStrictEqual } from 'node:util';
import type { AccountServer } from '../mail/mail-server.js';
import type { ToldAccount } from '../provisioning/model/told-account.js';
import type { MailAccount } from '../provisioning/repositories/mailbox-repository.js';
import type { OutboxEntry, OutboxKind } from '../provisioning/repositories/outbox-repository.js';
import type { Store } from '../provisioning/repositories/store.js';

/** Pauses of the outbox; those of production are the defaults. */
export interface OutboxPauses {
  /** How long to wait when there was nothing to do. */
  readonly pollMs?: number;
  /** The pause after the first failure; it doubles. */
  readonly basePauseMs?: number;
}

export interface OutboxWorkerOptions extends OutboxPauses {
  readonly store: Pick<Store, 'outbox' | 'transaction'>;
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
 * Works through the outbox, beside any number of others like it. An entry that fails is tried again after a pause that doubles, with jitter,
 * and never stands in the way of another.
 */
export class OutboxWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isStopped = false;

  private readonly kinds: readonly OutboxKind[];

  constructor(private readonly options: OutboxWorkerOptions) {
    this.kinds = Object.keys(options.tell) as OutboxKind[];
  }

  start(): void {
    this.schedule(0);
  }

  /** Lets what is under way finish. */
  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  /** Works until nothing is due. */
  async drain(): Promise<void> {
    for (;;) {
      const { store, leaseMs = 120_000 } = this.options;
      const nowMs = Date.now();
      if (this.isStopped || !(await store.outbox.hasDue(this.kinds, nowMs))) return;
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

  private schedule(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.running = this.drain()
        .catch(this.options.onError)
        .finally(() => this.schedule(this.options.pollMs ?? 1_000));
    }, delayMs);
  }

  private async tellOne(entry: OutboxEntry): Promise<void> {
    const { store, tell } = this.options;
    // What waited in the batch for too long belongs to somebody else by now.
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

/** Tells a mail server of mailboxes and tenants as the database has them at that moment, so an entry may be told twice. */
export class AccountTeller {
  constructor(
    private readonly store: Pick<Store, 'mailAccounts' | 'transaction'>,
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
    const account = await this.store.mailAccounts.find(entry.name);
    if (account !== null) return this.apply(account, entry.formerNames);
    for (const mailbox of names) await this.server.remove(mailbox);
    await this.store.transaction(({ mailAccounts }) => mailAccounts.forgetTold(names));
  }

  /** @throws MailServerError */
  async tellTenant(entry: OutboxEntry): Promise<void> {
    const contextId = Number(entry.name);
    const limitBytes = await this.store.mailAccounts.findTenantLimitBytes(contextId);
    // The tenant of a context that is gone is the operator's to remove.
    if (limitBytes !== undefined) await this.server.applyTenant(contextId, limitBytes);
  }

  private async apply(account: MailAccount, formerNames: readonly string[]): Promise<void> {
    const { mailbox } = account;
    const told = await this.store.mailAccounts.findTold([mailbox, ...formerNames]);
    if (formerNames.length === 0 && this.isKnown(account, told)) return;
    const now = await this.server.applyAccount(account, {
      formerNames,
      told,
      intend: (serverId, facts) => this.remember({ mailbox, serverId, isSettled: false, facts }, []),
    });
    await this.remember(now, formerNames);
  }

  /** What concerns no mailbox is no reason to ask the server anything. */
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
