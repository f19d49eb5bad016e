import { expect } from 'chai';
import { faultRates, RecentRequests } from '../../../src/http/console/parts/recent-requests.js';

const line = (operation: string | null, outcome = 'ok', principal = 'somebody') => ({
  requestId: 'r',
  service: 'S',
  operation,
  principal,
  outcome,
  durationMs: 1,
});

describe('recent requests', () => {
  it('keeps the last ones, the newest first', () => {
    let nowMs = 0;
    const recent = new RecentRequests(3, () => (nowMs += 1));
    expect(recent.list()).to.deep.equal([]);
    for (const name of ['a', 'b', 'c', 'd']) recent.add(line(name));
    expect(recent.list().map(({ operation, atMs }) => [operation, atMs])).to.deep.equal([
      ['d', 4],
      ['c', 3],
      ['b', 2],
    ]);
  });

  it('keeps no long texts that somebody sent as a login', () => {
    const recent = new RecentRequests(3);
    recent.add(line('x'.repeat(5_000), 'ok', 'y'.repeat(5_000)));
    expect(recent.list()[0]?.principal).to.have.length(200);
    expect(recent.list()[0]?.operation).to.have.length(200);
  });

  it('counts faults by operation, the most first', () => {
    const recent = new RecentRequests();
    for (const [name, outcome] of [
      ['get', 'ok'],
      ['get', 'ok'],
      ['set', 'StorageException'],
      ['set', 'ok'],
      [null, 'HTTP 400'],
    ] as const)
      recent.add(line(name, outcome));
    expect(faultRates(recent.list())).to.deep.equal([
      { service: 'S', operation: 'set', requests: 2, faults: 1 },
      { service: 'S', operation: '(none)', requests: 1, faults: 1 },
      { service: 'S', operation: 'get', requests: 2, faults: 0 },
    ]);
  });
});
