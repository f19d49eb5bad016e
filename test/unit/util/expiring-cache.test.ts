import { expect } from 'chai';
import { ExpiringCache } from '../../../src/util/expiring-cache.js';

const longMs = 3_600_000;

describe("the console's cache", () => {
  /** Answers how often a key was read. */
  function counting() {
    const reads: string[] = [];
    const read = (key: string) => () => Promise.resolve(reads.push(key));
    return { reads, read };
  }

  it('reads a key once, also for those who ask at once', async () => {
    const kept = new ExpiringCache<number>(longMs, 2);
    const { reads, read } = counting();
    const both = await Promise.all([kept.get('a', read('a')), kept.get('a', read('a'))]);
    const later = await kept.get('a', read('a'));
    expect(reads).to.deep.equal(['a']);
    expect(new Set([...both, later].map(({ atMs, value }) => `${atMs} ${value}`))).to.have.property(
      'size',
      1,
    );
  });

  it('holds so many keys, the oldest making room even when it was asked for just now', async () => {
    const kept = new ExpiringCache<number>(longMs, 2);
    const { reads, read } = counting();
    for (const key of ['a', 'b', 'a', 'c', 'b', 'c', 'a']) await kept.get(key, read(key));
    expect(reads).to.deep.equal(['a', 'b', 'c', 'a']);
  });

  it('keeps nothing that failed', async () => {
    const kept = new ExpiringCache<number>(longMs, 2);
    const failed = await kept.get('a', () => Promise.reject(new Error('gone'))).catch(String);
    expect(failed).to.equal('Error: gone');
    expect((await kept.get('a', () => Promise.resolve(7))).value).to.equal(7);
  });

  it('reads anew what is too old, counted from the beginning of the reading', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const kept = new ExpiringCache<number>(60_000, 2, () => nowMs);
    const { reads, read } = counting();
    const slow = () => {
      nowMs += 1_000;
      return read('a')();
    };
    const startedMs = nowMs;
    expect((await kept.get('a', slow)).atMs).to.equal(startedMs);
    nowMs = startedMs + 60_000;
    await kept.get('a', read('a'));
    expect(reads).to.have.length(1);
    nowMs += 1;
    expect((await kept.get('a', read('a'))).atMs).to.equal(nowMs);
    expect(reads).to.have.length(2);
  });
});
