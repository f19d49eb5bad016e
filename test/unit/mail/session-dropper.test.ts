import { expect } from 'chai';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { SessionDropper, type SessionDropperOptions } from '../../../src/mail/session-dropper.js';
import { eventually } from '../../support/eventually.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the end of sessions', () => {
  let dropped: string[];
  let failed: string[];
  let forgotten: string[];
  let dropper: SessionDropper;
  afterEach(() => dropper.stop());

  function start(
    dropSessions: (mailbox: string) => Promise<void>,
    more: Partial<SessionDropperOptions> = {},
  ) {
    // Lists of their own: what one test leaves running must not write into those of the next.
    const droppedHere: string[] = [];
    const failedHere: string[] = [];
    const forgottenHere: string[] = [];
    [dropped, failed, forgotten] = [droppedHere, failedHere, forgottenHere];
    dropper = new SessionDropper({
      server: { dropSessions },
      forgetUsage: (mailboxes) => Promise.resolve(void forgottenHere.push(...mailboxes)),
      onDropped: (mailbox) => droppedHere.push(mailbox),
      onFailure: (mailbox) => failedHere.push(mailbox),
      waitMs: 50,
      lateWriteMs: 10,
      ...more,
    });
  }

  it('is done when the caller goes on', async () => {
    start(() => pause(5) as Promise<void>);
    await dropper.drop(['a', 'b'], false);
    expect(dropped).to.have.members(['a', 'b']);
  });

  it('never throws, and says what did not work', async () => {
    start(() => Promise.reject(new Error('no')));
    await dropper.drop(['a'], false);
    expect(failed).to.deep.equal(['a']);
  });

  it('keeps nobody waiting for a server that hangs, and nobody at all after a failure', async () => {
    // Each hangs until it is told to fail; waiting for one would end this test by its time limit.
    const failing: (() => void)[] = [];
    start(() => new Promise((_resolve, reject) => failing.push(() => reject(new Error('too late')))));
    // Timers fire in their order, so this one does before the 50 ms are over.
    let isWaitedFor = false;
    setTimeout(() => (isWaitedFor = true), 40);
    await dropper.drop(['a'], false);
    expect(isWaitedFor).to.equal(true);
    expect(failed).to.deep.equal([]);
    failing[0]?.();
    await eventually(() => expect(failed).to.deep.equal(['a']));
    let isDone = false;
    void dropper.drop(['b'], false).then(() => (isDone = true));
    // Less than any time that it could have waited.
    await setImmediate();
    expect(isDone).to.equal(true);
    expect(failed).to.deep.equal(['a']);
  });

  it('works in the name of the call that asked, also for what had to wait', async () => {
    const calls = new AsyncLocalStorage<string>();
    const seen: string[] = [];
    start(async (mailbox) => {
      seen.push(`${mailbox} of ${calls.getStore()}`);
      await pause(5);
    });
    const first = calls.run('first', () => dropper.drop(['a', 'b', 'c', 'd', 'e'], false));
    const second = calls.run('second', () => dropper.drop(['f'], false));
    await Promise.all([first, second]);
    expect(seen.slice(-2)).to.deep.equal(['e of first', 'f of second']);
  });

  it('asks for four mailboxes at a time, and once for one that waits already', async () => {
    let running = 0;
    let most = 0;
    const asked: string[] = [];
    start(
      async (mailbox) => {
        asked.push(mailbox);
        running += 1;
        most = Math.max(most, running);
        await pause(5);
        running -= 1;
      },
      { waitMs: 5_000 },
    );
    const names = Array.from({ length: 20 }, (_value, index) => `m${index}`);
    await Promise.all([dropper.drop(names, false), dropper.drop(names.slice(4), false)]);
    expect(most).to.equal(4);
    expect(asked).to.have.members(names);
  });

  it('forgets afterwards what a late session wrote for a mailbox that is gone', async () => {
    start(() => Promise.resolve());
    await dropper.drop(['gone'], true);
    await dropper.drop(['stays'], false);
    expect(forgotten).to.deep.equal([]);
    await eventually(() => expect(forgotten).to.deep.equal(['gone']));
  });

  it('does nothing any more once it is stopped', async () => {
    start(() => Promise.resolve());
    await dropper.drop(['gone'], true);
    dropper.stop();
    await dropper.drop(['late'], false);
    await pause(40);
    expect({ dropped, forgotten, failed }).to.deep.equal({
      dropped: ['gone'],
      forgotten: [],
      failed: ['late'],
    });
  });
});
