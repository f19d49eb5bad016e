interface Queue<T> {
  tail: Promise<unknown>;
  readonly pieces: Map<string, Promise<T>>;
}

/**
 * Runs pieces of work of one queue in sequence, so that each sees the previous one's writes. The same piece
 * is not queued twice, but shared.
 */
export class WorkQueues<T> {
  private readonly queues = new Map<string, Queue<T>>();

  /** @param maxPieces how many different pieces of a queue may wait or run */
  constructor(private readonly maxPieces: number) {}

  /**
   * @returns the result of `run`; `crowded` when too many are waiting
   * @returns what `run` gives; `crowded` if too much is waiting already
   */
  take(queueName: string, pieceName: string, run: () => Promise<T>): Promise<T | 'crowded'> {
    const queue = this.queues.get(queueName) ?? {
      tail: Promise.resolve(),
      pieces: new Map<string, Promise<T>>(),
    };
    this.queues.set(queueName, queue);
    const same = queue.pieces.get(pieceName);
    if (same !== undefined) return same;
    if (queue.pieces.size >= this.maxPieces) return Promise.resolve('crowded');
    const piece = queue.tail.then(run).finally(() => {
      queue.pieces.delete(pieceName);
      if (queue.pieces.size === 0) this.queues.delete(queueName);
    });
    queue.pieces.set(pieceName, piece);
    queue.tail = piece.catch(() => undefined);
    return piece;
  }
}
