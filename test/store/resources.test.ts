import { expect } from 'chai';
import { UniqueConflictError, ValueTooLongError } from '../../src/provisioning/errors/store-errors.js';
import type { Resource } from '../../src/provisioning/repositories/group-repository.js';
import { describeStore } from './describe-store.js';
import { aContext, createUser, insertContext, noClaims } from './fixtures.js';

const CONTEXT = 10;

describeStore('resources', (opened) => {
  let serial = 0;
  const store = () => opened().store;
  before(async () => {
    await insertContext(store(), aContext(CONTEXT));
    await insertContext(store(), aContext(11));
  });

  const insert = (members: Partial<Resource> = {}) =>
    store().transaction(async (tx) => {
      const contextId = members.contextId ?? CONTEXT;
      const id = await tx.contexts.takeNextPrincipalId(contextId);
      if (id === null) throw new Error('no such context');
      const name = `room-${(serial += 1)}`;
      const resource: Resource = {
        contextId,
        id,
        name,
        displayName: name,
        email: `${name}@example.org`,
        available: true,
        description: null,
        permissions: [],
        ...members,
      };
      await tx.resources.insert(resource);
      return resource;
    });
  const find = async (id: number) => (await store().read.resources.findMany(CONTEXT, [id]))[0];
  const conflict = async (write: Promise<unknown>) => {
    const error: unknown = await write.catch((reason: unknown) => reason);
    if (!(error instanceof UniqueConflictError)) throw new Error('no conflict', { cause: error });
    return { key: error.key, value: error.value };
  };
  const everybody = { entityId: 0, isGroup: true, privilege: 'ask_to_book' };
  const users = { entityId: 1, isGroup: true, privilege: null };
  const admin = { entityId: 2, isGroup: false, privilege: 'book_directly' };

  it('come back as they were stored', async () => {
    const permissions = [admin, everybody, users];
    const resource = await insert({ available: false, description: 'ä 🙂\n', permissions });
    expect(await find(resource.id)).to.deep.equal(resource);
    const locked = await store().transaction(({ resources }) => resources.lock(CONTEXT, resource.id));
    expect(locked).to.deep.equal(resource);
    expect(await store().read.resources.findMany(11, [resource.id])).to.deep.equal([]);
  });

  it('have names and addresses that are unique in their context, in any letter case', async () => {
    await insert({ name: 'Saal', email: 'saal@example.org' });
    const name = { key: 'resourceName', value: 'SAAL' };
    const email = { key: 'resourceEmail', value: 'Saal@Example.org' };
    expect(await conflict(insert({ name: 'SAAL' }))).to.deep.equal(name);
    expect(await conflict(insert({ email: 'Saal@Example.org' }))).to.deep.equal(email);
    await insert({ contextId: 11, name: 'Saal', email: 'saal@example.org' });
    const { id } = await insert();
    const update = (changes: Partial<Resource>) =>
      store().transaction(({ resources }) => resources.update(CONTEXT, id, changes));
    expect(await conflict(update({ name: 'SAAL' }))).to.deep.equal(name);
    expect(await conflict(update({ email: 'Saal@Example.org' }))).to.deep.equal(email);
    expect(await store().read.resources.findIdByName(CONTEXT, 'sAAL')).to.be.a('number');
  });

  it('change what is given', async () => {
    const resource = await insert({ description: 'old', permissions: [admin] });
    const update = (changes: Partial<Resource>) =>
      store().transaction(({ resources }) => resources.update(CONTEXT, resource.id, changes));
    await update({});
    expect(await find(resource.id)).to.deep.equal(resource);
    await update({ available: false, description: null });
    expect(await find(resource.id)).to.deep.equal({ ...resource, available: false, description: null });
    await update({ permissions: [users, everybody], displayName: 'New' });
    expect(await find(resource.id)).to.deep.include({
      permissions: [users, everybody],
      displayName: 'New',
    });
  });

  it('lose the permissions of users and groups that go', async () => {
    const user = await store().transaction((tx) => createUser(tx, CONTEXT, 'leaver', {}, noClaims));
    const group = await store().transaction(async (tx) => {
      const id = (await tx.contexts.takeNextPrincipalId(CONTEXT)) ?? 0;
      await tx.groups.insert({ contextId: CONTEXT, id, name: 'g', displayName: 'g', memberIds: [] });
      return id;
    });
    const permissions = [
      { entityId: user, isGroup: false, privilege: 'a' },
      { entityId: group, isGroup: true, privilege: 'b' },
      everybody,
    ];
    const { id } = await insert({ permissions });
    await store().transaction(async (tx) => {
      await tx.users.delete(CONTEXT, [user]);
      await tx.groups.delete(CONTEXT, [group], 1);
    });
    expect((await find(id))?.permissions).to.deep.equal([everybody]);
  });

  it('are found by pattern, read in order and deleted', async () => {
    const [a, b] = [await insert({ name: 'Hall_1', permissions: [users] }), await insert({ name: 'HallX1' })];
    expect(await store().read.resources.search(CONTEXT, 'hall_1')).to.deep.equal([a.id, b.id]);
    expect(await store().read.resources.search(CONTEXT, 'hall\\_1')).to.deep.equal([a.id]);
    expect(await store().read.resources.findMany(CONTEXT, [b.id, 4711, a.id])).to.deep.equal([b, a]);
    const remove = () => store().transaction(({ resources }) => resources.delete(CONTEXT, a.id));
    expect(await remove()).to.equal(true);
    expect(await remove()).to.equal(false);
    expect(await find(a.id)).to.equal(undefined);
  });

  it('refuse texts that are too long', async () => {
    const error: unknown = await insert({ description: 'x'.repeat(1_000_001) }).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(ValueTooLongError);
  });
});

