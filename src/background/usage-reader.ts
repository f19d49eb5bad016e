import { MailServerError, type MailServer } from '../mail/mail-server.js';
import type { Store } from '../provisioning/repositories/store.js';
import { FailedItems, isStoreOutage } from '../util/failed-items.js';
import { Repeating } from '../util/repeating.js';

export interface UsageReaderOptions {
  readonly store: Pick<Store, 'read' | 'transaction'>;
  readonly server: Pick<MailServer, 'readUsage'>;
  /** From the end of one round to the start of the next. */
  readonly intervalMs: number;
  /** A round ended before its time. */
  readonly onError: (error: unknown) => void;
  /** One mailbox could not be read; what was known of it stays. */
  readonly onFailure: (mailbox: string, error: unknown, retryInMs: number) => void;
  /** The server said a number below 0, which counts as none. */
  readonly onNegative: (mailbox: string) => void;
  readonly failed?: FailedItems;
}

const pageLength = 200;

/** Reads what mailboxes hold from a mail server that does not write it into the database itself, round after round. */
export class UsageReader {
  private readonly rounds: Repeating;
  private readonly failed: FailedItems;

  constructor(private readonly options: UsageReaderOptions) {
    const { intervalMs, onError } = options;
    this.rounds = new Repeating({ round: () => this.readAll(), pauseMs: () => intervalMs, onError });
    this.failed = options.failed ?? new FailedItems();
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round over every mailbox, one at a time. @throws Error when the server or the database cannot be reached */
  async readAll(): Promise<void> {
    for (let last = ''; !this.rounds.isStopped;) {
      const mailboxes = await this.options.store.read.mailAccounts.list(last, pageLength);
      await this.failed.forEach(mailboxes, {
        nameOf: (mailbox) => mailbox,
        work: (mailbox) => this.readOne(mailbox),
        onFailure: this.options.onFailure,
        isOutage: (error) =>
          isStoreOutage(error) || (error instanceof MailServerError && error.failure !== 'failed'),
        isStopped: () => this.rounds.isStopped,
      });
      const end = mailboxes.at(-1);
      if (end === undefined) return;
      last = end;
    }
  }

  private async readOne(mailbox: string): Promise<void> {
    const { store, server, onNegative } = this.options;
    const usage = await server.readUsage(mailbox);
    if (usage === null) return;
    if (usage.isNegative === true) onNegative(mailbox);
    await store.transaction(({ mailAccounts }) => mailAccounts.writeUsage(mailbox, usage));
  }
}
