import { expect } from 'chai';
import { describeStore } from './describe-store.js';
import { aContext, aUser, insertContext, noClaims } from './fixtures.js';

const people = [
  { id: 10, login: 'ann', displayName: 'Ann Ünal' },
  { id: 11, login: 'Anna', displayName: 'someone' },
  { id: 12, login: 'a_b', displayName: 'under score' },
  { id: 13, login: 'axb', displayName: '100%' },
  { id: 14, login: 'bob', displayName: 'pipe|star*[x]?' },
];

describeStore('search of users', (opened) => {
  before(async () => {
    await insertContext(opened().store, aContext(1));
    await opened().store.transaction(async ({ users }) => {
      for (const { id, login, displayName } of people) {
        await users.create({ user: aUser(1, id, login, { displayName }), claims: noClaims, guard: null });
      }
    });
  });

  const search = (
    pattern: string,
    options: { ignoreCase?: boolean; length?: number; offset?: number } = {},
  ) =>
    opened().store.read.users.search(1, {
      pattern,
      ignoreCase: options.ignoreCase ?? false,
      length: options.length ?? null,
      offset: options.offset ?? 0,
    });

  it('lists all, ascending', async () => {
    expect(await search('*')).to.deep.equal([2, 10, 11, 12, 13, 14]);
    expect(await search('%')).to.deep.equal([2, 10, 11, 12, 13, 14]);
  });

  it('matches the whole text, logins exactly', async () => {
    expect(await search('ann')).to.deep.equal([10]);
    expect(await search('an*')).to.deep.equal([10]);
    expect(await search('An*')).to.deep.equal([10, 11]); // 10 by its display name
    expect(await search('ANNA')).to.deep.equal([]);
    expect(await search('*nn*')).to.deep.equal([10, 11]);
  });

  it('can ignore the case of logins', async () => {
    expect(await search('ANNA', { ignoreCase: true })).to.deep.equal([11]);
    expect(await search('aNN*', { ignoreCase: true })).to.deep.equal([10, 11]);
  });

  it('never regards the case of display names, beyond ASCII too', async () => {
    expect(await search('*üNAL')).to.deep.equal([10]);
    expect(await search('SOMEone')).to.deep.equal([11]);
  });

  it('finds by beginnings, up to the last character there is', async () => {
    const { store } = opened();
    const odd = ['z\u{d7ff}a', 'z\u{e000}b', 'z\u{1f600}c', '\u{10ffff}d'];
    await store.transaction(async ({ users }) => {
      for (const [index, login] of odd.entries())
        await users.create({
          user: aUser(1, 20 + index, login, { displayName: `odd ${index}` }),
          claims: noClaims,
          guard: null,
        });
    });
    expect(await search('z\u{d7ff}*')).to.deep.equal([20]);
    expect(await search('z\u{1f600}*')).to.deep.equal([22]);
    expect(await search('\u{10ffff}*')).to.deep.equal([23]);
    expect(await search('z*')).to.deep.equal([20, 21, 22]);
    await store.transaction(({ users }) => users.delete(1, [20, 21, 22, 23]));
  });

  it('pages what is found by a beginning, each user once', async () => {
    expect(await search('a*')).to.deep.equal([2, 10, 12, 13]);
    expect(await search('a*', { ignoreCase: true })).to.deep.equal([2, 10, 11, 12, 13]);
    expect(await search('a*', { ignoreCase: true, length: 2, offset: 2 })).to.deep.equal([11, 12]);
    expect(await search('un*', { length: 1 })).to.deep.equal([12]);
  });

  it('finds logins and ids together', async () => {
    const { users } = opened().store.read;
    expect(await users.findIdsByLogin(1, ['bob', 'ann', 'ANN', 'bob'])).to.deep.equal(
      new Map([
        ['ann', 10],
        ['bob', 14],
      ]),
    );
    expect(await users.findExisting(1, [14, 99, 14, 2])).to.deep.equal(new Set([2, 14]));
  });

  it('reads _ and % as wildcards and \\ as escape', async () => {
    expect(await search('a_b')).to.deep.equal([12, 13]);
    expect(await search('a\\_b')).to.deep.equal([12]);
    expect(await search('100\\%')).to.deep.equal([13]);
    expect(await search('*\\**')).to.deep.equal([14]);
    expect(await search('*|*')).to.deep.equal([14]);
    expect(await search('*[x]?')).to.deep.equal([14]);
    expect(await search('\\a\\x\\b')).to.deep.equal([13]);
    expect(await search('a%%%%b')).to.deep.equal([12, 13]);
    expect(await search('bob\\')).to.deep.equal([]);
  });

  it('takes quotes and long patterns for what they are', async () => {
    expect(await search("' OR '1'='1")).to.deep.equal([]);
    expect(await search('x'.repeat(100_000))).to.deep.equal([]);
    expect(await search('*'.repeat(100_000))).to.have.lengthOf(6);
    expect(await search('')).to.deep.equal([]);
  });

  it('gives pages', async () => {
    expect(await search('*', { length: 2, offset: 1 })).to.deep.equal([10, 11]);
    expect(await search('*', { length: 0, offset: 0 })).to.deep.equal([]);
    expect(await search('*', { length: 5, offset: 5 })).to.deep.equal([14]);
    expect(await search('*', { length: 5, offset: 50 })).to.deep.equal([]);
  });
});
