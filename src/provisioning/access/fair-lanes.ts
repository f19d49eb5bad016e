import { FairQueue } from './fair-queue.js';

export interface FairLanesOptions {
  /** Pieces of work that run at once. */
  readonly atOnce: number;
  /** Pieces of work that may wait. */
  readonly maxWaiting: number;
  /** Error for a full queue. */
  readonly full: () => Error;
}

interface Waiting {
  readonly goOn: () => void;
  readonly refuse: (error: Error) => void;
}

/** Runs work in a few lanes that the addresses it came from share evenly. */
export class FairLanes {
  private running = 0;
  private readonly queue = new FairQueue<Waiting>();

  constructor(private readonly options: FairLanesOptions) {}

  /** Pieces of work that wait now. */
  get waiting(): number {
    return this.queue.size;
  }

  /**
   * @throws the error of `full` when too many wait; any error of `work`
   * @throws what `full` makes when too many wait; whatever `work` throws
   */
  async run<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.running < this.options.atOnce) this.running += 1;
    else await this.turn(address);
    try {
      return await work();
    } finally {
      // The lane goes from hand to hand, so that nobody who comes now gets in between.
      const next = this.queue.take();
      if (next === undefined) this.running -= 1;
      else next.goOn();
    }
  }

  private turn(address: string): Promise<void> {
    if (this.queue.size >= this.options.maxWaiting) {
      const last = this.queue.takeForRoom(address);
      if (last === undefined) throw this.options.full();
      last.refuse(this.options.full());
    }
    return new Promise((goOn, refuse) => this.queue.add(address, { goOn, refuse }));
  }
}
