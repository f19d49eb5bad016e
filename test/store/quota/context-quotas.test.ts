import { expect } from 'chai';
import { describeStore } from '../describe-store.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

describeStore('object quotas, capabilities and whole contexts', (opened) => {
  before(async () => {
    const { store } = opened();
    await store.transaction(({ resellers }) =>
      resellers.insert({
        id: 1,
        name: 'north',
        displayName: 'North',
        parentId: 0,
        passwordHash: 'hash',
        passwordMech: '{BCRYPT}',
        restrictions: [],
        capabilities: [],
        taxonomies: [],
        configuration: new Map(),
      }),
    );
    await insertContext(store, aContext(10, { ownerId: 1 }));
    await insertContext(store, aContext(11));
    await insertContext(store, aContext(12, { ownerId: 1 }));
    await store.transaction((tx) => createUser(tx, 10, 'anna'));
  });

  it('sets, replaces and removes object quotas', async () => {
    const { store } = opened();
    const set = (modules: string[], limit: number | null) =>
      store.transaction(({ objectQuotas }) => objectQuotas.set(10, modules, limit));
    const list = async () => [...(await store.read.objectQuotas.list(10))];
    expect(await list()).to.deep.equal([]);
    await set(['task', 'calendar'], 4_294_967_295);
    await set(['contact'], 0);
    await set(['task'], 7);
    expect(await list()).to.deep.equal([
      ['calendar', 4_294_967_295],
      ['contact', 0],
      ['task', 7],
    ]);
    await set(['task', 'contact', 'infostore'], null);
    await set([], 5);
    expect(await list()).to.deep.equal([['calendar', 4_294_967_295]]);
    expect([...(await store.read.objectQuotas.list(11))]).to.deep.equal([]);
  });

  it('keeps the capabilities of a context and of its users apart', async () => {
    const { store } = opened();
    const context = { contextId: 10, userId: null };
    const user = { contextId: 10, userId: 3 };
    await store.transaction(async ({ capabilities }) => {
      await capabilities.replace(context, ['b', '-a', 'B']);
      await capabilities.replace(user, ['u']);
    });
    expect(await store.read.capabilities.list(context)).to.deep.equal(['-a', 'B', 'b']);
    expect(await store.read.capabilities.list(user)).to.deep.equal(['u']);
    await store.transaction(({ capabilities }) => capabilities.replace(context, ['c']));
    expect(await store.read.capabilities.list(context)).to.deep.equal(['c']);
    expect(await store.read.capabilities.list({ contextId: 10, userId: 2 })).to.deep.equal([]);
    await store.transaction(({ users }) => users.delete(10, [3]));
    expect(await store.read.capabilities.list(user)).to.deep.equal([]);
  });

  it('changes the modules of all users, those of the admin apart', async () => {
    const { store } = opened();
    await store.transaction((tx) => createUser(tx, 12, 'bert'));
    await store.transaction(({ contexts }) => contexts.setModuleAccess(12, { admin: 7, others: 3 }));
    const masks = async (contextId: number) =>
      (await store.read.users.findMany(contextId, [2, 3])).map(({ moduleAccess }) => moduleAccess);
    expect(await masks(12)).to.deep.equal([7, 3]);
    expect(await masks(11)).to.deep.equal([0]);
  });

  it('switches all contexts, or those of some owners', async () => {
    const { store } = opened();
    const set = (ownerIds: number[] | null, enabled: boolean) =>
      store.transaction(({ contexts }) => contexts.setAllEnabled(ownerIds, enabled));
    const states = async () =>
      (await store.read.contexts.findMany([10, 11, 12])).map(({ enabled }) => enabled);
    await set([1], false);
    expect(await states()).to.deep.equal([false, true, false]);
    await set(null, false);
    expect(await states()).to.deep.equal([false, false, false]);
    await set([], true);
    expect(await states()).to.deep.equal([false, false, false]);
    await set(null, true);
    expect(await states()).to.deep.equal([true, true, true]);
  });

  it('cuts pages out of a search', async () => {
    const ids = async (offset: number, length: number) => {
      const search = { pattern: 'context-*', ownerIds: null, page: { offset, length } };
      return opened().store.read.contexts.searchIds(search);
    };
    expect(await ids(0, 2)).to.deep.equal([10, 11]);
    expect(await ids(1, 2_147_483_647)).to.deep.equal([11, 12]);
    expect(await ids(3, 5)).to.deep.equal([]);
    expect(await ids(0, 0)).to.deep.equal([]);
  });

  it('forgets everything with the context', async () => {
    const { store, knex } = opened();
    await store.transaction(({ contexts }) => contexts.delete(10));
    expect([...(await store.read.objectQuotas.list(10))]).to.deep.equal([]);
    for (const table of ['object_quotas', 'context_capabilities', 'user_capabilities'] as const)
      expect(await knex(table).where({ context_id: 10 }), table).to.deep.equal([]);
  });
});
