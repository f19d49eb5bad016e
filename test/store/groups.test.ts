import { expect } from 'chai';
import { migrations } from '../../migrations/index.js';
import { UniqueConflictError } from '../../src/provisioning/errors/store-errors.js';
import type { Group } from '../../src/provisioning/model/model.js';
import { describeStore } from './describe-store.js';
import { aContext, createUser, insertContext } from './fixtures.js';

const CONTEXT = 10;

describeStore('groups', (opened) => {
  let serial = 0;
  const store = () => opened().store;
  const userIds: number[] = [];
  before(async () => {
    await insertContext(store(), aContext(CONTEXT));
    await insertContext(store(), aContext(11));
    for (const login of ['u1', 'u2', 'u3'])
      userIds.push(await store().transaction((tx) => createUser(tx, CONTEXT, login)));
  });

  const insert = (members: Partial<Group> = {}) =>
    store().transaction(async (tx) => {
      const id = await tx.contexts.takeNextPrincipalId(members.contextId ?? CONTEXT);
      if (id === null) throw new Error('no such context');
      const name = `group-${(serial += 1)}`;
      const group = { contextId: CONTEXT, id, name, displayName: name, memberIds: [], ...members };
      await tx.groups.insert(group);
      return group;
    });
  const conflict = async (write: Promise<unknown>) => {
    const error: unknown = await write.catch((reason: unknown) => reason);
    if (!(error instanceof UniqueConflictError)) throw new Error('no conflict', { cause: error });
    return { key: error.key, value: error.value };
  };

  it('come back as they were stored, members ascending', async () => {
    const group = await insert({ memberIds: userIds.toReversed(), displayName: 'Grüße 🙂' });
    const stored = { ...group, memberIds: userIds };
    expect(await store().read.groups.find(CONTEXT, group.id)).to.deep.equal(stored);
    expect(await store().transaction(({ groups }) => groups.lock(CONTEXT, group.id))).to.deep.equal(stored);
    expect(await store().read.groups.find(11, group.id)).to.equal(null);
  });

  it('are read in the order asked for', async () => {
    const [a, b] = [await insert({ memberIds: userIds }), await insert()];
    const found = await store().read.groups.findMany(CONTEXT, [b.id, 4711, a.id, b.id]);
    expect(found).to.deep.equal([b, a, b]);
  });

  it('have names that are unique in their context, in any letter case', async () => {
    await insert({ name: 'Ärzte' });
    const taken = { key: 'groupName', value: 'ÄRZTE' };
    expect(await conflict(insert({ name: 'ÄRZTE' }))).to.deep.equal(taken);
    await insert({ name: 'ÄRZTE', contextId: 11 });
    const other = await insert();
    const rename = store().transaction(({ groups }) => groups.update(CONTEXT, other.id, { name: 'ÄRZTE' }));
    expect(await conflict(rename)).to.deep.equal(taken);
    expect(await store().read.groups.findIdByName(CONTEXT, 'äRZTE')).to.be.a('number');
    expect(await store().read.groups.findIdByName(CONTEXT, 'Ärzte ')).to.equal(null);
  });

  it('keep the one name of many inserted at once', async () => {
    const inserts = Array.from({ length: 10 }, () => insert({ name: 'same' }));
    const ends = await Promise.allSettled(inserts);
    expect(ends.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    for (const end of ends)
      if (end.status === 'rejected') expect(end.reason).to.be.instanceOf(UniqueConflictError);
  });

  it('change what is given', async () => {
    const group = await insert({ memberIds: [userIds[0] ?? 0] });
    const update = (changes: Partial<Group>) =>
      store().transaction(({ groups }) => groups.update(CONTEXT, group.id, changes));
    await update({});
    expect(await store().read.groups.find(CONTEXT, group.id)).to.deep.equal(group);
    await update({ name: group.name.toUpperCase(), displayName: 'New', memberIds: userIds.slice(1) });
    const changed = { ...group, name: group.name.toUpperCase(), displayName: 'New' };
    expect(await store().read.groups.find(CONTEXT, group.id)).to.deep.equal({
      ...changed,
      memberIds: userIds.slice(1),
    });
  });

  it('add and remove members', async () => {
    const [first = 0, ...others] = userIds;
    const group = await insert({ memberIds: [first] });
    await store().transaction(async ({ groups }) => {
      await groups.addMembers(CONTEXT, group.id, others);
      await groups.removeMembers(CONTEXT, group.id, [first]);
    });
    expect((await store().read.groups.find(CONTEXT, group.id))?.memberIds).to.deep.equal(others);
    expect(await store().read.groups.findIdsByMember(CONTEXT, others[0] ?? 0)).to.include(group.id);
    expect(await store().read.groups.findIdsByMember(CONTEXT, first)).to.not.include(group.id);
  });

  it('are found by pattern in name or display name', async () => {
    const { id } = await insert({ name: 'Find_Me', displayName: 'Größe 100%' });
    const { id: other } = await insert({ name: 'FindXMe' });
    const search = (pattern: string) => store().read.groups.search(CONTEXT, pattern);
    expect(await search('find_me')).to.deep.equal([id, other]);
    expect(await search('find\\_*')).to.deep.equal([id]);
    expect(await search('GRÖSSE*')).to.deep.equal([]);
    expect(await search('GRÖß*\\%')).to.deep.equal([id]);
    expect(await search('')).to.deep.equal([]);
    expect(await search('x'.repeat(2_000))).to.deep.equal([]);
    expect((await search('*')).slice(0, 1)).to.deep.equal([1]);
  });

  it('are deleted with their memberships, and are nobody’s default group any more', async () => {
    const group = await insert({ memberIds: userIds });
    const user = await store().transaction((tx) =>
      createUser(tx, CONTEXT, `default-${group.id}`, { defaultGroupId: group.id }),
    );
    await store().transaction(({ groups }) => groups.delete(CONTEXT, [group.id, 4711], 1));
    expect(await store().read.groups.find(CONTEXT, group.id)).to.equal(null);
    expect((await store().read.users.find(CONTEXT, user))?.defaultGroupId).to.equal(1);
    expect(await opened().knex('group_members').where({ group_id: group.id })).to.deep.equal([]);
  });

  it('get their lower-case names from the migration, which can run twice', async () => {
    const { knex } = opened();
    const step = migrations.find(({ name }) => name === '0002-resources');
    await knex.raw('UPDATE user_groups SET name_lower = NULL WHERE context_id = 11');
    expect(await store().read.groups.findIdByName(11, 'Users')).to.equal(null);
    await step?.migration.up(knex);
    expect(await store().read.groups.findIdByName(11, 'Users')).to.equal(1);
  });
});
