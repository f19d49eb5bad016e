import { presentCall } from '../../../src/provisioning/access/audited-call.js';
import { SlowHashes } from '../../../src/provisioning/access/slow-hashes.js';
import { KnexStore } from '../../../src/store/knex-store.js';

/** Where a call waits while others overtake it. */
export type Place = 'before its hash' | 'before its transaction';

type Method = (this: unknown, ...args: unknown[]) => Promise<unknown>;

const places: Readonly<Record<Place, readonly [prototype: object, method: string]>> = {
  'before its hash': [SlowHashes.prototype, 'hash'],
  'before its transaction': [KnexStore.prototype, 'transaction'],
};

/**
 * Makes a call of a service of this process, and lets others be made and answered while it waits: all that it reads before that place it
 * has read before them, what it writes it writes after them.
 * @throws Error when the call never came to that place
 */
export async function overtaken<T>(
  place: Place,
  call: () => Promise<T>,
  meanwhile: () => Promise<unknown>,
): Promise<T> {
  const [prototype, name] = places[place];
  const methods = prototype as Record<string, Method>;
  const original = methods[name];
  if (original === undefined) throw new Error(`there is no ${name}`);
  let isReached = false;
  methods[name] = async function (...args) {
    // What the service does by itself goes on.
    if (!isReached && presentCall() !== null) {
      isReached = true;
      methods[name] = original;
      await meanwhile();
    }
    return original.apply(this, args);
  };
  try {
    const answer = await call();
    if (!isReached) throw new Error(`the call never waited ${place}`);
    return answer;
  } finally {
    methods[name] = original;
  }
}
