import type { Store } from '../provisioning/repositories/store.js';

const dayMs = 24 * 3_600_000;
const intervalMs = 10 * 60_000;
/** One transaction deletes so many, so that nobody waits for it. */
const chunkLength = 500;
const maxChunks = 200;

export interface AuditPrunerOptions {
  readonly store: Pick<Store, 'audit'>;
  readonly retentionDays: number;
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
}

/** Forgets entries of the trail that are too old, now and then. Several processes may do so at once. */
export class AuditPruner {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly options: AuditPrunerOptions) {}

  start(): void {
    this.timer = setInterval(() => this.begin(), intervalMs);
    this.timer.unref();
    this.begin();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.running;
  }

  /** Forgets what is too old; of very much only a part. */
  async prune(): Promise<void> {
    const { store, retentionDays, now = Date.now } = this.options;
    const beforeMs = now() - retentionDays * dayMs;
    for (let chunk = 0; chunk < maxChunks && !this.isStopped; chunk += 1)
      if ((await store.audit.prune(beforeMs, chunkLength)) < chunkLength) return;
  }

  private begin(): void {
    this.running = this.running.then(() => this.prune()).catch(this.options.onError);
  }
}
