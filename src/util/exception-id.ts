import { randomInt } from 'node:crypto';

const processId = randomInt(-(2 ** 31), 2 ** 31);
let exceptionCounter = 0;

/** A new exception id: one random signed number per process, then a counter. Source: docs/contract/faults.md#2. */
export function exceptionId(): string {
  return `${processId}-${++exceptionCounter}`;
}
