import { expect } from 'chai';
import { UniqueConflictError, ValueTooLongError } from '../../src/provisioning/errors/store-errors.js';
import type { User } from '../../src/provisioning/model/model.js';
import type { UserChanges } from '../../src/provisioning/repositories/user-repository.js';
import { describeStore } from './describe-store.js';
import { aContext, attributes, aUser, createUser, insertContext, noClaims } from './fixtures.js';

describeStore('users', (opened) => {
  const insert = (user: User) =>
    opened().store.transaction((repositories) =>
      repositories.users.create({ user, claims: noClaims, guard: null }),
    );
  const update = (id: number, changes: UserChanges) =>
    opened().store.transaction((repositories) => repositories.users.update(1, id, changes));
  const find = async (id: number): Promise<User> => {
    const user = await opened().store.read.users.find(1, id);
    if (user === null) throw new Error(`no user ${id}`);
    return user;
  };

  before(() => insertContext(opened().store, aContext(1)));

  it('gives back every member as it was stored', async () => {
    const everything = aUser(1, 10, 'everything', {
      passwordExpired: true,
      enabled: false,
      displayName: "Åsa 😀 \\ ' % _ 日本",
      givenName: '',
      email2: 'b@example.org',
      email3: 'c@example.org',
      aliases: ['z@example.org', 'a@example.org', 'Z@example.org'],
      moduleAccess: 2 ** 31 + 5,
      maxQuotaMb: 8_796_093_022_207,
      filestoreId: 1,
      mailQuotaMb: 0,
      imap: { schema: 'imaps://', host: 'mail.example.org', port: 993 },
      attributes: attributes({
        config: { 'com.example/x': 'true', empty: '' },
        __proto__x: { 'a ': '1', a: '2' },
      }),
      profile: { company: '日本', image1: 'x'.repeat(100_000), flag: true, number: 3, map: { a: 'b' } },
    });
    await insert(everything);
    expect(await find(10)).to.deep.equal(everything);
  });

  it('knows nothing of a user that is not there', async () => {
    const { users } = opened().store.read;
    expect(await users.find(1, 999)).to.equal(null);
    expect(await users.find(9, 10)).to.equal(null);
    expect(await users.findIdByLogin(1, 'nobody')).to.equal(null);
    expect(await users.findCredentials(1, 'nobody')).to.equal(null);
  });

  it('compares logins and display names exactly', async () => {
    await insert(aUser(1, 11, 'Exact', { displayName: 'Exact Name' }));
    const { users } = opened().store.read;
    expect(await users.findIdByLogin(1, 'Exact')).to.equal(11);
    expect(await users.findIdByLogin(1, 'exact')).to.equal(null);
    expect(await users.findIdByLogin(1, 'Exact ')).to.equal(null);
    expect(await users.findIdByDisplayName(1, 'Exact Name')).to.equal(11);
    await insert(aUser(1, 12, 'exact'));
    expect(await users.findIdByLogin(1, 'exact')).to.equal(12);
  });

  it('answers what a login check needs', async () => {
    expect(await opened().store.read.users.findCredentials(1, 'admin')).to.deep.equal({
      id: 2,
      isContextAdmin: true,
      passwordHash: '{CRYPT}$2b$admin',
    });
  });

  it('changes only what is there', async () => {
    const before = aUser(1, 20, 'partial', { email2: 'x@example.org', aliases: ['a@example.org'] });
    await insert(before);
    await update(20, {});
    expect(await find(20)).to.deep.equal(before);
    await update(20, { email2: null, maxQuotaMb: 5, mailQuotaMb: 5 });
    expect(await find(20)).to.deep.equal({ ...before, email2: null, maxQuotaMb: 5, mailQuotaMb: 5 });
    await update(20, { aliases: [], login: 'renamed', profile: { a: 'b' } });
    const after = await find(20);
    expect(after).to.include({ login: 'renamed', email2: null, maxQuotaMb: 5 });
    expect(after.aliases).to.deep.equal([]);
    expect(after.profile).to.deep.equal({ a: 'b' });
  });

  it('leaves nothing of a create that its last statement refuses', async () => {
    const { store, knex } = opened();
    const flags = { isUnifiedEnabled: false, holdsFilestore: false, hasMailUsage: false };
    const guard = { ...flags, cascadeVersion: 0, forwarded: [] };
    const create = (login: string) => {
      const { id: _, ...user } = aUser(1, 0, login, {
        aliases: ['only@example.org'],
        attributes: attributes({ config: { a: '1' } }),
      });
      const mail = [{ scopeContextId: 1, address: 'only@example.org' }];
      return store.users.create({ user, claims: { displayName: null, mail }, guard });
    };
    const rows = async () => ({
      ids: await knex('contexts').where({ id: 1 }).pluck('next_principal_id'),
      users: await knex('users').where({ context_id: 1 }).orderBy('id').pluck('id'),
      aliases: await knex('user_aliases').where({ context_id: 1 }).orderBy('user_id').pluck('user_id'),
      attributes: await knex('user_attributes').where({ context_id: 1 }).orderBy('user_id').pluck('user_id'),
      members: await knex('group_members').where({ context_id: 1 }).orderBy('user_id').pluck('user_id'),
    });
    await create('holder');
    const before = await rows();
    const refusal = await create('latecomer').catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(UniqueConflictError).and.include({ key: 'mailAddress' });
    expect(await rows()).to.deep.equal(before);
  });

  it('merges attributes per key', async () => {
    await insert(
      aUser(1, 21, 'merge', { attributes: attributes({ config: { a: '1', b: '2' }, cloud: { c: '3' } }) }),
    );
    await update(21, {
      attributeChanges: [
        { namespace: 'config', key: 'a', value: 'changed' },
        { namespace: 'config', key: 'b', value: null },
        { namespace: 'config', key: 'absent', value: null },
        { namespace: 'new', key: 'k', value: 'first' },
        { namespace: 'new', key: 'k', value: 'last' },
      ],
    });
    expect((await find(21)).attributes).to.deep.equal(
      attributes({ config: { a: 'changed' }, cloud: { c: '3' }, new: { k: 'last' } }),
    );
  });

  it('refuses what is too long, rather than to cut it', async () => {
    const refused = async (field: string, members: Partial<User>) => {
      const error = await insert(aUser(1, 30, 'long', members)).catch((e: unknown) => e);
      expect(error, field).to.be.instanceOf(ValueTooLongError);
      expect((error as ValueTooLongError).field).to.equal(field);
    };
    await refused('login', { login: 'x'.repeat(256) });
    await refused('displayName', { displayName: 'x'.repeat(321) });
    await refused('aliases', { aliases: ['x'.repeat(321)] });
    await refused('attributeKey', { attributes: attributes({ config: { ['x'.repeat(513)]: '' } }) });
    await refused('attributeValue', { attributes: attributes({ config: { a: 'x'.repeat(1_000_001) } }) });
    expect(await opened().store.read.users.find(1, 30)).to.equal(null);
  });

  it('keeps the longest that fits', async () => {
    const longest = aUser(1, 31, '日'.repeat(255), {
      displayName: 'İ'.repeat(320),
      attributes: attributes({ ['日'.repeat(128)]: { ['日'.repeat(512)]: '日'.repeat(1_000_000) } }),
    });
    await insert(longest);
    expect(await find(31)).to.deep.equal(longest);
  });

  it('finds many in the order asked for, leaving out the missing', async () => {
    await insertContext(opened().store, aContext(3));
    const ids = await opened().store.transaction(async (repositories) => {
      const created: number[] = [];
      for (let number = 0; number < 1_100; number += 1) {
        created.push(await createUser(repositories, 3, `many-${number}`, { filestoreId: number % 2 }));
      }
      return created.toReversed();
    });
    const found = await opened().store.read.users.findMany(3, [...ids, 999_999, ids[0] ?? 0]);
    expect(found.map((user) => user.id)).to.deep.equal([...ids, ids[0]]);
    expect(found[0]?.aliases).to.deep.equal(['many-1099@example.org']);
  }).timeout(60_000);

  it('walks over all users of all contexts', async () => {
    await insertContext(opened().store, aContext(5));
    const seen: string[] = [];
    for await (const user of opened().store.read.users.all()) seen.push(`${user.contextId}/${user.id}`);
    const row = await opened().knex('users').count({ count: '*' }).first();
    expect(seen).to.have.lengthOf(Number(row?.count));
    expect(new Set(seen)).to.have.lengthOf(seen.length);
    expect(seen[0]).to.equal('1/2');
    expect(seen.at(-1)).to.equal('5/2');
  });
});
