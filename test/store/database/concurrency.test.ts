import { expect } from 'chai';
import { UniqueConflictError } from '../../../src/provisioning/errors/store-errors.js';
import type { UserClaims } from '../../../src/provisioning/model/claims.js';
import { openStore } from '../../../src/store/open-store.js';
import { testDatabases } from '../../support/database/databases.js';
import { describeStore } from '../describe-store.js';
import { aContext, aUser, createUser, insertContext, noClaims } from '../fixtures.js';

/** What came of many writes at once: the answers, and the conflicts as `key value`. */
async function settle<T>(writes: Promise<T>[]): Promise<{ answers: T[]; conflicts: string[] }> {
  const answers: T[] = [];
  const conflicts: string[] = [];
  for (const outcome of await Promise.allSettled(writes)) {
    if (outcome.status === 'fulfilled') answers.push(outcome.value);
    else if (outcome.reason instanceof UniqueConflictError) {
      conflicts.push(`${outcome.reason.key} ${outcome.reason.value}`);
    } else throw outcome.reason;
  }
  return { answers, conflicts };
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const mail = (...addresses: string[]): UserClaims => ({
  displayName: null,
  mail: addresses.map((address) => ({ scopeContextId: 0, address })),
});

describeStore('many at once', (opened) => {
  before(async () => {
    await insertContext(opened().store, aContext(1));
    await insertContext(opened().store, aContext(2));
  });

  it('lets one of 200 have a login, and tells the others', async () => {
    const create = () => opened().store.transaction((repositories) => createUser(repositories, 1, 'wanted'));
    const { answers, conflicts } = await settle(times(200, create));
    expect(answers).to.have.lengthOf(1);
    expect(conflicts).to.have.lengthOf(199);
    expect(new Set(conflicts)).to.deep.equal(new Set(['login wanted']));
  }).timeout(60_000);

  it('lets one of many contexts have a name', async () => {
    const create = (index: number) =>
      opened().store.transaction(({ contexts }) =>
        contexts.insert(aContext(100 + index, { name: 'the one', loginMappings: [] }), 3),
      );
    const { answers, conflicts } = await settle(times(50, create));
    expect(answers).to.have.lengthOf(1);
    expect(new Set(conflicts)).to.deep.equal(new Set(['contextName the one']));
  }).timeout(60_000);

  it('lets one of many users of different contexts have an address', async () => {
    const create = (index: number) =>
      opened().store.transaction((repositories) =>
        createUser(
          repositories,
          1 + (index % 2),
          `mail-${index}`,
          {},
          mail(`own-${index}@x.org`, 'both@x.org'),
        ),
      );
    const { answers, conflicts } = await settle(times(60, create));
    expect(answers).to.have.lengthOf(1);
    expect(new Set(conflicts)).to.deep.equal(new Set(['mailAddress both@x.org']));
  }).timeout(60_000);

  it('gets through transactions that lock in opposite orders', async () => {
    const ids = await opened().store.transaction(async (repositories) => [
      await createUser(repositories, 1, 'left'),
      await createUser(repositories, 1, 'right'),
    ]);
    const [left = 0, right = 0] = ids;
    const lockBoth = (index: number) =>
      opened().store.transaction(async ({ users }) => {
        const [first, second] = index % 2 === 0 ? [left, right] : [right, left];
        await users.lock(1, first);
        await users.lock(1, second);
        await users.update(1, second, { givenName: String(index) });
      });
    const { answers } = await settle(times(20, lockBoth));
    expect(answers).to.have.lengthOf(20);
  }).timeout(60_000);

  it('loses no update that reads under a lock', async () => {
    const id = await opened().store.transaction((repositories) => createUser(repositories, 1, 'counter'));
    const increment = () =>
      opened().store.transaction(async ({ users }) => {
        const user = await users.lock(1, id);
        await users.update(1, id, { moduleAccess: (user?.moduleAccess ?? 0) + 1 });
      });
    await Promise.all(times(50, increment));
    expect((await opened().store.read.users.find(1, id))?.moduleAccess).to.equal(50);
  }).timeout(60_000);

  it('gives every id once, and never that of a deleted user', async () => {
    const create = (index: number) =>
      opened().store.transaction((repositories) => createUser(repositories, 2, `numbered-${index}`));
    const { answers } = await settle(times(40, create));
    expect(new Set(answers)).to.have.lengthOf(40);
    const last = Math.max(...answers);
    await opened().store.transaction(({ users }) => users.delete(2, [last]));
    expect(await create(100)).to.equal(last + 1);
  }).timeout(60_000);

  it('knows no next id of a context that is not there', async () => {
    const taken = await opened().store.transaction(({ contexts }) => contexts.takeNextPrincipalId(999));
    expect(taken).to.equal(null);
  });

  it('leaves nothing behind of what failed', async () => {
    const tables = [
      'users',
      'user_aliases',
      'user_attributes',
      'group_members',
      'file_usage',
      'unique_names',
    ];
    const counts = async () =>
      Promise.all(tables.map(async (table) => opened().knex(table).count({ count: '*' }).first()));
    const before = await counts();
    const next = await opened().knex('contexts').where({ id: 1 }).first('next_principal_id');
    const failing = opened().store.transaction(async (repositories) => {
      await createUser(repositories, 1, 'half', { filestoreId: 1 }, mail('half@x.org'));
      throw new Error('the plugin refuses');
    });
    expect(await failing.catch((error: unknown) => String(error))).to.equal('Error: the plugin refuses');
    const conflicting = opened().store.transaction((repositories) =>
      createUser(repositories, 1, 'half', { filestoreId: 1 }, mail('half@x.org', 'both@x.org')),
    );
    expect((await settle([conflicting])).conflicts).to.deep.equal(['mailAddress both@x.org']);
    expect(await counts()).to.deep.equal(before);
    expect(await opened().knex('contexts').where({ id: 1 }).first('next_principal_id')).to.deep.equal(next);
  });

  it('refuses to write, or to lock, outside of a transaction', async () => {
    const { store } = opened();
    const refused = await settleErrors([
      () => store.read.users.create({ user: aUser(1, 99, 'outside'), claims: noClaims, guard: null }),
      () => store.read.users.lock(1, 2),
      () => store.read.settings.set('a', 'b'),
    ]);
    expect(new Set(refused)).to.deep.equal(new Set(['the store writes and locks only inside a transaction']));
  });

  it('refuses to read past the transaction it is in', async () => {
    const { store } = opened();
    const refused = await settleErrors([
      () => store.transaction(() => store.read.users.find(1, 2)),
      () => store.transaction(() => store.transaction(() => Promise.resolve(1))),
    ]);
    expect(new Set(refused)).to.deep.equal(
      new Set(['inside a transaction use the repositories that the transaction was given']),
    );
    expect(await store.read.users.find(1, 2)).to.have.property('id', 2);
  });
});

describeStore(
  'several processes',
  (opened) => {
    it('share one database', async () => {
      await insertContext(opened().store, aContext(1));
      const other = await openStore({ databaseUrl: opened().url });
      try {
        const take = (index: number) =>
          (index % 2 === 0 ? opened().store : other).transaction((repositories) =>
            createUser(repositories, 1, `shared-${index}`),
          );
        const { answers } = await settle(times(60, take));
        expect(new Set(answers)).to.have.lengthOf(60);
      } finally {
        await other.close();
      }
    }).timeout(60_000);
  },
  testDatabases,
);

async function settleErrors(calls: (() => Promise<unknown>)[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(calls.map((call) => call()));
  return outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as Error).message : 'went through',
  );
}
