import { expect } from 'chai';
import { UsageSampling } from '../../../src/background/usage-sampling.js';
import { describeStore } from '../describe-store.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Math.floor(Date.UTC(2026, 0, 1) / dayMs) * dayMs + hourMs;

describeStore('usage over time', (opened) => {
  let nowMs = startMs;
  let anna = 0;
  let ben = 0;
  const errors: unknown[] = [];
  const process = () =>
    new UsageSampling({
      store: opened().store,
      intervalMs: hourMs,
      now: () => nowMs,
      onError: (error) => errors.push(error),
    });
  const holds = async (login: string, bytes: number) => {
    const row = { username: `${login}@example.org`, bytes, messages: 1 };
    await opened().knex('mail_usage').insert(row).onConflict('username').merge();
  };
  const samplesOf = async (userId: number, sinceMs = 0) => {
    const samples = await opened().store.read.usageSamples.list({ contextId: 1, userId }, sinceMs);
    return samples.map(({ atMs, mailBytes }) => [atMs - startMs, mailBytes]);
  };

  before(async () => {
    const { store } = opened();
    await insertContext(store, aContext(1));
    await insertContext(store, aContext(2));
    await store.transaction(async (tx) => {
      anna = await createUser(tx, 1, 'anna', { filestoreId: 1, maxQuotaMb: 10 });
      ben = await createUser(tx, 1, 'ben');
    });
    await store.transaction((tx) => createUser(tx, 2, 'carl'));
  });
  after(() => expect(errors).to.deep.equal([]));

  it('notes who holds something, and later only whose usage changed', async () => {
    await holds('anna', 100);
    await holds('carl', 5);
    await process().round();
    expect(await samplesOf(anna)).to.deep.equal([[0, 100]]);
    expect(await samplesOf(ben)).to.deep.equal([]);
    nowMs += hourMs;
    await holds('anna', 200);
    await process().round();
    nowMs += hourMs;
    await holds('anna', 0);
    await process().round();
    expect(await samplesOf(anna)).to.deep.equal([
      [0, 100],
      [hourMs, 200],
      [2 * hourMs, 0],
    ]);
    expect(await opened().knex('usage_samples').where({ context_id: 2 })).to.have.length(1);
  });

  it('tells what was held when the time that is asked for began', async () => {
    expect(await samplesOf(anna, startMs + 90 * 60_000)).to.deep.equal([
      [hourMs, 200],
      [2 * hourMs, 0],
    ]);
  });

  it('a round is done by one of all processes, and not before it is due', async () => {
    await holds('ben', 1);
    await process().round();
    expect(await samplesOf(ben)).to.deep.equal([]);
    nowMs += hourMs;
    await Promise.all([process().round(), process().round(), process().round()]);
    expect(await samplesOf(ben)).to.deep.equal([[3 * hourMs, 1]]);
  });

  it('goes page by page, within a context and beyond it', async () => {
    const { store } = opened();
    const sample = (place: { contextId: number; userId: number }, length: number) =>
      store.transaction((tx) => tx.usageSamples.sampleAfter(place, length, nowMs + 1));
    await holds('anna', 7);
    await holds('ben', 7);
    await holds('carl', 7);
    expect(await sample({ contextId: 0, userId: 0 }, 2)).to.deep.equal({ contextId: 1, userId: anna });
    expect(await samplesOf(ben)).to.have.length(1);
    expect(await sample({ contextId: 1, userId: anna }, 2)).to.deep.equal({ contextId: 2, userId: 2 });
    expect(await samplesOf(ben)).to.have.length(2);
    expect(await sample({ contextId: 2, userId: 2 }, 2)).to.deep.equal({ contextId: 2, userId: 3 });
    expect(await sample({ contextId: 2, userId: 3 }, 2)).to.equal(null);
    expect(await opened().knex('usage_samples').where({ context_id: 2 })).to.have.length(2);
  });

  it('leaves the last of each day after 30 days, and nothing after 400', async () => {
    nowMs = startMs + 30 * dayMs + hourMs;
    await process().round();
    expect(await samplesOf(anna)).to.have.length(4);
    nowMs = startMs + 31 * dayMs;
    await process().round();
    expect(await samplesOf(anna)).to.deep.equal([[3 * hourMs + 1, 7]]);
    nowMs = startMs + 401 * dayMs;
    await process().round();
    expect(await samplesOf(anna)).to.deep.equal([]);
  });

  it('go with their user', async () => {
    nowMs += hourMs;
    await holds('ben', 99);
    await process().round();
    expect(await samplesOf(ben)).to.have.length(1);
    await opened().store.transaction((tx) => tx.users.delete(1, [ben]));
    expect(await samplesOf(ben)).to.deep.equal([]);
  });
});
