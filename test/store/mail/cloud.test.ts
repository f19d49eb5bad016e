import { expect } from 'chai';
import { UniqueConflictError } from '../../../src/provisioning/errors/store-errors.js';
import type { Reseller } from '../../../src/provisioning/model/model.js';
import type {
  MailDomain,
  MailDomainSearch,
} from '../../../src/provisioning/repositories/mailbox-repository.js';
import type { SecondaryAccount } from '../../../src/provisioning/repositories/secondary-account-repository.js';
import { describeStore } from '../describe-store.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

const endpoint = { server: 'h', port: 1, protocol: 'imap', secure: true, startTls: null };

function anAccount(userId: number, id: number, address: string): SecondaryAccount {
  return {
    contextId: 1,
    userId,
    id,
    address,
    settings: {
      primaryAddress: address.toUpperCase(),
      login: 'l',
      name: 'Ä "n"',
      personal: null,
      replyTo: '',
      mail: endpoint,
      transportLogin: null,
      transport: { ...endpoint, server: null },
      archiveFullname: null,
      draftsFullname: null,
      sentFullname: 'Sent',
      spamFullname: null,
      trashFullname: null,
      confirmedSpamFullname: null,
      confirmedHamFullname: null,
    },
  };
}

function aReseller(id: number): Reseller {
  return {
    id,
    name: `reseller-${id}`,
    displayName: 'R',
    parentId: 0,
    passwordHash: 'x',
    passwordMech: '{BCRYPT}',
    restrictions: [],
    capabilities: [],
    taxonomies: [],
    configuration: new Map(),
  };
}

