import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BusyError, RequestLimiter } from '../../../src/http/request-limiter.js';

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
});
