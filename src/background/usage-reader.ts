import { MailServerError, type MailServer } from '../mail/mail-server.js';
import type { Store } from '../provisioning/repositories/store.js';
import { FailedItems, isStoreOutage } from '../util/failed-items.js';

export interface UsageReaderOptions {
  readonly store: Pick<Store, 'mailAccounts' | 'transaction'>;
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
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isStopped = false;
  private readonly failed: FailedItems;

  constructor(private readonly options: UsageReaderOptions) {
    this.failed = options.failed ?? new FailedItems();
  }

  start(): void {
    this.schedule();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  /** One round over every mailbox, one at a time. @throws Error when the server or the database cannot be reached */
  async readAll(): Promise<void> {
    for (let last = ''; !this.isStopped;) {
      const mailboxes = await this.options.store.mailAccounts.list(last, pageLength);
      await this.failed.forEach(mailboxes, {
        nameOf: (mailbox) => mailbox,
        work: (mailbox) => this.readOne(mailbox),
        onFailure: this.options.onFailure,
        isOutage: (error) =>
          isStoreOutage(error) || (error instanceof MailServerError && error.failure !== 'failed'),
        isStopped: () => this.isStopped,
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

  private schedule(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.running = this.readAll()
        .catch(this.options.onError)
        .finally(() => this.schedule());
    }, this.options.intervalMs);
  }
}
