import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BusyError, RequestLimiter } from '../../../src/http/server/request-limiter.js';

class FakeResponse extends EventEmitter {
  readonly headers = new Map<string, unknown>();
  setHeader(name: string, value: unknown): void {
    this.headers.set(name, value);
  }
}

function response(): FakeResponse & ServerResponse {
  return new FakeResponse() as unknown as FakeResponse & ServerResponse;
}

describe('the limiter of requests', () => {
  it('lets an idle service begin at once', () => {
    const limiter = new RequestLimiter({ maxConcurrentRequests: 1, maxQueuedRequests: 0 });
    expect(limiter.enter(response())).to.equal(undefined);
    expect(limiter).to.include({ running: 1, queued: 0 });
  });

  it('serves in the order of coming, and never more at once than there are places', async () => {
    const limiter = new RequestLimiter({ maxConcurrentRequests: 2, maxQueuedRequests: 10 });
    const order: number[] = [];
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, async (_value, number) => {
        await limiter.enter(response());
        order.push(number);
        most = Math.max(most, limiter.running);
        await nextTurn();
        limiter.leave();
      }),
    );
    expect(order).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).to.equal(2);
    expect(limiter).to.include({ running: 0, queued: 0, refused: 0 });
  });

  it('refuses what comes in one turn of the event loop beyond the queue, though each request ends at once', async () => {
    const limiter = new RequestLimiter({ maxConcurrentRequests: 64, maxQueuedRequests: 20 });
    const ends = await Promise.allSettled(
      Array.from({ length: 100 }, async () => {
        await limiter.enter(response());
        limiter.leave();
      }),
    );
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(refused.length).to.be.within(60, 80);
    expect(limiter).to.include({ running: 0, queued: 0, refused: refused.length });
    for (const { reason } of refused) expect(reason).to.be.instanceOf(BusyError);
  });

  it('tells the refused when to come back', () => {
    const limiter = new RequestLimiter({ maxConcurrentRequests: 1, maxQueuedRequests: 0 });
    void limiter.enter(response());
    const late = response();
    expect(() => limiter.refuseWhenFull(late)).to.throw(BusyError);
    expect(late.headers.get('Retry-After')).to.be.greaterThan(0);
  });

  it('forgets who goes away while waiting', async () => {
    const limiter = new RequestLimiter({ maxConcurrentRequests: 1, maxQueuedRequests: 1 });
    void limiter.enter(response());
    const gone = response();
    const turn = limiter.enter(gone)?.catch((error: unknown) => error);
    gone.emit('close');
    expect(await turn).to.be.instanceOf(BusyError);
    expect(limiter.queued).to.equal(0);
    limiter.leave();
    expect(limiter.running).to.equal(0);
  });

  it('lets addresses take turns, and makes room for one that has fewer waiting', async () => {
    const from = new Map<unknown, string>();
    const addressOf = (of: unknown): string => from.get(of) ?? '';
    const limiter = new RequestLimiter({ maxConcurrentRequests: 1, maxQueuedRequests: 3, addressOf });
    const order: string[] = [];
    const enter = async (name: string): Promise<FakeResponse> => {
      const own = response();
      from.set(own, name[0] ?? '');
      await limiter.enter(own)?.catch((error: unknown) => order.push(`${name} ${(error as Error).name}`));
      if (!order.some((each) => each.startsWith(`${name} `))) order.push(name);
      return own;
    };
    await enter('a0');
    const others = ['a1', 'a2', 'a3'].map(enter);
    const late = response();
    from.set(late, 'b');
    expect(() => limiter.refuseWhenFull(late)).not.to.throw();
    others.push(enter('b1'));
    for (let count = 0; count < 3; count += 1) {
      await nextTurn();
      limiter.leave();
    }
    await Promise.all(others);
    expect(order).to.deep.equal(['a0', 'a3 BusyError', 'a1', 'b1', 'a2']);
    expect(limiter.refused).to.equal(1);
  });

  it('lets a request step out and come back before those who wait for their first place', async () => {
    const limiter = new RequestLimiter({ maxConcurrentRequests: 1, maxQueuedRequests: 3 });
    const order: string[] = [];
    void limiter.enter(response());
    const other = limiter.enter(response())?.then(() => order.push('other'));
    const third = limiter.enter(response())?.then(() => order.push('third'));
    limiter.stepOut();
    expect(limiter).to.include({ running: 1, unproven: 1 });
    await other;
    const back = limiter.comeBack().then(() => order.push('back'));
    await nextTurn();
    limiter.leave();
    await back;
    limiter.leave();
    await third;
    expect(order).to.deep.equal(['other', 'back', 'third']);
    expect(limiter).to.include({ running: 1, unproven: 0 });
  });

  it('waits for who stepped out before it does what must be done alone', async () => {
    const limiter = new RequestLimiter({ maxConcurrentRequests: 1, maxQueuedRequests: 3 });
    const order: string[] = [];
    void limiter.enter(response());
    limiter.stepOut();
    const alone = limiter.whileNobodyRuns(() => Promise.resolve(order.push('alone')), 60_000);
    await limiter.comeBack();
    order.push('back');
    limiter.leave();
    await alone;
    expect(order).to.deep.equal(['back', 'alone']);
  });
});
