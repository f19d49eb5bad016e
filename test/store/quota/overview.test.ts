import { expect } from 'chai';
import { quotaState } from '../../../src/provisioning/quota/quota-state.js';
import { describeStore } from '../describe-store.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

describeStore('what there is at a glance', (opened) => {
  const MB = 1024 * 1024;
  const keys: { contextId: number; userId: number }[] = [];

  /** One user for every combination of what a quota follows from. */
  before(async () => {
    const { store, knex } = opened();
    await store.transaction((tx) =>
      tx.resellers.insert({
        id: 5,
        name: 'owner',
        displayName: 'Owner',
        parentId: 0,
        passwordHash: 'x',
        passwordMech: 'x',
        restrictions: [],
        capabilities: [],
        taxonomies: [],
        configuration: new Map(),
      }),
    );
    await insertContext(store, aContext(1, { ownerId: 5 }));
    await insertContext(store, aContext(2));
    for (const maxQuotaMb of [-1, 0, 10])
      for (const mailQuotaMb of [null, 0, 10, 20])
        for (const filestoreId of [0, 1])
          for (const unified of [0, 1] as const) {
            const userId = await store.transaction((tx) =>
              createUser(tx, 1, `user${keys.length}`, { maxQuotaMb, mailQuotaMb, filestoreId }),
            );
            await knex('users').where({ context_id: 1, id: userId }).update({ unified_enabled: unified });
            const username = `user${keys.length}@example.org`;
            await knex('mail_usage').insert({ username, bytes: (keys.length + 1) * MB, messages: 1 });
            keys.push({ contextId: 1, userId });
          }
    await store.transaction((tx) => createUser(tx, 2, 'Lonely'));
  });

  it('counts as unified whose quota state is unified', async () => {
    const { overview } = opened().store.read;
    const summaries = await overview.summaries(keys);
    const unified = summaries.filter(({ input }) => quotaState(input).mode === 'unified').length;
    expect(unified).to.equal(1);
    expect(await overview.counts([5])).to.deep.equal({ contexts: 1, users: keys.length, unified });
    expect(await overview.counts(null)).to.deep.equal({ contexts: 2, users: keys.length + 1, unified });
    expect(await overview.counts([6])).to.deep.equal({ contexts: 0, users: 0, unified: 0 });
  });

  it('finds the fullest by the limit of the mailbox', async () => {
    const { overview } = opened().store.read;
    const all = (await overview.summaries(keys)).filter(({ input }) => (input.mailQuotaMb ?? 0) > 0);
    const share = ({ input }: (typeof all)[number]) => input.mailBytes / (input.mailQuotaMb ?? 1);
    const expected = all.toSorted((a, b) => share(b) - share(a) || a.userId - b.userId).slice(0, 5);
    const idsOf = (list: typeof all) => list.map(({ userId }) => userId);
    expect(idsOf(await overview.fullest([5], 5, false))).to.deep.equal(idsOf(expected));
    expect(await overview.fullest([6], 5, false)).to.deep.equal([]);
  });

  it('looks only at those who reached a threshold, if that is wanted', async () => {
    const { store, knex } = opened();
    expect(await store.read.overview.fullest(null, 5, true)).to.deep.equal([]);
    const [reached] = await store.read.overview.fullest(null, 1, false);
    const key = { context_id: 1, user_id: reached?.userId ?? 0 };
    await knex('quota_levels').insert({ ...key, budget: 'mail', percent: 80 });
    await knex('quota_levels').insert({ context_id: 1, user_id: 3, budget: 'files', percent: 80 });
    expect((await store.read.overview.fullest(null, 5, true)).map(({ userId }) => userId)).to.deep.equal([
      reached?.userId,
    ]);
  });

  it('finds logins in lower case, and nobody of other owners', async () => {
    const { overview } = opened().store.read;
    expect(await overview.find(['lonely'], null, 5)).to.deep.equal([{ contextId: 2, userId: 3 }]);
    expect(await overview.find(['lonely'], [5], 5)).to.deep.equal([]);
    expect(await overview.find(['user1', 'user2'], [5], 3)).to.have.length(3);
    expect(await overview.find(['%', '_', 'ser'], null, 5)).to.deep.equal([]);
  });
});
