import { expect } from 'chai';
import type { Knex } from 'knex';
import { holdFiles } from '../support/processes/hold-files.js';
import { describeStore } from './describe-store.js';
import { aContext, attributes, createUser, insertContext } from './fixtures.js';

/** Every table of the schema with its columns. */
async function columnsOfTables(knex: Knex): Promise<ReadonlyMap<string, string[]>> {
  const isSqlite = (knex.client as { dialect: string }).dialect === 'sqlite3';
  const query = isSqlite
    ? "SELECT name FROM sqlite_master WHERE type = 'table'"
    : "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'";
  const answer: unknown = await knex.raw(query);
  const rows = (isSqlite ? answer : (answer as [unknown])[0]) as { name: string }[];
  const tables = rows.map(({ name }) => name).filter((name) => !/^(sqlite_|knex_)/.test(name));
  return new Map(
    await Promise.all(
      tables.map(async (name) => [name, Object.keys(await knex(name).columnInfo())] as [string, string[]]),
    ),
  );
}

/** table → rows that belong to the user (or, without user, the context); tables that hold none are left out. */
async function rowsOf(knex: Knex, contextId: number, userId?: number): Promise<Record<string, number>> {
  const held: Record<string, number> = {};
  for (const [table, columns] of await columnsOfTables(knex)) {
    const key: Record<string, number> = {};
    if (table === 'contexts') key['id'] = contextId;
    else if (columns.includes('context_id')) key['context_id'] = contextId;
    else continue;
    if (userId !== undefined) {
      if (table === 'users') key['id'] = userId;
      else if (columns.includes('user_id')) key['user_id'] = userId;
      else continue;
    }
    const row = await knex(table).where(key).count({ count: '*' }).first();
    if (Number(row?.['count']) > 0) held[table] = Number(row?.['count']);
  }
  return held;
}

describeStore('deletion', (opened) => {
  const usage = (username: string, bytes: number) =>
    opened().knex('mail_usage').insert({ username, bytes, messages: 1 });
  const usages = async () => opened().knex('mail_usage').orderBy('username').pluck('username');

  const createFull = async (contextId: number, login: string) => {
    const id = await opened().store.transaction((repositories) =>
      createUser(
        repositories,
        contextId,
        login,
        {
          filestoreId: 1,
          primaryEmail: `${login.toUpperCase()}@Example.org`,
          attributes: attributes({ config: { a: 'b' } }),
        },
        {
          displayName: login,
          mail: [{ scopeContextId: 0, address: `${login}@example.org` }],
        },
      ),
    );
    await holdFiles(opened().knex, contextId, id, { bytes: 0 });
    return id;
  };

  beforeEach(async () => {
    await insertContext(opened().store, aContext(1));
    await insertContext(opened().store, aContext(2, { attributes: attributes({ config: { a: 'b' } }) }));
  });
  afterEach(async () => {
    await opened().store.transaction(async ({ contexts }) => {
      await contexts.delete(1);
      await contexts.delete(2);
    });
    await opened().knex('mail_usage').delete();
  });

  it('of users leaves nothing of them and all of the others', async () => {
    const id = await createFull(1, 'leaving');
    const other = await createFull(1, 'staying');
    await usage('leaving@example.org', 5);
    await usage('staying@example.org', 6);
    const full = await rowsOf(opened().knex, 1, id);
    expect(Object.keys(full)).to.have.members([
      'users',
      'user_aliases',
      'user_attributes',
      'group_members',
      'unique_names',
      'file_usage',
    ]);
    await opened().store.transaction(({ users }) => users.delete(1, [id, 777]));
    expect(await rowsOf(opened().knex, 1, id)).to.deep.equal({});
    expect(await rowsOf(opened().knex, 1, other)).to.deep.equal(full);
    expect(await usages()).to.deep.equal(['staying@example.org']);
    expect(await createFull(1, 'leaving')).to.equal(other + 1);
  });

  it('of a context leaves nothing of it', async () => {
    for (let number = 0; number < 5; number += 1) await createFull(2, `inside-${number}`);
    await createFull(1, 'outside');
    await usage('inside-0@example.org', 5);
    await usage('outside@example.org', 5);
    const before = await rowsOf(opened().knex, 1);
    const remove = () => opened().store.transaction(({ contexts }) => contexts.delete(2));
    expect(await remove()).to.equal(true);
    expect(await remove()).to.equal(false);
    expect(await rowsOf(opened().knex, 2)).to.deep.equal({});
    expect(await rowsOf(opened().knex, 1)).to.deep.equal(before);
    expect(await usages()).to.deep.equal(['outside@example.org']);
    await insertContext(opened().store, aContext(2));
  });

  it('keeps a mail usage that another user of the same mailbox needs', async () => {
    const first = await createFull(1, 'shared');
    await opened().store.transaction((repositories) =>
      createUser(repositories, 2, 'shared', { primaryEmail: 'Shared@example.org' }),
    );
    await usage('shared@example.org', 5);
    await opened().store.transaction(({ users }) => users.delete(1, [first]));
    expect(await usages()).to.deep.equal(['shared@example.org']);
  });

  it('lets the mail usage follow a user to a new primary address', async () => {
    const id = await createFull(1, 'moving');
    await usage('moving@example.org', 42);
    await usage('moved@example.org', 1); // left over from a deleted mailbox
    const move = (primaryEmail: string) =>
      opened().store.transaction(({ users }) => users.update(1, id, { primaryEmail }));
    await move('Moved@example.org');
    expect(await usages()).to.deep.equal(['moved@example.org']);
    expect(await opened().store.read.users.usage(1, [id, 888])).to.deep.equal(
      new Map([[id, { mailBytes: 42, mailMessages: 1, fileBytes: 0 }]]),
    );
    await move('MOVED@example.org');
    expect((await opened().store.read.users.usage(1, [id])).get(id)?.mailBytes).to.equal(42);
  });

  it('counts no files for a user without own storage', async () => {
    const id = await opened().store.transaction((repositories) => createUser(repositories, 1, 'plain'));
    const fileBytes = async () => (await opened().store.read.users.usage(1, [id])).get(id)?.fileBytes;
    const setStorage = (filestoreId: number) =>
      opened().store.transaction(({ users }) => users.update(1, id, { filestoreId }));
    expect(await fileBytes()).to.equal(null);
    await setStorage(1);
    await opened()
      .knex('file_usage')
      .where({ context_id: 1, user_id: id })
      .update({ bytes: 9_000_000_000_000 });
    await setStorage(1);
    expect(await fileBytes()).to.equal(9_000_000_000_000);
    await setStorage(0);
    expect(await fileBytes()).to.equal(null);
  });
});

