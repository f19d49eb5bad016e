import { expect } from 'chai';
import type { OutboxEntry } from '../../../src/provisioning/repositories/outbox-repository.js';
import type { Repositories, Store } from '../../../src/provisioning/repositories/store.js';
import { KnexStore } from '../../../src/store/knex-store.js';
import { describeStore } from '../describe-store.js';
import { aContext, aUser, insertContext, noClaims } from '../fixtures.js';

describeStore('the outbox', (opened) => {
  const contextId = 71;
  const noting = (): Store => new KnexStore(opened().knex, undefined, true);
  const write = <T>(work: (tx: Repositories) => Promise<T>): Promise<T> => noting().transaction(work);
  const claim = (nowMs = Date.now(), leaseMs = 60_000, limit = 100): Promise<OutboxEntry[]> =>
    write(({ outbox }) => outbox.claim(['account', 'tenant'], nowMs, leaseMs, limit));
  const finish = (entry: OutboxEntry): Promise<void> => write(({ outbox }) => outbox.finish(entry));
  const names = (entries: readonly OutboxEntry[]): string[] => entries.map(({ name }) => name).sort();
  let id = 2;
  const newUser = async (login: string): Promise<number> => {
    id += 1;
    await write(({ users }) =>
      users.create({ user: aUser(contextId, id, login), claims: noClaims, guard: null }),
    );
    return id;
  };
  const rename = (userId: number, login: string): Promise<void> =>
    write(({ users }) => users.update(contextId, userId, { login, primaryEmail: `${login}@example.org` }));
  const remove = (userId: number): Promise<void> => write(({ users }) => users.delete(contextId, [userId]));

  before(() => insertContext(opened().store, aContext(contextId)));
  afterEach(async () => {
    await opened().knex('outbox').delete();
    await opened().knex('outbox_renames').delete();
  });

  it('gets nothing where changes are not noted', async () => {
    id += 1;
    await opened().store.transaction(({ users }) =>
      users.create({ user: aUser(contextId, id, 'silent'), claims: noClaims, guard: null }),
    );
    expect(await claim()).to.deep.equal([]);
    expect(await opened().store.read.outbox.hasDue(['account'], Date.now())).to.equal(false);
  });

  it('has one entry per mailbox, however often it changes, and none of what was rolled back', async () => {
    const user = await newUser('often');
    for (const mailQuotaMb of [1, 2, 3])
      await write(({ users }) => users.update(contextId, user, { mailQuotaMb }));
    await write(({ users }) => users.update(contextId, user, { givenName: 'Other' }));
    await write(async ({ users }) => {
      await users.create({ user: aUser(contextId, 900, 'undone'), claims: noClaims, guard: null });
      throw new Error('rolled back');
    }).catch(() => undefined);
    const [entry, ...others] = await claim();
    expect(others).to.deep.equal([]);
    expect(entry).to.include({ kind: 'account', name: 'often@example.org', removeFirst: false, version: 4 });
  });

  it('gives an entry to one process until its lease is over', async () => {
    await newUser('leased');
    const nowMs = Date.now();
    const [first] = await claim(nowMs, 1_000);
    expect(await claim(nowMs, 1_000)).to.deep.equal([]);
    const [second] = await claim(nowMs + 1_001, 1_000);
    expect(second?.name).to.equal('leased@example.org');
    // Whose lease is over can neither finish nor postpone what is somebody else's now.
    if (first !== undefined) {
      await finish(first);
      await write(({ outbox }) => outbox.postpone(first, nowMs + 10 ** 9, 'late'));
    }
    expect(names(await claim(nowMs + 5_000))).to.deep.equal(['leased@example.org']);
  });

  it('splits what is due among many who ask at once', async function () {
    this.timeout(30_000);
    for (let index = 0; index < 30; index += 1) await newUser(`many${index}`);
    const taken = (await Promise.all(Array.from({ length: 8 }, () => claim(Date.now(), 60_000, 10)))).flat();
    expect(new Set(names(taken)).size).to.equal(taken.length);
    const rest = await claim();
    expect(taken.length + rest.length).to.equal(30);
  });

  it('keeps a change that came while the entry was being told', async () => {
    const user = await newUser('meanwhile');
    const [entry] = await claim();
    await write(({ users }) => users.update(contextId, user, { mailQuotaMb: 9 }));
    if (entry !== undefined) await finish(entry);
    expect(names(await claim())).to.deep.equal(['meanwhile@example.org']);
  });

  it('postpones what failed without holding up the rest', async () => {
    const user = await newUser('poison');
    await newUser('fine');
    const nowMs = Date.now();
    for (const entry of await claim(nowMs))
      if (entry.name.startsWith('poison'))
        await write(({ outbox }) => outbox.postpone(entry, nowMs + 5_000, 'Error: no'));
      else await finish(entry);
    await write(({ users }) => users.update(contextId, user, { mailQuotaMb: 1 }));
    expect(await claim(nowMs + 1_000)).to.deep.equal([]);
    const [depth] = await opened().store.read.outbox.depth();
    expect(depth).to.include({ kind: 'account', entries: 1, failing: 1 });
    expect(await claim(nowMs + 6_000)).to.have.length(1);
  });

  it('lets a renamed account go first, then whoever took its name', async () => {
    const user = await newUser('before');
    for (const entry of await claim()) await finish(entry);
    await rename(user, 'between');
    await rename(user, 'after');
    await newUser('before');
    const [renamed, ...others] = await claim();
    expect(others).to.deep.equal([]);
    expect(renamed?.name).to.equal('after@example.org');
    expect(renamed?.formerNames).to.deep.equal(['before@example.org', 'between@example.org']);
    if (renamed !== undefined) await finish(renamed);
    const [next] = await claim();
    expect(next).to.deep.include({ name: 'before@example.org', removeFirst: false, formerNames: [] });
  });

  it('forgets a name that came back', async () => {
    const user = await newUser('there');
    for (const entry of await claim()) await finish(entry);
    await rename(user, 'andback');
    await rename(user, 'there');
    const [entry] = await claim();
    expect(entry).to.deep.include({ name: 'there@example.org', formerNames: ['andback@example.org'] });
  });

  it('removes the old account before a new user gets its name', async () => {
    const user = await newUser('gone');
    for (const entry of await claim()) await finish(entry);
    await remove(user);
    await newUser('gone');
    const [entry] = await claim();
    expect(entry).to.include({ name: 'gone@example.org', removeFirst: true });
    if (entry === undefined) return;
    await write(({ outbox }) => outbox.removed(entry));
    await write(({ outbox }) => outbox.postpone(entry, 0, 'stopped between the two'));
    expect((await claim())[0]).to.include({ name: 'gone@example.org', removeFirst: false });
  });

  it('removes a renamed account under both names, and keeps it from its heirs', async () => {
    const user = await newUser('first');
    for (const entry of await claim()) await finish(entry);
    await rename(user, 'second');
    await remove(user);
    await newUser('first');
    const entries = await claim();
    expect(names(entries)).to.deep.equal(['first@example.org', 'second@example.org']);
    expect(entries.map(({ removeFirst }) => removeFirst)).to.deep.equal([true, true]);
  });

  it('does not give a new user who is renamed the account of a deleted one', async () => {
    const user = await newUser('taken');
    for (const entry of await claim()) await finish(entry);
    await remove(user);
    const heir = await newUser('taken');
    await rename(heir, 'elsewhere');
    const entries = await claim();
    expect(names(entries)).to.deep.equal(['elsewhere@example.org', 'taken@example.org']);
    const moved = entries.find(({ name }) => name.startsWith('elsewhere'));
    expect(moved?.formerNames).to.deep.equal([]);
  });

  it('is told of contexts: switched off, limited, deleted', async () => {
    const other = aContext(72);
    await insertContext(noting(), other);
    await write(({ users }) =>
      users.create({ user: aUser(72, 3, 'incontext'), claims: noClaims, guard: null }),
    );
    for (const entry of await claim()) await finish(entry);
    await write(({ contexts }) => contexts.update(72, { enabled: false }));
    expect(names(await claim())).to.deep.equal(['incontext@example.org']);
    await opened().knex('outbox').delete();
    const attributeChanges = [{ namespace: 'stalwart', key: 'disk-quota-mb', value: '5' }];
    await write(({ contexts }) => contexts.update(72, { attributeChanges }));
    const entries = await claim();
    expect(entries.map(({ kind, name }) => `${kind} ${name}`).sort()).to.deep.equal([
      'account incontext@example.org',
      'tenant 72',
    ]);
    expect(await opened().store.read.mailAccounts.findTenantLimitBytes(72)).to.equal(5 * 1024 * 1024);
    await opened().knex('outbox').delete();
    await write(({ contexts }) => contexts.delete(72));
    expect((await claim()).map(({ removeFirst }) => removeFirst)).to.deep.equal([true, true]);
  });

  it('can be filled with everything', async () => {
    await write(({ outbox }) => outbox.addEverything());
    const mailboxes = await opened().store.read.mailAccounts.list('', 1_000);
    expect(names(await claim(Date.now(), 1_000, 1_000))).to.deep.equal([...mailboxes].sort());
  });
});
