import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectDone, expectFault, returned, returnedOne } from '../../support/wire/raw-soap.js';
import { attributeMap, scalars, texts } from '../../support/wire/xml-tree.js';
import { idOf, unifiedQuota, userData, World } from '../fixtures.js';

/** What databases like to do differently: letter case, accents, blanks, four-byte characters, wildcards. */
for (const database of testDatabases) {
  describe(`wire: the same answers on ${database.name}`, function () {
    this.timeout(120_000);
    let started: World | undefined;
    let world: World;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = started = await World.start({}, await database.url());
    });
    after(() => started?.stop());

    it('logins differ by letter case and are found exactly', async () => {
      const mail = { primaryEmail: 'case.upper@example.org', email1: 'case.upper@example.org' };
      const lower = await world.newUser('case', { display_name: 'Lower' });
      const upper = await world.newUser('CASE', { display_name: 'Upper', ...mail });
      expect(upper).not.to.equal(lower);
      const byName = async (name: string) =>
        idOf(returnedOne(await world.users('getData', { ctx: world.ctx, user: { name } })));
      expect(await byName('case')).to.equal(lower);
      expect(await byName('CASE')).to.equal(upper);
      expect(await world.exists({ name: 'Case' })).to.equal('false');
      expect(await world.exists({ name: 'case ' })).to.equal('false');
      const asOther = { login: 'CASE', password: 'pw-case' };
      const refused = await world.users('getData', { ctx: world.ctx, user: { id: upper } }, asOther);
      expectFault(refused, 'InvalidCredentialsException', 'Authentication failed for user CASE');
    });

    it('any text comes back as it was sent', async () => {
      const note = '😀 Ünïcödé — 漢字 \\ \' " % _ ; -- \u00a0 e\u0301 trailing  ';
      const id = await world.newUser('texts', { note, title: ' ', display_name: 'Zoë 😀' });
      expect(scalars(await world.getUser(id))).to.include({ note, title: ' ', display_name: 'Zoë 😀' });
      const long = 'x'.repeat(1000);
      await world.changed(id, { note: long, userAttributes: { config: { long, 'ключ 😀': long } } });
      const read = await world.getUser(id);
      expect(scalars(read)['note']).to.equal(long);
      expect(attributeMap(read)).to.deep.equal({ config: { long, 'ключ 😀': long } });
    });

    it('attribute keys differ by letter case and accents', async () => {
      const config = { key: '1', Key: '2', kéy: '3', 'key ': '4' };
      const id = await world.newUser('keys', { userAttributes: { config } });
      expect(attributeMap(await world.getUser(id))).to.deep.equal({ config });
      await world.changed(id, { userAttributes: { config: { Key: null } } });
      const { Key: _gone, ...left } = config;
      expect(attributeMap(await world.getUser(id))).to.deep.equal({ config: left });
    });

    it('addresses are one in any letter case', async () => {
      await world.newUser('mailbox');
      const address = 'MailBox@EXAMPLE.org';
      const usrdata = userData('mailbox2', { primaryEmail: address, email1: address });
      const refused = await world.users('create', { ctx: world.ctx, usrdata });
      expectFault(
        refused,
        'InvalidDataException',
        /^Primary mail address "MailBox@EXAMPLE.org" already exists/,
      );
      const id = await world.newUser('mailbox3', { aliases: ['Kept.As.Sent@Example.org'] });
      expect(texts(await world.getUser(id), 'aliases')).to.include('Kept.As.Sent@Example.org');
    });

    it('context names and mappings, resellers', async () => {
      const id = await world.newContext('reseller1_Names', { ctx: { loginMappings: ['My.Map'] } });
      const found = returned(await world.contexts('list', { search_pattern: 'reseller1\\_N*' })).map(idOf);
      expect(found).to.deep.equal([id]);
      const wrongCase = await world.resellers('getData', { adm: { name: 'RESELLER1' } });
      expectFault(wrongCase, 'OXResellerException', 'Reseller admin does not exist: RESELLER1');
      const login = { ...world.reseller, login: 'RESELLER1' };
      const refused = await world.contexts('listAll', {}, login);
      expectFault(refused, 'InvalidCredentialsException', 'authentication failed');
    });

    it('large numbers keep every digit', async () => {
      const id = await world.newUser('large', { maxQuota: '8796093022207' });
      expect(scalars(await world.getUser(id))['maxQuota']).to.equal('8796093022207');
    });

    it('the whole story', async () => {
      const id = await world.newUser('story', { maxQuota: 10, ...unifiedQuota('true') });
      await world.setMailQuota(id, 10);
      const basic = Buffer.from(`${world.reseller.login}:${world.reseller.password}`).toString('base64');
      const answer = await fetch(`${world.url}/quota/v1/contexts/${world.contextId}/users/${id}`, {
        headers: { authorization: `Basic ${basic}` },
      });
      expect(await answer.json()).to.include({ mode: 'unified', limitBytes: 10 * 1024 * 1024 });
      const remove = () => world.users('delete', { ctx: world.ctx, user: { id }, reassign: 0 });
      expectFault(await remove(), 'StorageException', /Denied to move file storage/);
      await world.changed(id, unifiedQuota('false'));
      expectDone(await remove());
      expectDone(await world.contexts('delete', { ctx: world.ctx }));
    });
  });
}
