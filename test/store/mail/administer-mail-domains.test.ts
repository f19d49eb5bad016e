import { expect } from 'chai';
import type { Installation } from '../../../src/provisioning/installation/installation.js';
import type { Reseller } from '../../../src/provisioning/model/model.js';
import {
  deleteMailDomain,
  getMailDomain,
  handOverMailDomain,
  listMailDomains,
  listMailDomainsOfContext,
  putMailDomain,
} from '../../../src/provisioning/oxaas/administer-mail-domains.js';
import { testDatabases } from '../../support/database/databases.js';
import { describeStore } from '../describe-store.js';
import { aContext, aUser, createUser, giveDomain, insertContext } from '../fixtures.js';

const master = { login: 'master', password: 'x' };
const as = (login: string) => ({ login, password: 'x' });
const ofContext = (contextId: number) => ({ kind: 'context', contextId }) as const;
const ofReseller = (resellerId: number) => ({ kind: 'reseller', resellerId }) as const;

const reseller = (id: number, name: string, parentId: number): Reseller => {
  const lists = { restrictions: [], capabilities: [], taxonomies: [], configuration: new Map() };
  return { id, name, displayName: name, parentId, passwordHash: 'x', passwordMech: '{BCRYPT}', ...lists };
};

/** Parent (1) with context 1, its child (2) with context 2, a rival (3) with context 3. */
describeStore(
  'the administration of mail domains',
  (opened) => {
    let installation: Installation;
    before(async () => {
      const { store } = opened();
      const settings = {
        masterLogin: 'master',
        masterAccountOverride: true,
        mailDomainRule: 'approved',
        mailAddressScope: 'platform',
      };
      const credentials = { verify: (_: unknown, hash: string | null) => Promise.resolve(hash !== null) };
      installation = { store, settings, credentials } as unknown as Installation;
      await store.transaction(async (tx) => {
        await tx.settings.set('masterPasswordHash', 'x');
        for (const one of [reseller(1, 'parent', 0), reseller(2, 'child', 1), reseller(3, 'rival', 0)])
          await tx.resellers.insert(one);
      });
      for (const id of [1, 2, 3]) await insertContext(store, aContext(id, { ownerId: id }));
      await store.transaction(({ users }) =>
        users.create({ user: aUser(1, 3, 'plain'), claims: { displayName: null, mail: [] }, guard: null }),
      );
    });
    beforeEach(() => opened().knex('domains').delete());

    const faultOf = (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        (error: unknown) => (error as Error).message,
      );
    const names = async (login: string) =>
      (await listMailDomains(installation, null, as(login))).map(({ domain }) => domain);
    const give = (domain: string, contextId: number) =>
      opened().store.transaction((tx) => giveDomain(tx, domain, contextId));

    it('shows to a reseller what is its own, its children’s and their contexts’', async () => {
      for (const id of [1, 2, 3]) await give(`c${id}.x`, id);
      await putMailDomain(installation, 'own.x', {}, as('child'));
      await putMailDomain(installation, 'provider.x', { isShared: true }, master);
      expect(await names('master')).to.deep.equal(['c1.x', 'c2.x', 'c3.x', 'own.x', 'provider.x']);
      expect(await names('parent')).to.deep.equal(['c1.x', 'c2.x', 'own.x']);
      expect(await names('child')).to.deep.equal(['c2.x', 'own.x']);
      expect(await getMailDomain(installation, 'C2.x', as('parent'))).to.include({
        domain: 'c2.x',
        state: 'active',
      });
      for (const domain of ['c2.x', 'none.x'])
        expect(await getMailDomain(installation, domain, as('rival'))).to.equal(null);
      const ofAdmin = await listMailDomainsOfContext(installation, 1, null, as('admin'));
      expect(ofAdmin.map(({ domain }) => domain)).to.deep.equal(['c1.x']);
      expect(await faultOf(listMailDomains(installation, null, as('admin')))).to.match(
        /authentication failed/i,
      );
      expect(await faultOf(listMailDomainsOfContext(installation, 1, null, as('plain')))).to.match(
        /authentication failed/i,
      );
    });

    it('approves, suspends and gives within reach only', async () => {
      expect(await putMailDomain(installation, 'new.x', { owner: ofContext(1) }, as('parent'))).to.equal(
        true,
      );
      expect(await getMailDomain(installation, 'new.x', as('parent'))).to.deep.equal({
        ...{ domain: 'new.x', owner: ofContext(1), isShared: false, isApproved: true, state: 'active' },
        contextIds: [1],
      });
      expect(await putMailDomain(installation, 'new.x', { state: 'suspended' }, as('parent'))).to.equal(
        false,
      );
      expect((await getMailDomain(installation, 'new.x', master))?.state).to.equal('suspended');
      for (const fields of [{}, { state: 'active' }, { isShared: true }] as const)
        expect(await faultOf(putMailDomain(installation, 'new.x', fields, as('rival')))).to.match(
          /not yours/,
        );
      for (const owner of [ofContext(3), ofReseller(3), { kind: 'provider' }] as const)
        expect(await faultOf(putMailDomain(installation, 'new.x', { owner }, as('parent')))).to.equal(
          'Permission denied',
        );
      expect(await faultOf(putMailDomain(installation, 'next.x', { owner: ofContext(99) }, master))).to.match(
        /99/,
      );
      expect(
        await faultOf(putMailDomain(installation, 'next.x', { owner: ofReseller(99) }, master)),
      ).to.match(/reseller/);
      expect((await getMailDomain(installation, 'new.x', master))?.owner).to.deep.equal(ofContext(1));
    });

    it('shares and gives away only what nobody out of reach uses', async () => {
      await give('both.x', 1);
      await opened().store.transaction(({ mailDomains }) => mailDomains.addContext('both.x', 3));
      const share = putMailDomain(installation, 'both.x', { isShared: true }, as('parent'));
      expect(await faultOf(share)).to.match(/also used by contexts that are not yours/);
      const away = handOverMailDomain(installation, 'both.x', ofContext(2), as('parent'));
      expect(await faultOf(away)).to.match(/also used by contexts that are not yours/);
      await putMailDomain(installation, 'both.x', { isShared: true }, master);
      expect((await getMailDomain(installation, 'both.x', master))?.isShared).to.equal(true);
    });

    it('hands over: the others lose the domain with what they direct in it, not their names', async () => {
      const { store } = opened();
      await give('late.x', 3);
      const claims = { displayName: null, mail: [{ scopeContextId: 0, address: 'squatter@late.x' }] };
      await store.transaction(async (tx) => {
        const userId = await createUser(tx, 3, 'squatter', { primaryEmail: 'squatter@late.x' }, claims);
        await tx.mailDomains.insertCatchall({ domain: 'late.x', contextId: 3, userId });
        await tx.mailForwards.put({ alias: 'ceo@late.x', contextId: 3, targets: ['t@far.x'] });
      });
      expect(await handOverMailDomain(installation, 'late.x', ofContext(1), as('parent'))).to.equal(false);
      await handOverMailDomain(installation, 'late.x', ofContext(1), master);
      expect(await getMailDomain(installation, 'late.x', as('parent'))).to.deep.include({
        owner: ofContext(1),
        contextIds: [1],
      });
      expect(await store.read.mailForwards.list(3)).to.deep.equal([]);
      expect(await store.read.mailDomains.listCatchalls(3)).to.deep.equal([]);
      const held = (address: string) => store.read.users.findMailHolder({ scopeContextId: 0, address });
      expect(await held('ceo@late.x')).to.equal(null);
      expect((await held('squatter@late.x'))?.contextId).to.equal(3);
      expect(await opened().knex('mail_recipients').where({ address: 'squatter@late.x' })).to.deep.equal([]);
      expect(await store.read.mailDomains.usesWithoutRight(9)).to.deep.equal([
        { domain: 'late.x', contextId: 3 },
      ]);
      expect(await faultOf(deleteMailDomain(installation, 'late.x', as('parent')))).to.match(
        /addresses of it/,
      );
    });

    it('deletes what is unused, and then it is free', async () => {
      await give('free.x', 1);
      expect(await deleteMailDomain(installation, 'free.x', as('rival'))).to.equal(false);
      expect(await deleteMailDomain(installation, 'free.x', as('parent'))).to.equal(true);
      expect(await names('master')).to.deep.equal([]);
      expect(await putMailDomain(installation, 'free.x', {}, as('rival'))).to.equal(true);
    });
  },
  testDatabases,
);
