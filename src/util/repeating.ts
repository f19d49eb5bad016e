export interface RepeatingOptions {
  readonly round: () => Promise<void>;
  /** Time from the end of a round to the start of the next. */
  readonly pauseMs: () => number;
  /** Called when a round failed; the next one starts all the same. */
  readonly onError: (error: unknown) => void;
}

/** Rounds of work, one after the other, until they are stopped. */
export class Repeating {
  isStopped = false;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;

  constructor(private readonly options: RepeatingOptions) {}

  /** Starts the first round after a pause. */
  start(pauseMs = this.options.pauseMs()): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.running = this.options
        .round()
        .catch(this.options.onError)
        .finally(() => this.start());
    }, pauseMs);
    this.timer.unref();
  }

  /** Waits for the round under way, and starts no other. */
  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }
}
