import { SlowHashes } from '../../../src/provisioning/access/slow-hashes.js';

/** The least that bcrypt takes. */
const cheapCost = 4;
type Hash = (this: SlowHashes, password: string, cost: number) => Promise<string>;
const { value: hash } = Object.getOwnPropertyDescriptor(SlowHashes.prototype, 'hash') as { value: Hash };
let users = 0;

/**
 * Makes new bcrypt hashes cheap in this process, until everybody who asked has let go: most of what a newcomer's run takes
 * is spent on them. What is asked about guessing, and every process of its own, has those of production.
 * @returns lets go
 */
export function useCheapHashes(): () => void {
  users += 1;
  SlowHashes.prototype.hash = function (password) {
    return hash.call(this, password, cheapCost);
  };
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    users -= 1;
    if (users === 0) SlowHashes.prototype.hash = hash;
  };
}