describeStore('what OX Cloud adds', (opened) => {
  let anna = 0;
  let bert = 0;
  before(async () => {
    await opened().store.transaction(({ resellers }) => resellers.insert(aReseller(1)));
    await insertContext(opened().store, aContext(1, { ownerId: 1 }));
    await insertContext(opened().store, aContext(2));
    await opened().store.transaction(async (repositories) => {
      anna = await createUser(repositories, 1, 'anna');
      bert = await createUser(repositories, 1, 'bert');
    });
  });
  const rows = (table: string) => opened().knex(table).select('*');

  describe('mailbox permissions', () => {
    const all = { send: true, receive: true, maillogin: true };
    const update = (userId: number, changes: Partial<typeof all>) =>
      opened().store.transaction(({ mailboxPermissions }) => mailboxPermissions.update(1, userId, changes));
    const find = (userId: number) => opened().store.read.mailboxPermissions.find(1, userId);

    it('are all given at first, and each is kept apart', async () => {
      expect(await find(anna)).to.deep.equal(all);
      await update(anna, { send: false });
      await update(anna, {});
      await update(anna, { maillogin: false });
      expect(await find(anna)).to.deep.equal({ ...all, send: false, maillogin: false });
      expect(await find(bert)).to.deep.equal(all);
      await update(anna, all);
      expect(await find(anna)).to.deep.equal(all);
    });
  });

  describe('mail domains', () => {
    it('have catch-alls, once each', async () => {
      const { mailDomains } = opened().store.read;
      const catchall = (domain: string, userId: number) => ({ domain, contextId: 1, userId });
      await opened().store.transaction(async (tx) => {
        for (const one of [catchall('b.x', anna), catchall('a.x', bert), catchall('a.x', anna)])
          for (let times = 0; times < 2; times += 1) await tx.mailDomains.insertCatchall(one);
      });
      expect(await mailDomains.listCatchalls(1)).to.deep.equal([
        { ...catchall('a.x', anna), login: 'anna' },
        { ...catchall('a.x', bert), login: 'bert' },
        { ...catchall('b.x', anna), login: 'anna' },
      ]);
      expect(await mailDomains.listCatchalls(2)).to.deep.equal([]);
      const remove = () =>
        opened().store.transaction((tx) => tx.mailDomains.deleteCatchall(catchall('a.x', bert)));
      expect(await remove()).to.equal(true);
      expect(await remove()).to.equal(false);
      expect(await mailDomains.listCatchalls(1)).to.have.length(2);
    });

    const aDomain = (domain: string, members: Partial<MailDomain> = {}): MailDomain => {
      const owner = { kind: 'context', contextId: 1 } as const;
      return { domain, owner, isShared: false, isApproved: false, state: 'active', ...members };
    };

    it('are whose they were first, until that is changed', async () => {
      const { mailDomains } = opened().store.read;
      const first = aDomain('first.x');
      const owner = { kind: 'reseller', resellerId: 1 } as const;
      await opened().store.transaction(async (tx) => {
        await tx.mailDomains.insertIfFree(first);
        await tx.mailDomains.insertIfFree(aDomain('first.x', { owner, isShared: true }));
      });
      expect(await mailDomains.find('first.x')).to.deep.equal(first);
      expect(await mailDomains.find('second.x')).to.equal(null);
      const changes = { owner, isShared: true, isApproved: true, state: 'suspended' } as const;
      await opened().store.transaction(async (tx) => {
        await tx.mailDomains.update('first.x', changes);
        expect(await tx.mailDomains.lock('first.x')).to.deep.equal({ domain: 'first.x', ...changes });
        expect(await tx.mailDomains.lock('second.x')).to.equal(null);
        await tx.mailDomains.delete('first.x');
      });
      expect(await mailDomains.find('first.x')).to.equal(null);
    });

    it('say which contexts may use them', async () => {
      const { access, read } = opened().store;
      const { mailDomains } = read;
      await opened().store.transaction(async (tx) => {
        for (const domain of ['a.x', 'b.x']) await tx.mailDomains.insertIfFree(aDomain(domain));
        for (const contextId of [1, 2, 1]) await tx.mailDomains.addContext('a.x', contextId);
        await tx.mailDomains.addContext('b.x', 2);
        await tx.mailDomains.update('b.x', { state: 'waiting' });
      });
      expect(await mailDomains.statesFor(2, ['a.x', 'b.x', 'c.x'])).to.deep.equal(
        new Map([
          ['a.x', 'active'],
          ['b.x', 'waiting'],
        ]),
      );
      expect(await mailDomains.contextsOf('a.x')).to.deep.equal([
        { contextId: 1, ownerId: 1 },
        { contextId: 2, ownerId: null },
      ]);
      const names = async (search: MailDomainSearch) =>
        (await mailDomains.search(search)).map(({ domain }) => domain);
      expect(await names({ contextId: 2 })).to.deep.equal(['a.x', 'b.x']);
      expect(await names({ ownerIds: [1] })).to.deep.equal(['a.x', 'b.x']);
      expect(await names({ ownerIds: [7] })).to.deep.equal([]);
      expect(await names({ isApproved: true })).to.deep.equal([]);
      expect(await names({ page: { offset: 1, length: 1 } })).to.deep.equal(['b.x']);
      const versionOf = async (contextId: number) => {
        const login = { asSent: 'nobody', canonical: 'nobody' };
        return (await access.find({ contextId, login })).cascadeVersion;
      };
      const versions = [await versionOf(1), await versionOf(2)] as const;
      await opened().store.transaction((tx) => tx.mailDomains.removeOtherContexts('a.x', 1));
      expect(await mailDomains.contextsOf('a.x')).to.deep.equal([{ contextId: 1, ownerId: 1 }]);
      const after = [await versionOf(1), await versionOf(2)];
      expect(after, 'whoever reads 2 knows').to.deep.equal([versions[0], versions[1] + 1]);
    });

    it('know how much there is of them', async () => {
      const mail = [{ scopeContextId: 0, address: 'carl@claimed.x' }];
      await opened().store.transaction(async (tx) => {
        await createUser(tx, 1, 'carl', {}, { displayName: null, mail });
        await tx.mailDomains.insertCatchall({ domain: 'caught.x', contextId: 1, userId: anna });
        await tx.mailForwards.put({ alias: 'a@forwarded.x', contextId: 1, targets: ['t@far.x'] });
      });
      const uses = (domain: string, except: number | null) =>
        opened().store.read.mailDomains.countUses(domain, except);
      for (const domain of ['claimed.x', 'caught.x', 'forwarded.x']) {
        expect(await uses(domain, null), domain).to.be.greaterThan(0);
        expect(await uses(domain, 2), domain).to.be.greaterThan(0);
        expect(await uses(domain, 1), domain).to.equal(0);
      }
      for (const domain of ['aimed.x', 'x', 'sub.claimed.x'])
        expect(await uses(domain, null), domain).to.equal(0);
    });

    it('of a deleted context are free, unless others use them', async () => {
      await insertContext(opened().store, aContext(9));
      const owner = { kind: 'context', contextId: 9 } as const;
      await opened().store.transaction(async (tx) => {
        for (const domain of ['alone.x', 'both.x'])
          await tx.mailDomains.insertIfFree(aDomain(domain, { owner }));
        for (const domain of ['alone.x', 'both.x']) await tx.mailDomains.addContext(domain, 9);
        await tx.mailDomains.addContext('both.x', 2);
      });
      await opened().store.transaction(({ contexts }) => contexts.delete(9));
      const { mailDomains } = opened().store.read;
      expect(await mailDomains.find('alone.x')).to.equal(null);
      expect((await mailDomains.find('both.x'))?.owner).to.deep.equal({ kind: 'provider' });
      expect(await mailDomains.contextsOf('both.x')).to.deep.equal([{ contextId: 2, ownerId: null }]);
    });
  });

  describe('claims of forwards', () => {
    before(() => opened().store.transaction(({ mailForwards }) => mailForwards.delete(1, null)));
    const holder = (address: string) =>
      opened().store.read.users.findMailHolder({ scopeContextId: 0, address });
    const claim = (address: string) => ({ displayName: null, mail: [{ scopeContextId: 0, address }] });
    const put = (alias: string, contextId: number) =>
      opened().store.transaction(({ mailForwards }) =>
        mailForwards.put({ alias, contextId, targets: ['t@far.x'] }),
      );

    it('give way to a user of the context, and come back when the user goes', async () => {
      await put('both@c.x', 1);
      expect(await holder('both@c.x')).to.deep.equal({ contextId: 1, userId: 2, kind: 'forward' });
      const create = (contextId: number) =>
        opened().store.transaction((tx) =>
          createUser(tx, contextId, 'both', { primaryEmail: 'both@c.x' }, claim('both@c.x')),
        );
      expect(await create(2).catch((error: unknown) => error)).to.be.instanceOf(UniqueConflictError);
      const id = await create(1);
      expect(await holder('both@c.x')).to.deep.equal({ contextId: 1, userId: id, kind: 'user' });
      const claims = claim('else@c.x');
      await opened().store.transaction(({ users }) => users.update(1, id, { claims }));
      expect((await holder('both@c.x'))?.kind).to.equal('forward');
      await opened().store.transaction(({ users }) => users.update(1, id, { claims: claim('both@c.x') }));
      expect((await holder('both@c.x'))?.kind).to.equal('user');
      await opened().store.transaction(({ users }) => users.delete(1, [id]));
      expect((await holder('both@c.x'))?.kind).to.equal('forward');
      await opened().store.transaction(({ mailForwards }) => mailForwards.delete(1, null));
      expect(await holder('both@c.x')).to.equal(null);
    });

    it('keep out forwards of others, and survive a change of the context admin', async () => {
      await put('one@c.x', 1);
      const refused = await put('one@c.x', 2).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(UniqueConflictError);
      const claims = { displayName: 'Boss', mail: [] };
      await opened().store.transaction(({ users }) => users.update(1, 2, { claims }));
      expect((await holder('one@c.x'))?.kind).to.equal('forward');
      await opened().store.transaction(async ({ users, mailForwards }) => {
        await users.deleteAllClaims();
        await users.claimForwards();
        expect(await mailForwards.list(1)).to.have.length(1);
      });
      expect((await holder('one@c.x'))?.kind).to.equal('forward');
      await opened().store.transaction(({ mailForwards }) => mailForwards.delete(1, null));
    });
  });

  describe('forwards', () => {
    const put = (alias: string, contextId: number, targets: string[]) =>
      opened().store.transaction(({ mailForwards }) => mailForwards.put({ alias, contextId, targets }));
    const remove = (contextId: number, alias: string | null) =>
      opened().store.transaction(({ mailForwards }) => mailForwards.delete(contextId, alias));
    before(() => remove(1, null));

    it('are replaced as a whole, and belong to one context', async () => {
      await put('b@f.x', 1, ['2@x.x', '1@x.x', '3@x.x']);
      await put('b@f.x', 1, ['9@x.x', '1@x.x']);
      await put('a@f.x', 1, ['a@x.x']);
      const { mailForwards } = opened().store.read;
      const b = { alias: 'b@f.x', contextId: 1, targets: ['9@x.x', '1@x.x'] };
      expect(await mailForwards.list(1)).to.deep.equal([{ ...b, alias: 'a@f.x', targets: ['a@x.x'] }, b]);
      expect(await mailForwards.find(1, 'b@f.x')).to.deep.equal(b);
      expect(await mailForwards.find(2, 'b@f.x')).to.equal(null);
      const conflict = await put('b@f.x', 2, ['x@x.x']).catch((error: unknown) => error);
      expect(conflict)
        .to.be.instanceOf(UniqueConflictError)
        .and.include({ key: 'mailForward', value: 'b@f.x' });
      expect(await mailForwards.find(1, 'b@f.x')).to.deep.equal(b);
    });

    it('go one by one or all together', async () => {
      expect(await remove(2, 'b@f.x')).to.equal(0);
      expect(await remove(1, 'b@f.x')).to.equal(1);
      await put('c@f.x', 1, ['a@x.x']);
      expect(await remove(1, null)).to.equal(2);
      expect(await rows('mail_forward_targets')).to.deep.equal([]);
    });
  });

  it('announcements come back as they were', async () => {
    const content = { ä: [1, null, { b: '\u0000😀' }] };
    const ids = await opened().store.transaction(async ({ announcements }) => {
      const first = await announcements.takeNextId();
      await announcements.insert({ id: first, ownerId: 1, enabled: true, content });
      const second = await announcements.takeNextId();
      await announcements.insert({ id: second, ownerId: null, enabled: false, content: {} });
      await announcements.setEnabled(first, false);
      return [first, second];
    });
    const { announcements } = opened().store.read;
    expect((await announcements.list()).map(({ id }) => id)).to.deep.equal(ids);
    expect(await announcements.list(1)).to.deep.equal([{ id: ids[0], ownerId: 1, enabled: false, content }]);
    await opened().store.transaction((tx) => tx.announcements.delete(ids[0] ?? 0));
    expect(await announcements.find(ids[0] ?? 0)).to.equal(null);
  });

  describe('secondary accounts', () => {
    const insert = (...accounts: SecondaryAccount[]) =>
      opened().store.transaction(({ secondaryAccounts }) => secondaryAccounts.insert(accounts));

    it('take ids that nobody else gets', async () => {
      const take = () => opened().store.transaction(({ secondaryAccounts }) => secondaryAccounts.takeIds(3));
      const firsts = await Promise.all(Array.from({ length: 10 }, take));
      expect(new Set(firsts.map((id) => id % 3)).size).to.equal(1);
      expect(new Set(firsts).size).to.equal(10);
    });

    it('come back as they were, and are found by address', async () => {
      const all = [
        anAccount(anna, 100, 'a@x.x'),
        anAccount(bert, 101, 'a@x.x'),
        anAccount(bert, 102, 'b@x.x'),
      ];
      await insert(...all);
      const { secondaryAccounts } = opened().store.read;
      expect(await secondaryAccounts.list(1, null)).to.deep.equal(all);
      expect(await secondaryAccounts.list(1, [bert, bert])).to.deep.equal(all.slice(1));
      expect(await secondaryAccounts.list(1, [])).to.deep.equal([]);
      expect(await secondaryAccounts.list(2, null)).to.deep.equal([]);
      await opened().store.transaction(async (tx) => {
        const found = await tx.secondaryAccounts.lockByAddress(1, 'a@x.x', null);
        expect(found).to.deep.equal(all.slice(0, 2));
        expect(await tx.secondaryAccounts.lockByAddress(1, 'b@x.x', [anna])).to.deep.equal([]);
        for (const account of found)
          await tx.secondaryAccounts.update({ ...account, settings: { ...account.settings, login: 'new' } });
        await tx.secondaryAccounts.delete(1, [101]);
      });
      const logins = (await secondaryAccounts.list(1, null)).map(
        ({ id, settings }) => `${id} ${settings.login}`,
      );
      expect(logins).to.deep.equal(['100 new', '102 l']);
    });

    it('have an address once per user, and a refused insert leaves nothing', async () => {
      const before = await rows('secondary_accounts');
      const refused = insert(anAccount(anna, 201, 'new@x.x'), anAccount(bert, 202, 'b@x.x'));
      expect(await refused.catch((error: unknown) => error))
        .to.be.instanceOf(UniqueConflictError)
        .and.include({ key: 'secondaryAccount' });
      expect(await rows('secondary_accounts')).to.deep.equal(before);
    });
  });

  // Last, since it deletes what all the others stand on.
  describe('deletion', () => {
    it('of a user and of a context leaves nothing of them', async () => {
      const tables = ['mailbox_permissions', 'domain_catchalls', 'secondary_accounts', 'mail_forwards'];
      const owned = async () => {
        const kept: string[] = [];
        for (const table of tables) {
          const columns = await opened().knex(table).where({ context_id: 1 });
          if (columns.length > 0) kept.push(table);
        }
        return kept;
      };
      await opened().store.transaction(async (tx) => {
        await tx.mailboxPermissions.update(1, bert, { send: false });
        await tx.mailDomains.insertCatchall({ domain: 'end.x', contextId: 1, userId: bert });
        await tx.mailForwards.put({ alias: 'end@end.x', contextId: 1, targets: ['t@far.x'] });
        await tx.users.delete(1, [bert]);
      });
      for (const table of tables.slice(0, 3))
        expect(await opened().knex(table).where({ context_id: 1, user_id: bert }), table).to.deep.equal([]);
      expect(await owned()).to.deep.equal(tables);
      await opened().store.transaction(({ contexts }) => contexts.delete(1));
      expect(await owned()).to.deep.equal([]);
      expect(await rows('mail_forward_targets')).to.deep.equal([]);
    });

    it('of a reseller leaves its shared domains, but not its announcements', async () => {
      await opened().store.transaction(async (tx) => {
        const owner = { kind: 'reseller', resellerId: 1 } as const;
        const left = { domain: 'left.x', owner, isShared: true, isApproved: true, state: 'active' } as const;
        await tx.mailDomains.insertIfFree(left);
        const id = await tx.announcements.takeNextId();
        await tx.announcements.insert({ id, ownerId: 1, enabled: true, content: {} });
        await tx.resellers.delete(1);
      });
      expect(await opened().store.read.mailDomains.find('left.x')).to.include({ isShared: true });
      expect((await opened().store.read.mailDomains.find('left.x'))?.owner).to.deep.equal({
        kind: 'provider',
      });
      expect(await opened().store.read.announcements.list(1)).to.deep.equal([]);
    });
  });
});
