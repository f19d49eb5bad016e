import type { Store } from '../provisioning/repositories/store.js';
import { Repeating } from '../util/repeating.js';

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
  private readonly rounds: Repeating;

  constructor(private readonly options: AuditPrunerOptions) {
    const { onError } = options;
    this.rounds = new Repeating({ round: () => this.prune(), pauseMs: () => intervalMs, onError });
  }

  start(): void {
    this.rounds.start(0);
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Forgets what is too old; of very much only a part. */
  async prune(): Promise<void> {
    const { store, retentionDays, now = Date.now } = this.options;
    const beforeMs = now() - retentionDays * dayMs;
    for (let chunk = 0; chunk < maxChunks && !this.rounds.isStopped; chunk += 1)
      if ((await store.audit.prune(beforeMs, chunkLength)) < chunkLength) return;
  }
}
