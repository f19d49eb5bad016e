import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type SlowHashAnswer,
  type SlowHashTask,
  hashingThreads,
  SlowHashes,
  type HashingThread,
} from '../../../src/provisioning/access/slow-hashes.js';
import { eventually } from '../../support/eventually.js';
import { requirePart } from '../../support/processes/require-part.js';

/** A thread that answers when told to. */
class FakeThread extends EventEmitter {
  readonly tasks: SlowHashTask[] = [];
  isReferenced = true;
  isEnded = false;

  postMessage(task: SlowHashTask): void {
    this.tasks.push(task);
  }

  ref(): void {
    this.isReferenced = true;
  }

  unref(): void {
    this.isReferenced = false;
  }

  terminate(): void {
    this.isEnded = true;
    this.emit('exit', 1);
  }

  answer(answer: SlowHashAnswer): void {
    this.emit('message', answer);
  }
}

function hashesWith(options: { threads: number; maxWaiting: number; idleMs?: number }) {
  const threads: FakeThread[] = [];
  const startThread = () => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread as unknown as HashingThread;
  };
  return { hashes: new SlowHashes({ ...options, startThread }), threads };
}

const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => String(error));

describe('SlowHashes', () => {
  it('starts a thread when there is work, and never more than are allowed', () => {
    const { hashes, threads } = hashesWith({ threads: 2, maxWaiting: 10 });
    expect(threads).to.have.length(0);
    for (const word of ['a', 'b', 'c', 'd']) void outcome(hashes.hash(word, 10));
    expect(threads.map(({ tasks }) => tasks)).to.deep.equal([
      [{ kind: 'hash', password: 'a', cost: 10 }],
      [{ kind: 'hash', password: 'b', cost: 10 }],
    ]);
  });

  it('gives every caller its own answer, and each thread one task at a time', async () => {
    const { hashes, threads } = hashesWith({ threads: 1, maxWaiting: 10 });
    const answers = Promise.all([hashes.hash('a', 10), hashes.hash('b', 10), hashes.hash('c', 10)]);
    for (const value of ['A', 'B', 'C']) {
      expect(threads[0]?.tasks.at(-1)?.password).to.equal(value.toLowerCase());
      threads[0]?.answer({ value });
    }
    expect(await answers).to.deep.equal(['A', 'B', 'C']);
  });

  it('refuses what finds too many waiting, and loses nothing of what waits', async () => {
    const { hashes, threads } = hashesWith({ threads: 1, maxWaiting: 2 });
    const results = [1, 2, 3, 4, 5].map((number) => outcome(hashes.hash(`${number}`, 10)));
    for (const value of ['A', 'B', 'C']) threads[0]?.answer({ value });
    const busy = 'ProvisioningError: The service is busy, please try again later';
    expect(await Promise.all(results)).to.deep.equal(['A', 'B', 'C', busy, busy]);
    const later = hashes.hash('6', 10);
    threads[0]?.answer({ value: 'F' });
    expect(await later).to.equal('F');
  });

  it('lets new hashes and checks take turns, so that a flood of the one does not keep out the other', () => {
    const { hashes, threads } = hashesWith({ threads: 1, maxWaiting: 3 });
    for (const word of ['x', 'y', 'z', 'full', 'more']) void outcome(hashes.verify(word, 'hash'));
    for (const word of ['a', 'b']) void outcome(hashes.hash(word, 10));
    for (let index = 0; index < 5; index += 1) threads[0]?.answer({ value: true });
    expect(threads[0]?.tasks.map(({ password }) => password)).to.deep.equal([
      'x',
      'a',
      'y',
      'b',
      'z',
      'full',
    ]);
  });

  it('keeps the process alive only while there is work', () => {
    const { hashes, threads } = hashesWith({ threads: 1, maxWaiting: 1 });
    void hashes.hash('a', 10);
    expect(threads[0]?.isReferenced).to.equal(true);
    threads[0]?.answer({ value: 'A' });
    expect(threads[0]?.isReferenced).to.equal(false);
    void hashes.verify('a', 'A');
    expect(threads[0]?.isReferenced).to.equal(true);
    expect(threads).to.have.length(1);
  });

  it('ends threads that were idle for a while, and none that works', async () => {
    const { hashes, threads } = hashesWith({ threads: 2, maxWaiting: 1, idleMs: 1 });
    const both = [hashes.hash('a', 10), hashes.hash('b', 10)];
    threads[0]?.answer({ value: 'A' });
    await eventually(() => expect(threads[0]?.isEnded).to.equal(true));
    expect(threads[1]?.isEnded).to.equal(false);
    threads[1]?.answer({ value: 'B' });
    void hashes.hash('c', 10);
    expect(await Promise.all(both)).to.deep.equal(['A', 'B']);
    expect(threads[1]?.tasks).to.have.length(2);
    await sleep(20);
    expect(threads[1]?.isEnded).to.equal(false);
  });

  it('fails the task of a thread that ends, and goes on with another', async () => {
    const { hashes, threads } = hashesWith({ threads: 1, maxWaiting: 5 });
    const results = Promise.all(['a', 'b'].map((word) => outcome(hashes.hash(word, 10))));
    threads[0]?.emit('error', new Error('out of memory'));
    threads[0]?.emit('exit', 1);
    threads[1]?.answer({ value: 'B' });
    expect(await results).to.deep.equal(['Error: a hashing thread ended', 'B']);
  });

  it('says nothing of a password when bcrypt fails', async () => {
    const hashes = new SlowHashes({ threads: 1, maxWaiting: 1 });
    expect(await outcome(hashes.hash('very-Secret-Word', 99))).to.equal('Error: bcrypt failed');
  });

  it('hashes in a thread of a low priority, on Linux', async function () {
    requirePart(this, 'Linux, whose /proc tells priorities,', process.platform === 'linux');
    await new SlowHashes({ threads: 1, maxWaiting: 1 }).hash('a', 4);
    const nicenessOf = (thread: string) =>
      Number(
        readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[16],
      );
    expect(readdirSync('/proc/self/task').map(nicenessOf)).to.include(10);
    expect(nicenessOf(`${process.pid}`)).to.equal(0);
  });

  it('uses all cores where threads can have a low priority, and at most four', () => {
    const threadsOn = (platform: NodeJS.Platform) =>
      [1, 2, 4, 64].map((cores) => hashingThreads(cores, platform));
    expect(threadsOn('linux')).to.deep.equal([1, 2, 4, 4]);
    expect(threadsOn('darwin')).to.deep.equal([1, 1, 3, 4]);
  });
});
