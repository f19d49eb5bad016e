import { expect } from 'chai';
import type { Reseller } from '../../src/provisioning/model.js';
import type { Store } from '../../src/provisioning/store.js';
import { describeStore } from './describe-store.js';
import { aContext, createUser, insertContext } from './fixtures.js';

const bytesPerMb = 1024 * 1024;

function aReseller(id: number, parentId: number, restrictions: Reseller['restrictions'] = []): Reseller {
  return {
    id,
    name: `reseller-${id}`,
    displayName: `Reseller ${id}`,
    parentId,
    passwordHash: 'x',
    passwordMech: '{BCRYPT}',
    restrictions,
    capabilities: [],
    taxonomies: [],
    configuration: new Map(),
  };
}

async function insertResellers(store: Store, resellers: readonly Reseller[]): Promise<void> {
  await store.transaction(async (tx) => {
    for (const reseller of resellers) await tx.resellers.insert(reseller);
  });
}

describeStore('restrictions', (opened) => {
  const limits = [{ name: 'Subadmin.MaxContext', value: '10' }];
  before(async function () {
    this.timeout(60_000);
    const { store } = opened();
    expect(await store.restrictions.areInUse()).to.equal(false);
    await insertResellers(store, [aReseller(1, 0, limits), aReseller(2, 1), aReseller(3, 0)]);
    const own = [{ name: 'Context.MaxUser', value: '5' }];
    await insertContext(store, aContext(1, { ownerId: 1 }));
    await insertContext(store, aContext(2, { ownerId: 2, restrictions: own }));
    await insertContext(store, aContext(3, { ownerId: 3 }));
    await insertContext(store, aContext(4));
    await store.transaction(async (tx) => {
      await createUser(tx, 1, 'one', { moduleAccess: 7 });
      await createUser(tx, 2, 'two', { moduleAccess: 7 });
      await createUser(tx, 2, 'three', { moduleAccess: 8 });
    });
    const usage = [100, 2000, 300, 400];
    for (const [index, mb] of usage.entries())
      await opened()
        .knex('context_usage')
        .where({ context_id: index + 1 })
        .update({ bytes: mb * bytesPerMb });
  });

  it('tells what a context is under: its own, and those of the owner or the owner’s parent', async () => {
    const { restrictions } = opened().store;
    expect(await restrictions.ofContext(1)).to.deep.equal({
      resellerId: 1,
      ofReseller: limits,
      ofContext: [],
    });
    expect(await restrictions.ofContext(2)).to.deep.equal({
      resellerId: 1,
      ofReseller: limits,
      ofContext: [{ name: 'Context.MaxUser', value: '5' }],
    });
    expect((await restrictions.ofContext(3))?.ofReseller).to.deep.equal([]);
    expect(await restrictions.ofContext(4), 'the master admin’s own').to.equal(null);
    expect(await restrictions.ofContext(5), 'not there').to.equal(null);
  });

  it('counts over a reseller and its children', async () => {
    const { restrictions } = opened().store;
    const contexts = [1, 2, 3, 9].map((id) => restrictions.countContextsOfFamily(id));
    expect(await Promise.all(contexts)).to.deep.equal([2, 1, 1, 0]);
    const bytes = [1, 2, 3, 9].map((id) => restrictions.usedContextBytesOfFamily(id));
    expect(await Promise.all(bytes)).to.deep.equal([2100, 2000, 300, 0].map((mb) => mb * bytesPerMb));
    expect([...(await restrictions.countUsersOfFamily(1))].sort()).to.deep.equal([
      [0, 2],
      [7, 2],
      [8, 1],
    ]);
    expect([...(await restrictions.countUsersOfContext(2))].sort()).to.deep.equal([
      [0, 1],
      [7, 1],
      [8, 1],
    ]);
    expect([...(await restrictions.countUsersOfContext(9))]).to.deep.equal([]);
  });

  it('counts what the transaction itself has written', async () => {
    const count = await opened().store.transaction(async (tx) => {
      await createUser(tx, 3, 'own', { moduleAccess: 9 });
      return (await tx.restrictions.countUsersOfFamily(3)).get(9);
    });
    expect(count).to.equal(1);
  });

  it('knows whether anybody is restricted', async () => {
    const { store } = opened();
    expect(await store.restrictions.areInUse()).to.equal(true);
    await store.transaction(({ resellers }) => resellers.update(1, { restrictions: [] }));
    expect(await store.restrictions.areInUse(), 'a context still is').to.equal(true);
    await store.transaction(({ contexts }) => contexts.update(2, { restrictions: [] }));
    expect(await store.restrictions.areInUse()).to.equal(false);
  });
});