describeStore('claims', (opened) => {
  const mail = (scopeContextId: number, address: string) => ({ scopeContextId, address });

  before(async () => {
    await insertContext(opened().store, aContext(1));
    await insertContext(opened().store, aContext(2));
  });

  it('tell who holds what, per scope', async () => {
    const claims = { displayName: 'Ann', mail: [mail(0, 'ann@x.org'), mail(1, 'ann@x.org')] };
    const id = await opened().store.transaction((repositories) =>
      createUser(repositories, 1, 'ann', {}, claims),
    );
    const { users } = opened().store.read;
    expect(await users.findDisplayNameHolder(1, 'Ann')).to.deep.equal({
      contextId: 1,
      userId: id,
      kind: 'user',
    });
    expect(await users.findDisplayNameHolder(2, 'Ann')).to.equal(null);
    expect(await users.findMailHolder(mail(0, 'ann@x.org'))).to.deep.equal({
      contextId: 1,
      userId: id,
      kind: 'user',
    });
    expect(await users.findMailHolder(mail(2, 'ann@x.org'))).to.equal(null);
  });

  it('are replaced by a change, and can keep what they had', async () => {
    const id = await opened().store.transaction((repositories) =>
      createUser(
        repositories,
        1,
        'bob',
        {},
        { displayName: 'Bob', mail: [mail(0, 'bob@x.org'), mail(0, 'b@x.org')] },
      ),
    );
    await opened().store.transaction(({ users }) =>
      users.update(1, id, {
        claims: { displayName: null, mail: [mail(0, 'b@x.org'), mail(0, 'new@x.org')] },
      }),
    );
    const { users } = opened().store.read;
    expect(await users.findDisplayNameHolder(1, 'Bob')).to.equal(null);
    expect(await users.findMailHolder(mail(0, 'bob@x.org'))).to.equal(null);
    expect(await users.findMailHolder(mail(0, 'new@x.org'))).to.deep.equal({
      contextId: 1,
      userId: id,
      kind: 'user',
    });
  });

  it('can be dropped and made anew', async () => {
    await opened().store.transaction(async ({ users }) => {
      await users.deleteAllClaims();
      await users.insertClaims(1, 2, { displayName: 'Admin', mail: [] });
    });
    expect(await opened().store.read.users.findMailHolder(mail(0, 'new@x.org'))).to.equal(null);
    expect(await opened().store.read.users.findDisplayNameHolder(1, 'Admin')).to.deep.equal({
      contextId: 1,
      userId: 2,
      kind: 'user',
    });
  });
});
