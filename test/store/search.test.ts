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
        await users.insert(aUser(1, id, login, { displayName }), noClaims);
      }
    });
  });

  const search = (
    pattern: string,
    options: { ignoreCase?: boolean; length?: number; offset?: number } = {},
  ) =>
    opened().store.users.search(1, {
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
