import { expect } from 'chai';
import { RecentKeys } from '../../../src/util/recent-keys.js';

describe('keys that hold for a while', () => {
  it('hold to the millisecond, also for a single one, and never for ever', () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const places = new RecentKeys(() => nowMs);
    places.add('short', 1);
    places.add('long', 1_000);
    expect(['short', 'long', 'other'].map((key) => places.has(key))).to.deep.equal([true, true, false]);
    nowMs += 1;
    expect(['short', 'long'].map((key) => places.has(key))).to.deep.equal([false, true]);
    places.add('long', 2_000);
    nowMs += 1_999;
    expect(places.has('long')).to.equal(true);
    nowMs += 1;
    expect(places.has('long')).to.equal(false);
  });

  it('are so many, the oldest making room even when it was asked for just now', () => {
    const places = new RecentKeys(Date.now, 2);
    for (const key of ['a', 'b', 'a', 'c']) {
      places.add(key, 60_000);
      places.has('b');
    }
    expect(['a', 'b', 'c'].map((key) => places.has(key))).to.deep.equal([true, false, true]);
  });

  it('are forgotten one by one, or all', () => {
    const places = new RecentKeys(Date.now);
    for (const key of ['a', 'b', 'c']) places.add(key, 60_000);
    places.delete('a');
    expect(['a', 'b'].map((key) => places.has(key))).to.deep.equal([false, true]);
    places.clear();
    expect(places.has('b')).to.equal(false);
  });
});
