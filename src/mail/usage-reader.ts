import type { Store } from '../provisioning/store.js';
import type { MailServer } from './mail-server.js';

export interface UsageReaderOptions {
  readonly store: Pick<Store, 'mailAccounts' | 'transaction'>;
  readonly server: Pick<MailServer, 'readUsage'>;
  /** From the end of one round to the start of the next. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}

const pageLength = 200;

/** Reads what mailboxes hold from a mail server that does not write it into the database itself, round after round. */
export class UsageReader {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isStopped = false;

  constructor(private readonly options: UsageReaderOptions) {}

  start(): void {
    this.schedule();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  /** One round over every mailbox, one at a time. A round ends at the first failure. */
  async readAll(): Promise<void> {
    const { store, server } = this.options;
    for (let last = ''; ;) {
      const mailboxes = await store.mailAccounts.list(last, pageLength);
      for (const mailbox of mailboxes) {
        if (this.isStopped) return;
        const usage = await server.readUsage(mailbox);
        if (usage !== null)
          await store.transaction(({ mailAccounts }) => mailAccounts.writeUsage(mailbox, usage));
      }
      const end = mailboxes.at(-1);
      if (end === undefined) return;
      last = end;
    }
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
