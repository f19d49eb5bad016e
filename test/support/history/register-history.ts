/** One call on one register: it began and was answered at ticks of one clock, which never stands still. */
export interface RegisterEvent {
  readonly kind: 'write' | 'read';
  /** No two writes of a register have the same. */
  readonly value: string;
  readonly begun: number;
  /** Infinity: never answered, so nobody knows. */
  readonly ended: number;
  /** A write that was refused changes nothing. */
  readonly isRefused?: boolean;
}

/** A write with everybody who has seen its value. */
interface Cluster {
  readonly value: string;
  /** Between these two ticks the register holds the value (forward), or at one moment within them (backward). */
  readonly from: number;
  readonly to: number;
  readonly isForward: boolean;
}

/**
 * What a history says against its register being one: each read shows the last write before it, where calls at the same time have any order.
 * A register is fine exactly when no two forward zones overlap and none has a backward one within it (Gibbons and Korach, 1997).
 */
export function registerComplaints(initial: string, events: readonly RegisterEvent[]): string[] {
  const written = [...writesOf(initial, events)];
  const reads = events.filter(({ kind }) => kind === 'read');
  const complaints = reads.flatMap((read) => {
    const write = written.find(({ value }) => value === read.value);
    if (write === undefined) return [`${read.value} is shown, which nobody wrote`];
    return read.ended < write.begun ? [`${read.value} is shown before it was written`] : [];
  });
  const clusters = written.flatMap((write) => clusterOf(write, reads) ?? []);
  const forward = clusters.filter(({ isForward }) => isForward);
  for (const [index, one] of forward.entries()) {
    for (const other of forward.slice(index + 1))
      if (one.from < other.to && other.from < one.to)
        complaints.push(`${one.value} and ${other.value} replace each other`);
    for (const other of clusters)
      if (!other.isForward && one.from < other.from && other.to < one.to)
        complaints.push(
          `${other.value} was acknowledged and lost: ${one.value} was there before and after it`,
        );
  }
  return complaints;
}

function* writesOf(initial: string, events: readonly RegisterEvent[]): Generator<RegisterEvent> {
  yield { kind: 'write', value: initial, begun: -1, ended: 0 };
  for (const event of events) if (event.kind === 'write' && event.isRefused !== true) yield event;
}

/** null: a write that was never answered and that nobody saw may not have been. */
function clusterOf(write: RegisterEvent, reads: readonly RegisterEvent[]): Cluster | null {
  const all = [write, ...reads.filter(({ value }) => value === write.value)];
  if (all.length === 1 && write.ended === Infinity) return null;
  const firstEnd = Math.min(...all.map(({ ended }) => ended));
  const lastBegin = Math.max(...all.map(({ begun }) => begun));
  const isForward = firstEnd < lastBegin;
  const [from, to] = isForward ? [firstEnd, lastBegin] : [lastBegin, firstEnd];
  return { value: write.value, from, to, isForward };
}