describeStore('many users at once', (opened) => {
  const store = () => opened().store;
  const ids: number[] = [];
  before(async () => {
    for (const contextId of [10, 11]) await insertContext(store(), aContext(contextId));
    const aliases = [['a@one.org', 'a@Two.org', 'b@two.org'], ['b@one.org'], ['c@xtwo.org']];
    for (const [index, addresses] of aliases.entries()) {
      const members = { aliases: addresses, moduleAccess: index };
      ids.push(await store().transaction((tx) => createUser(tx, 10, `u${index}`, members)));
    }
  });

  it('are found by the end of an alias', async () => {
    const all = { length: null, offset: 0 };
    const find = (ending: string, page = all as { length: number | null; offset: number }) =>
      store().read.users.findIdsByAliasEnding(10, ending, page);
    expect(await find('two.org')).to.deep.equal([ids[0], ids[2]]);
    expect(await find('@TWO.org')).to.deep.equal([ids[0]]);
    expect(await find('%')).to.deep.equal([]);
    expect(await find('_.org')).to.deep.equal([]);
    expect(await find('one.org', { length: 1, offset: 1 })).to.deep.equal([ids[1]]);
    expect(await find('x'.repeat(2_000))).to.deep.equal([]);
    expect(await store().read.users.findIdsByAliasEnding(11, 'two.org', all)).to.deep.equal([]);
  });

  it('are locked if they are there', async () => {
    const [first = 0, second = 0] = ids;
    const found = await store().transaction(({ users }) =>
      users.lockExisting(10, [second, 4711, first, first]),
    );
    expect(found).to.deep.equal([first, second]);
    expect(await store().transaction(({ users }) => users.lockExisting(10, []))).to.deep.equal([]);
  });

  it('get module access', async () => {
    const access = async () =>
      (await store().read.users.findMany(10, [2, ...ids])).map(({ moduleAccess }) => moduleAccess);
    const change = (ofContextAdmins: boolean, present: number | undefined, added: number, kept: number) =>
      store().transaction(({ users }) => users.changeModuleAccess({ ofContextAdmins, present, added, kept }));
    await change(false, undefined, 4, 6);
    expect(await access()).to.deep.equal([0, 4, 4, 6]);
    await change(true, undefined, 2 ** 25, 2 ** 26 - 1);
    expect(await access()).to.deep.equal([2 ** 25, 4, 4, 6]);
    await change(false, 6, 1, 2 ** 26 - 1);
    expect(await access()).to.deep.equal([2 ** 25, 4, 4, 7]);
  });
});
