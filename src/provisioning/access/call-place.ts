import { AsyncLocalStorage } from 'node:async_hooks';

/** The place of a call among those that are worked on. */
export interface CallPlace {
  /** Gives it to others for a while. */
  stepOut(): void;
  /** Takes one again, before those who wait for their first. */
  comeBack(): Promise<void>;
}

interface Held {
  readonly place: CallPlace;
  isOutside: boolean;
}

const held = new AsyncLocalStorage<Held>();

/** Runs a call that has a place. */
export function inPlace<T>(place: CallPlace, run: () => T): T {
  return held.run({ place, isOutside: false }, run);
}

/** Does what a caller who is not known yet has to wait for, without the place of the call meanwhile. */
export async function outsidePlace<T>(work: () => Promise<T>): Promise<T> {
  const own = held.getStore();
  if (own === undefined || own.isOutside) return work();
  own.isOutside = true;
  own.place.stepOut();
  try {
    return await work();
  } finally {
    await own.place.comeBack();
    own.isOutside = false;
  }
}
