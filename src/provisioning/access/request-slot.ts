import { AsyncLocalStorage } from 'node:async_hooks';

/** The slot of a call among those that run at the same time. */
export interface RequestSlot {
  /** Gives the slot to others for a while. */
  stepOut(): void;
  /** Takes a slot again, before calls that wait for their first. */
  comeBack(): Promise<void>;
}

interface Held {
  readonly slot: RequestSlot;
  isOutside: boolean;
}

const held = new AsyncLocalStorage<Held>();

/** The call runs in its slot. */
export function inSlot<T>(slot: RequestSlot, run: () => T): T {
  return held.run({ slot, isOutside: false }, run);
}

/** Work outside the slot: an unproven caller waits without keeping others out. */
export async function outsideSlot<T>(work: () => Promise<T>): Promise<T> {
  const own = held.getStore();
  if (own === undefined || own.isOutside) return work();
  own.isOutside = true;
  own.slot.stepOut();
  try {
    return await work();
  } finally {
    await own.slot.comeBack();
    own.isOutside = false;
  }
}
