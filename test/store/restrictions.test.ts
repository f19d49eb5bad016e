import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { AccessCombinations } from '../../src/provisioning/installation/access-combinations.js';
import type { Reseller } from '../../src/provisioning/model/model.js';
import type { Repositories, Store } from '../../src/provisioning/repositories/store.js';
import {
  keepingContextLimits,
  keepingUserLimits,
} from '../../src/provisioning/resellers/restriction-limits.js';
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
    expect(await store.read.restrictions.areInUse()).to.equal(false);
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
    const { restrictions } = opened().store.read;
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
    const { restrictions } = opened().store.read;
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
    expect(await store.read.restrictions.areInUse()).to.equal(true);
    await store.transaction(({ resellers }) => resellers.update(1, { restrictions: [] }));
    expect(await store.read.restrictions.areInUse(), 'a context still is').to.equal(true);
    await store.transaction(({ contexts }) => contexts.update(2, { restrictions: [] }));
    expect(await store.read.restrictions.areInUse()).to.equal(false);
  });
});

/** Each write stays open for a while, so that without a lock every transaction would count before any other commits. */
describeStore('limits while others are writing', (opened) => {
  const installation = { accessCombinations: new AccessCombinations() };
  const holdMs = 150;
  const reseller = (id: number, parentId: number, restrictions: Record<string, string>) =>
    aReseller(
      id,
      parentId,
      Object.entries(restrictions).map(([name, value]) => ({ name, value })),
    );
  const held = async (write: () => Promise<unknown>): Promise<void> => {
    await write();
    await sleep(holdMs);
  };
  const createIn = (contextId: number, login: string, moduleAccess: number) =>
    opened().store.transaction((tx) =>
      keepingUserLimits(installation, tx, contextId, () =>
        held(() => createUser(tx, contextId, login, { moduleAccess })),
      ),
    );
  const refusals = async (writes: readonly Promise<unknown>[]): Promise<string[]> => {
    const outcomes = await Promise.allSettled(writes);
    return outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
  };

  before(async function () {
    this.timeout(60_000);
    const { store } = opened();
    await insertResellers(store, [
      reseller(1, 0, { 'Subadmin.MaxOverallUser': '5' }),
      reseller(2, 1, {}),
      reseller(3, 0, { 'Subadmin.MaxContext': '1' }),
      reseller(4, 3, {}),
    ]);
    const own = [{ name: 'Context.MaxUserByModuleaccess_pim', value: '1' }];
    await insertContext(store, aContext(1, { ownerId: 1 }));
    await insertContext(store, aContext(2, { ownerId: 2 }));
    await insertContext(store, aContext(3, { ownerId: 4, restrictions: own }));
    await store.transaction(async (tx) => {
      for (const login of ['a', 'b', 'c']) await createUser(tx, 3, login);
    });
  });

  it('users of a family', async () => {
    const writes = [1, 2, 1, 2, 1, 2].map((contextId, index) => createIn(contextId, `user-${index}`, 0));
    const text = 'Maximum overall number of contexts reached: 5';
    expect(await refusals(writes)).to.deep.equal([text, text, text]);
  }).timeout(60_000);

  it('users of a context that are changed', async () => {
    const pim = installation.accessCombinations.moduleAccess('pim');
    const change = (userId: number) =>
      opened().store.transaction((tx) =>
        keepingUserLimits(installation, tx, 3, () =>
          held(() => tx.users.update(3, userId, { moduleAccess: pim })),
        ),
      );
    expect(await refusals([3, 4, 5].map(change))).to.have.lengthOf(2);
    expect((await opened().store.read.restrictions.countUsersOfContext(3)).get(pim)).to.equal(1);
  }).timeout(60_000);

  it('contexts of a family, which a child of it has filled', async () => {
    const create = (id: number, ownerId: number) =>
      opened().store.transaction((tx: Repositories) => {
        const context = aContext(id, { ownerId });
        return keepingContextLimits(installation, tx, context, () =>
          held(() => tx.contexts.insert(context, 3)),
        );
      });
    const text = 'Maximum number of contexts reached: 1';
    expect(await refusals([create(10, 3), create(11, 4)])).to.deep.equal([text, text]);
    await opened().store.transaction(({ contexts }) => contexts.delete(3));
    expect(await refusals([create(12, 3), create(13, 4), create(14, 3)])).to.deep.equal([text, text]);
  }).timeout(60_000);

  it('an owner without a limit on users adds as many as it likes', async () => {
    const { store } = opened();
    await insertResellers(store, [reseller(20, 0, { 'Subadmin.CanCreateSubadmin': 'true' })]);
    await insertContext(store, aContext(20, { ownerId: 20 }));
    await insertContext(store, aContext(21, { ownerId: 20 }));
    expect(await refusals([createIn(20, 'x', 0), createIn(21, 'y', 0)])).to.deep.equal([]);
  }).timeout(60_000);
});
