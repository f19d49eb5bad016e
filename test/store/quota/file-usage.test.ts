import { expect } from 'chai';
import type { UserChanges } from '../../../src/provisioning/repositories/user-repository.js';
import { holdFiles } from '../../support/processes/hold-files.js';
import { describeStore } from '../describe-store.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

const contextId = 1;
const adminId = 2;
const own: UserChanges = { filestoreId: 1, filestoreOwnerId: 0 };
const none: UserChanges = { filestoreId: 0, filestoreOwnerId: 0 };
const sharing = (ownerId: number): UserChanges => ({ filestoreId: 1, filestoreOwnerId: ownerId });

describeStore('file usage', (opened) => {
  beforeEach(() => insertContext(opened().store, aContext(contextId)));
  afterEach(() => opened().store.transaction(({ contexts }) => contexts.delete(contextId)));

  let number = 0;
  const newUser = (filestoreId: number) =>
    opened().store.transaction((tx) => createUser(tx, contextId, `holder-${++number}`, { filestoreId }));
  const change = (id: number, changes: UserChanges) =>
    opened().store.transaction(async ({ users }) => {
      await users.lock(contextId, id);
      await users.update(contextId, id, changes);
    });
  const hold = (userId: number, bytes: number, files = 1) =>
    holdFiles(opened().knex, contextId, userId, { bytes, files });
  const counted = async () => {
    const { knex, store } = opened();
    const rows = await knex('file_usage').where({ context_id: contextId }).orderBy('user_id').select('*');
    return {
      context: (await store.read.contexts.usedBytes([contextId])).get(contextId),
      own: rows.map(({ user_id, bytes, files }) => [user_id, bytes, files]),
    };
  };
  const sum = async () => {
    const { context = 0, own: rows } = await counted();
    return rows.reduce((total, [, bytes = 0]) => total + bytes, context);
  };
  const quotaOf = async (id: number) => {
    const user = await opened().store.read.users.find(contextId, id);
    return [user?.filestoreId, user?.maxQuotaMb];
  };

  it('goes along from place to place', async () => {
    const [id, master] = [await newUser(1), await newUser(1)];
    await hold(id, 300, 3);
    await hold(master, 50);
    const steps: [UserChanges, object][] = [
      [
        { filestoreId: 7 },
        {
          context: 0,
          own: [
            [id, 300, 3],
            [master, 50, 1],
          ],
        },
      ],
      [none, { context: 300, own: [[master, 50, 1]] }],
      [sharing(master), { context: 0, own: [[master, 350, 4]] }],
      [none, { context: 300, own: [[master, 50, 1]] }],
      [
        own,
        {
          context: 0,
          own: [
            [id, 300, 3],
            [master, 50, 1],
          ],
        },
      ],
      [sharing(master), { context: 0, own: [[master, 350, 4]] }],
      [
        own,
        {
          context: 0,
          own: [
            [id, 300, 3],
            [master, 50, 1],
          ],
        },
      ],
    ];
    for (const [changes, expected] of steps) {
      await change(id, changes);
      expect(await counted()).to.deep.equal(expected);
      expect(await opened().store.read.fileUsage.heldBytes(contextId, id)).to.equal(300);
    }
  });

  it('everybody in a storage has the place and the quota that it has', async () => {
    const [master, one, two] = [await newUser(1), await newUser(1), await newUser(1)];
    for (const id of [two, one]) await change(id, { ...sharing(master), maxQuotaMb: -1 });
    expect(await opened().store.read.fileUsage.sharers(contextId, master)).to.deep.equal([one, two]);
    await change(master, { filestoreId: 5, maxQuotaMb: 10 });
    for (const id of [master, one, two]) expect(await quotaOf(id)).to.deep.equal([5, 10]);
    await change(one, { maxQuotaMb: 20 });
    for (const id of [master, one, two]) expect(await quotaOf(id)).to.deep.equal([5, 20]);
    await change(two, { ...own, maxQuotaMb: 30 });
    expect(await quotaOf(two)).to.deep.equal([1, 30]);
    expect(await quotaOf(master)).to.deep.equal([5, 20]);
    expect(await opened().store.read.fileUsage.sharers(contextId, master)).to.deep.equal([one]);
  });

  it('takes no more out of a counter than is in it', async () => {
    const id = await newUser(1);
    await hold(id, 300);
    await change(id, none);
    await opened().knex('context_usage').where({ context_id: contextId }).update({ bytes: 100 });
    await change(id, own);
    expect(await counted()).to.deep.equal({ context: 0, own: [[id, 100, 1]] });
  });

  it('is handed on before a deletion, and what was not goes with the users', async () => {
    const [heir, first, second, hosted, last] = [
      await newUser(1),
      await newUser(1),
      await newUser(1),
      await newUser(1),
      await newUser(1),
    ];
    for (const id of [first, second, hosted, last]) await hold(id, 10);
    await change(second, sharing(heir));
    await change(hosted, none);
    await change(last, none);
    await opened().store.transaction(async ({ users, fileUsage }) => {
      await fileUsage.passOn(contextId, [first, second, hosted], heir);
      await users.delete(contextId, [first, second, hosted]);
    });
    expect(await counted()).to.deep.equal({ context: 20, own: [[heir, 20, 2]] });
    await opened().store.transaction(({ users }) => users.delete(contextId, [last]));
    expect(await counted()).to.deep.equal({ context: 10, own: [[heir, 20, 2]] });
  });

  it('keeps its sum whatever moves and goes at once', async () => {
    const masters = [await newUser(1), await newUser(1)];
    const movers: number[] = [];
    for (let count = 0; count < 6; count += 1) movers.push(await newUser(1));
    for (const [index, id] of [...masters, ...movers].entries()) await hold(id, 1000 + index);
    const total = await sum();
    const places = [own, none, ...masters.map(sharing)];
    const moves = movers.flatMap((id, index) =>
      places.map((_, step) => change(id, places[(index + step) % places.length] ?? own)),
    );
    const leaving = movers.slice(0, 2);
    const deletion = opened().store.transaction(async ({ users, fileUsage }) => {
      for (const id of [adminId, ...leaving]) await users.lock(contextId, id);
      await fileUsage.passOn(contextId, leaving, adminId);
      await users.delete(contextId, leaving);
    });
    await Promise.all([...moves, deletion]);
    expect(await sum()).to.equal(total);
    for (const id of movers.slice(2)) await change(id, own);
    expect(await sum()).to.equal(total);
    const held = await Promise.all(
      movers.slice(2).map((id) => opened().store.read.fileUsage.heldBytes(contextId, id)),
    );
    expect(held, 'everybody has its own again').to.deep.equal([1004, 1005, 1006, 1007]);
  }).timeout(30_000);
});
