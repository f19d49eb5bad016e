import { createHash } from 'node:crypto';

const every = 3;

/** Whether long tests take their whole form: with REQUIRE_ALL=1, as in CI's run with everything. */
export function isWhole(): boolean {
  return process.env['REQUIRE_ALL'] === '1';
}

let isTold = false;

/**
 * The cases of a generated matrix that this run has: about every third, the same ones each time, since the plain run is to be
 * short; all in the whole form.
 */
export function sampleOf<T>(cases: readonly T[], nameOf: (one: T) => string): readonly T[] {
  if (isWhole()) return cases;
  if (!isTold) console.log('every third case of the long matrices; REQUIRE_ALL=1 runs all');
  isTold = true;
  return cases.filter((one) => createHash('sha1').update(nameOf(one)).digest().readUInt32BE() % every === 0);
}
