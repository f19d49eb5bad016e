import { expect } from 'chai';
import { DatabaseError } from '../../../src/store/database/database-error.js';
import { KnexStore } from '../../../src/store/knex-store.js';
import type { SessionEnd } from '../../../src/store/users/ended-sessions.js';
import { describeStore } from '../describe-store.js';
import { aContext, aUser, insertContext, noClaims } from '../fixtures.js';

describeStore('mail sessions that end at commit', (opened) => {
  const told: { readonly mailboxes: readonly string[]; readonly end: SessionEnd }[] = [];
  let store: KnexStore;
  before(async () => {
    const endSessions = (mailboxes: readonly string[], end: SessionEnd): Promise<void> => {
      told.push({ mailboxes, end });
      return Promise.resolve();
    };
    const { knex } = opened();
    store = new KnexStore(knex, undefined, false, false, undefined, endSessions);
    await insertContext(store, aContext(1));
    for (const [id, login] of [
      [10, 'Anna'],
      [11, 'bert'],
    ] as const) {
      const user = aUser(1, id, login, { primaryEmail: `${login}@example.org` });
      await store.transaction(({ users }) => users.create({ user, claims: noClaims, guard: null }));
    }
  });
  beforeEach(() => void (told.length = 0));
  const changing = (passwordHash: string) =>
    store.transaction(({ users }) => users.update(1, 10, { passwordHash }));

  it('are told once it is done, in a call of several transactions after all of them', async () => {
    await store.joining(
      async () => {
        await changing('{SHA}1');
        await changing('{SHA}2');
        await store.users.setMailQuota(1, 11, 5);
      },
      () => {
        expect(told).to.deep.equal([]);
        return Promise.resolve();
      },
    );
    expect(told.flatMap(({ mailboxes }) => mailboxes)).to.deep.equal([
      ...['anna@example.org', 'anna@example.org', 'bert@example.org'],
    ]);
  });

  it('are told nobody of when it is rolled back', async () => {
    const refused = store.transaction(async ({ users }) => {
      await users.update(1, 10, { passwordHash: '{SHA}3' });
      throw new Error('refused');
    });
    expect(await refused.catch(String)).to.equal('Error: refused');
    expect(told).to.deep.equal([]);
  });

  it('are those of the try that was committed', async () => {
    let tries = 0;
    await store.transaction(async ({ users }) => {
      tries += 1;
      if (tries > 1) return users.update(1, 11, { enabled: false });
      await users.delete(1, [10]);
      throw new DatabaseError('again', 'ER_LOCK_DEADLOCK');
    });
    expect(told).to.deep.equal([{ mailboxes: ['bert@example.org'], end: 'changed' }]);
  });

  it('end as gone where somebody both changed and went', async () => {
    await store.transaction(async ({ users }) => {
      await users.update(1, 10, { passwordHash: '{SHA}4' });
      await users.delete(1, [10, 11]);
    });
    const [{ mailboxes = [], end } = {}, ...rest] = told;
    expect([[...mailboxes].sort(), end]).to.deep.equal([['anna@example.org', 'bert@example.org'], 'gone']);
    expect(rest).to.deep.equal([]);
  });
});
