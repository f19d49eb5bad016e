import { expect } from 'chai';
import { AuditClient, type ShownEntry } from '../../support/audit.js';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectDone, expectFault } from '../../support/wire/raw-soap.js';
import { World } from '../fixtures.js';

/** What an entry says of the change itself. */
function changeIn({ action, kind, contextId, objectId, name, before, after }: ShownEntry) {
  return { action, kind, contextId, objectId, name, before, after };
}

for (const database of testDatabases) {
  describe(`wire: the trail of changes, on ${database.name}`, function () {
    this.timeout(60_000);
    let world: World;
    let audit: AuditClient;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({}, await database.url());
      audit = new AuditClient(world.url);
    });
    after(() => world?.stop());

    const newest = async (query: string): Promise<ShownEntry> => {
      const [entry] = (await audit.entries(query, world.master)).entries;
      if (entry === undefined) throw new Error(`no entry of ${query}`);
      return entry;
    };
    const ofUser = (id: number) => `context=${world.contextId}&object=${id}`;

    it('names who created a user, when, from where, by which call, and what it was', async () => {
      const startedMs = Date.now();
      const id = await world.newUser('created', { aliases: ['created@example.org', 'other@example.org'] });
      const entry = await newest(ofUser(id));
      expect(Date.parse(entry.at)).to.be.within(startedMs, Date.now());
      expect(entry.requestId).to.match(/^[0-9a-f-]{36}$/);
      expect(entry).to.include({
        service: 'OXResellerUserService',
        operation: 'create',
        principal: 'reseller',
        login: 'reseller1',
        address: '127.0.0.1',
        action: 'create',
        kind: 'user',
        name: 'created',
        before: null,
      });
      expect(entry.after).to.deep.include({
        login: 'created',
        password: 'changed',
        displayName: 'Display created',
        primaryEmail: 'created@example.org',
        aliases: ['created@example.org', 'other@example.org'],
      });
    });

    it('tells of a change what was before and is after, and nothing else', async () => {
      const id = await world.newUser('changing', { aliases: ['changing@example.org'] });
      const attributes = { userAttributes: { config: { colour: 'red' } } };
      await world.changed(id, { given_name: 'Anna', mailenabled: true, ...attributes });
      expect(changeIn(await newest(ofUser(id)))).to.deep.equal({
        action: 'change',
        kind: 'user',
        contextId: world.contextId,
        objectId: id,
        name: 'changing',
        before: { givenName: 'Given', attributes: { 'config/colour': null } },
        after: { givenName: 'Anna', attributes: { 'config/colour': 'red' } },
      });
    });

    it('hides passwords', async () => {
      const id = await world.newUser('hidden');
      await world.changed(id, { password: 'a-new-password' });
      const { before, after } = changeIn(await newest(ofUser(id)));
      expect({ before, after }).to.deep.equal({ before: {}, after: { password: 'changed' } });
    });

    it('has a mail quota with what it was, once per change', async () => {
      const id = await world.newUser('quota');
      for (const quota of [10, 10, 20]) await world.setMailQuota(id, quota);
      const { entries } = await audit.entries(`${ofUser(id)}&operation=setMailQuota`, world.master);
      expect(entries.map(({ before, after }) => ({ before, after }))).to.deep.equal([
        { before: { mailQuotaMb: 10 }, after: { mailQuotaMb: 20 } },
        { before: { mailQuotaMb: null }, after: { mailQuotaMb: 10 } },
      ]);
      expect(entries[0]).to.include({ login: 'reseller1', principal: 'reseller', name: 'quota' });
    });

    it('keeps nothing of a change that changes nothing, or that is refused', async () => {
      const id = await world.newUser('still');
      const count = async () => (await audit.entries(ofUser(id), world.master)).entries.length;
      const before = await count();
      await world.changed(id, { given_name: 'Given' });
      expectFault(await world.change(id, { timezone: 'Nowhere' }), 'InvalidDataException', /./);
      expectFault(
        await world.change(id, { given_name: 'X' }, { login: 'reseller1', password: 'wrong' }),
        'InvalidCredentialsException',
        /./,
      );
      expect(await count()).to.equal(before);
    });

    it('has the request id of the caller', async () => {
      const requestId = `call-${database.name.length}-of.a_client`;
      const id = await world.newUser('traced');
      const answer = await fetch(
        `${world.url}/oxaas/v1/admin/contexts/${world.contextId}/users/${id}/spamlevel`,
        {
          method: 'PUT',
          headers: { authorization: audit.basic(world.contextAdmin), 'x-request-id': requestId },
          body: JSON.stringify({ spamlevel: 'high' }),
        },
      );
      expect(answer.status).to.equal(200);
      const { entries } = await audit.entries(`requestId=${requestId}`, world.master);
      expect(entries).to.have.length(1);
      expect(entries[0]).to.include({
        service: 'oxaas/v1',
        operation: 'put /admin/contexts/:contextId/users/:userId/spamlevel',
        login: 'ctxadmin',
        principal: 'contextAdmin',
        objectId: id,
      });
    });

    it('has an entry per deleted user, and one for a context with everything in it', async () => {
      const contextId = await world.newContext('reseller1_gone');
      const ids = [await world.newUser('gone1', {}, contextId), await world.newUser('gone2', {}, contextId)];
      const ctx = { id: contextId };
      expectDone(await world.users('deleteMultiple', { ctx, users: ids.map((id) => ({ id })) }));
      expectDone(await world.contexts('delete', { ctx }));
      const { entries } = await audit.entries(`context=${contextId}`, world.reseller);
      const deleted = entries.filter(({ action }) => action === 'delete');
      expect(deleted.map(({ kind, name, operation }) => ({ kind, name, operation }))).to.deep.equal([
        { kind: 'context', name: 'reseller1_gone', operation: 'delete' },
        { kind: 'user', name: 'gone2', operation: 'deleteMultiple' },
        { kind: 'user', name: 'gone1', operation: 'deleteMultiple' },
      ]);
      expect(deleted[0]?.after).to.equal(null);
      expect(deleted[0]?.before).to.include({ name: 'reseller1_gone' });
    });

    it('comes in pages, newest first', async () => {
      const names = ['page1', 'page2', 'page3', 'page4', 'page5'];
      for (const name of names) await world.newUser(name);
      const seen: string[] = [];
      let before = '';
      for (let pages = 0; pages < 3; pages += 1) {
        const { entries, next } = await audit.entries(
          `context=${world.contextId}&operation=create&limit=2${before}`,
          world.reseller,
        );
        seen.push(...entries.map(({ name }) => name));
        before = `&before=${next}`;
      }
      expect(seen.slice(0, 5)).to.deep.equal(names.toReversed());
    });

    it('shows a reseller its own contexts and those of its children, and nobody else anything', async () => {
      const other = { login: 'other', password: 'other-secret' };
      const child = { login: 'child', password: 'child-secret' };
      await world.newReseller(other);
      await world.resellers('change', {
        adm: { name: 'reseller1', restrictions: [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }] },
      });
      await world.newReseller(child, {}, world.reseller);
      const mine = await world.newContext('child_one', { as: child });
      const theirs = await world.newContext('other_one', { as: other });
      const contextsSeenBy = async (login: typeof other) => {
        const { entries } = await audit.entries('limit=1000', login);
        return new Set(entries.map(({ contextId }) => contextId));
      };
      expect([...(await contextsSeenBy(other))]).to.deep.equal([theirs]);
      expect([...(await contextsSeenBy(child))]).to.deep.equal([mine]);
      expect(await contextsSeenBy(world.reseller))
        .to.include(mine)
        .and.include(world.contextId);
      expect(await contextsSeenBy(world.reseller)).not.to.include(theirs);
      expect((await audit.ask('', world.contextAdmin)).status).to.equal(401);
      expect((await audit.ask('', { login: 'other', password: 'wrong' })).status).to.equal(401);
    });

    for (const query of [
      'context=0',
      'object=3',
      'since=yesterday',
      'limit=0',
      'limit=1001',
      'before=1',
      'colour=red',
      'login=a&login=b',
    ])
      it(`refuses ?${query}`, async () => {
        expect((await audit.ask(query, world.master)).status).to.equal(400);
      });
  });
}

describe('wire: AUDIT_RETENTION=0', () => {
  it('writes nothing down', async () => {
    const world = await World.start({ AUDIT_RETENTION: '0' });
    try {
      await world.newUser('anna');
      const { entries } = await new AuditClient(world.url).entries('', world.master);
      expect(entries).to.deep.equal([]);
    } finally {
      await world.stop();
    }
  });
});
