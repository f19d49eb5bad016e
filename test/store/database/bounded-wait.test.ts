import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommitUnknownError, StoreUnavailableError } from '../../../src/provisioning/errors/store-errors.js';
import { DatabaseError } from '../../../src/store/database/database-error.js';
import { boundedWait, silenceCode } from '../../../src/store/database/driver/bounded-wait.js';
import {
  besideCall,
  boundLeft,
  isPatienceOver,
  noteCommit,
  noteLoss,
  withPatience,
} from '../../../src/store/database/driver/patience.js';
import { retrying } from '../../../src/store/database/session.js';

const never = () => new Promise<never>(() => undefined);
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
const manyTimes = 20;

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

describe('waits on the driver', () => {
  it('end when nothing comes, and what was waited for is given up once', async () => {
    let givenUp = 0;
    const giveUp = () => void (givenUp += 1);
    expect(await codeOf(boundedWait({ boundMs: 20, giveUp }, never))).to.equal(silenceCode);
    expect(givenUp).to.equal(1);
  });

  it('end with the answer or the error that came, and leave no timer', async () => {
    const before = timers();
    const bound = { boundMs: 60_000, giveUp: () => expect.fail('given up') };
    for (let index = 0; index < manyTimes; index += 1)
      expect(await boundedWait(bound, () => Promise.resolve(7))).to.equal(7);
    const refused = Object.assign(new Error('refused'), { code: 'ER_SOMETHING' });
    expect(await codeOf(boundedWait(bound, () => Promise.reject(refused)))).to.equal('ER_SOMETHING');
    const thrown = boundedWait(bound, () => {
      throw refused;
    });
    expect(await codeOf(thrown)).to.equal('ER_SOMETHING');
    // mocha's own may come and go.
    expect(timers()).to.be.below(before + manyTimes / 2);
  });

  it('tell once that they are overdue, and when that ends', async () => {
    const told: number[] = [];
    const bound = {
      boundMs: 60_000,
      overdueMs: 5,
      giveUp: () => undefined,
      onOverdue: (by: number) => void told.push(by),
    };
    await boundedWait(bound, () => Promise.resolve());
    expect(told).to.deep.equal([]);
    await boundedWait(bound, () => sleep(30));
    expect(told).to.deep.equal([1, -1]);
    await codeOf(boundedWait({ ...bound, boundMs: 30 }, never));
    expect(told).to.deep.equal([1, -1, 1, -1]);
  });

  it('share what a call may lose: it ends before its tries are used up, and the last wait is short', async () => {
    let tries = 0;
    const failing = () => {
      tries += 1;
      noteLoss(30_000);
      return Promise.reject(new DatabaseError('connection', silenceCode));
    };
    const error = await withPatience(50_000, () => retrying(failing).catch((reason: unknown) => reason));
    expect(error).to.be.instanceOf(StoreUnavailableError);
    expect(tries).to.equal(2);
    withPatience(50_000, () => {
      expect(boundLeft(20_000)).to.equal(20_000);
      noteLoss(45_000);
      expect(boundLeft(20_000)).to.equal(5_000);
      expect(isPatienceOver()).to.equal(false);
      noteLoss(45_000);
      expect(boundLeft(20_000)).to.equal(1_000);
      expect(isPatienceOver()).to.equal(true);
    });
    expect(boundLeft(20_000), 'outside of a call').to.equal(20_000);
  });

  it('know what a call has committed: no later fault of it says that nothing was changed', async () => {
    const broken = () => Promise.reject(new DatabaseError('broken', 'SQLITE_FULL'));
    const errorOf = () => retrying(broken).catch((reason: unknown) => reason);
    await withPatience(1_000, async () => {
      besideCall(noteCommit);
      expect(await errorOf()).not.to.be.instanceOf(CommitUnknownError);
      noteCommit();
      expect(await errorOf()).to.be.instanceOf(CommitUnknownError);
    });
    expect(await errorOf()).not.to.be.instanceOf(CommitUnknownError);
  });
});
