import { expect } from 'chai';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FairLanes } from '../../../src/provisioning/access/fair-lanes.js';
import { FairQueue } from '../../../src/provisioning/access/fair-queue.js';

describe('what waits by address', () => {
  it('takes turns by address, and keeps its order within one', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.add(item[0] ?? '', item);
    expect(queue.delete('a', 'a2')).to.equal(true);
    expect(queue.delete('a', 'a2')).to.equal(false);
    const taken = Array.from({ length: 6 }, () => queue.take());
    expect(taken).to.deep.equal(['a1', 'b1', 'c1', 'a3', 'c2', undefined]);
    expect(queue.size).to.equal(0);
  });

  it('makes room where the most wait, for an address with fewer', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1']) queue.add(item[0] ?? '', item);
    expect(queue.takeForRoom('a')).to.equal(undefined);
    expect(queue.hasLonger('b')).to.equal(true);
    expect(queue.takeForRoom('b')).to.equal('a3');
    expect(queue.takeForRoom('b')).to.equal(undefined);
    expect(queue.takeForRoom('c')).to.equal('a2');
    expect(queue.takeForRoom('c')).to.equal(undefined);
    expect(queue.size).to.equal(2);
  });
});

describe('lanes that addresses share', () => {
  const full = () => new Error('full');

  it('run so many at once, and let a newcomer in after one of each address', async () => {
    const lanes = new FairLanes({ atOnce: 2, maxWaiting: 100, full });
    const order: string[] = [];
    let running = 0;
    const work = (name: string) =>
      lanes.run(name[0] ?? '', async () => {
        running += 1;
        expect(running).to.be.at.most(2);
        order.push(name);
        await nextTurn();
        running -= 1;
      });
    const many = Array.from({ length: 50 }, (_, index) => work(`a${index}`));
    await Promise.all([work('b0'), ...many]);
    expect(order.indexOf('b0')).to.be.at.most(3);
    expect(order).to.have.length(51);
    expect(lanes.waiting).to.equal(0);
  });

  it('refuse what is too much of the address that has the most, and go on after failures', async () => {
    const lanes = new FairLanes({ atOnce: 1, maxWaiting: 3, full });
    let open: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    const ends = ['a', 'a', 'a', 'a', 'a', 'b'].map((address, index) =>
      lanes.run(address, async () => {
        await held;
        if (index === 1) throw new Error('broken');
        return `${address}${index}`;
      }),
    );
    open();
    const settled = await Promise.allSettled(ends);
    const shown = settled.map((end) =>
      end.status === 'fulfilled' ? end.value : (end.reason as Error).message,
    );
    expect(shown).to.deep.equal(['a0', 'broken', 'a2', 'full', 'full', 'b5']);
    expect(await lanes.run('c', () => Promise.resolve('c'))).to.equal('c');
  });
});
