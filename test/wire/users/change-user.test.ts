import { expect } from 'chai';
import { expectDone, expectFault, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { attributeMap, scalars, texts, writeXml, everyUsersAttributes } from '../../support/wire/xml-tree.js';
import { userData, World } from '../fixtures.js';

const ALIAS_RULE = 'primaryMail, Email1 and defaultSenderAddress must be present in set of aliases.';

describe('wire: change user (docs/contract/users.md#2)', function () {
  this.timeout(120_000);
  let world: World;
  let otherId: number;
  before(async () => {
    world = await World.start();
    otherId = await world.newUser('other', { display_name: 'Other Person', maxQuota: 10 });
  });
  after(() => world.stop());
  const read = async (id: number) => scalars(await world.getUser(id));

  it('when several things are wrong the first one wins (2.1)', async () => {
    const id = await world.newUser('ladder');
    const user = `user ${id} in context ${world.contextId}`;
    const knownStore = (await read(otherId))['filestoreId'] ?? '';
    let fields: SoapParams = {
      display_name: 'Other Person',
      name: 'oth er',
      language: 'german',
      timezone: 'Nowhere/City',
      passwordMech: 'SHA',
      primaryEmail: 'other@example.org',
      email1: 'ladder@example.org',
      email3: 'nope',
      filestoreId: 4711,
      userAttributes: { config: { 'com.openexchange.capability.infostore': 'true' } },
    };
    const steps: [SoapParams, string | RegExp][] = [
      [{}, 'The displayname is already used'],
      [{ display_name: undefined }, /PERM-0001 Categories=USER_INPUT/],
      [{ userAttributes: undefined }, 'Illegal chars: " "'],
      [{ name: undefined }, 'Language must contain an underscore, e.g. en_US.'],
      [{ language: undefined }, 'The given timezone is invalid'],
      [
        { timezone: undefined },
        'When changing password mechanism, the password string must also be supplied',
      ],
      [{ passwordMech: undefined }, 'email1 not equal with primarymail!'],
      [
        { email1: 'other@example.org' },
        `Primary mail address "other@example.org" already exists in context ${world.contextId} (Already assigned to user ${otherId}).`,
      ],
      [{ primaryEmail: 'new@example.org', email1: undefined }, ALIAS_RULE],
      [{ aliases: ['new@example.org', 'ladder@example.org'] }, 'email1 not sent but required!'],
      [{ email1: 'new@example.org' }, 'Invalid email address: nope'],
      [{ email3: undefined }, 'No such filestore with id 4711'],
      [
        { filestoreId: knownStore },
        `Not allowed to change the filestore for ${user}. Please use appropriate method instead.`,
      ],
    ];
    const before = writeXml(await world.getUser(id));
    for (const [fix, text] of steps) {
      fields = { ...fields, ...fix };
      expectFault(await world.change(id, fields), 'InvalidDataException', text);
    }
    expect(writeXml(await world.getUser(id)), 'a refused change changes nothing').to.equal(before);
    await world.changed(id, { ...fields, filestoreId: undefined });
  });

  it('a taken login is told before anything about the language (2.1, 2.2)', async () => {
    const id = await world.newUser('wantsother');
    const taken = 'User other already exists in this context';
    expectFault(await world.change(id, { name: 'other' }), 'InvalidDataException', taken);
    const both = await world.change(id, { name: 'other', language: 'german' });
    expectFault(both, 'InvalidDataException', taken);
  });

  it('arguments, contexts and users that are not there', async () => {
    const nothing = await world.users('change', { ctx: world.ctx });
    expectFault(nothing, 'InvalidDataException', 'One of the given arguments for change is null');
    const noContext = { ctx: { id: 99999 }, usrdata: { id: 3 } };
    const text = 'The context 99999 does not exist!';
    expectFault(await world.users('change', noContext, world.master), 'NoSuchContextException', text);
    const unknown = await world.change(999, { note: 'x' });
    expectFault(unknown, 'NoSuchUserException', `No such user 999 in context ${world.contextId}`);
    const ghost = await world.users('change', { ctx: world.ctx, usrdata: { name: 'ghost', note: 'x' } });
    const wrapped = new RegExp(
      `^com\\.openexchange\\.admin\\.rmi\\.exceptions\\.\\w+: .*No such user ghost in context ${world.contextId}`,
    );
    expectFault(ghost, 'NoSuchUserException', wrapped);
    const nobody = await world.users('change', { ctx: world.ctx, usrdata: { note: 'x' } });
    expectFault(nobody, 'InvalidDataException', 'One userobject has no userid or username');
  });

  it('nil and absent leave a field alone, the empty string clears it (0.1)', async () => {
    const id = await world.newUser('clearing', { note: 'kept', title: 'Dr', company: 'Acme' });
    await world.changed(id, { note: null, title: '' });
    const { note, title, company } = await read(id);
    expect({ note, title: title ?? '', company }).to.deep.equal({ note: 'kept', title: '', company: 'Acme' });
  });

  it('renames by id only; the id survives', async () => {
    const id = await world.newUser('oldname');
    await world.changed(id, { name: 'newname' });
    await world.changed(id, { name: 'newname', note: 'same name again' });
    expect(await read(id)).to.include({ name: 'newname', id: String(id), note: 'same name again' });
    expect(await world.exists({ name: 'oldname' })).to.equal('false');
    const byName = { ctx: world.ctx, usrdata: { name: 'newname', note: 'found by name' } };
    expectDone(await world.users('change', byName));
    expectDone(await world.users('change', { ctx: world.ctx, usrdata: { ...byName.usrdata, id: 0 } }));
    expect((await read(id))['note']).to.equal('found by name');
    await world.newUser('oldname', {
      primaryEmail: 'on2@example.org',
      email1: 'on2@example.org',
      display_name: 'On2',
    });
  });

  describe('mail rules (2.3)', () => {
    const A = (name: string) => `${name}@example.org`;
    const rows: [string, (me: string) => SoapParams, string | undefined][] = [
      ['aliases without the primary', () => ({ aliases: [A('zz')] }), ALIAS_RULE],
      ['aliases replaced', (me) => ({ aliases: [A(me), A(`${me}.x`)] }), undefined],
      [
        'primary and email1 move, old one stays an alias',
        (me) => ({ primaryEmail: A(`${me}.n`), email1: A(`${me}.n`), aliases: [A(`${me}.n`), A(me)] }),
        undefined,
      ],
      [
        'primary and email1 without aliases',
        (me) => ({ primaryEmail: A(`${me}.n`), email1: A(`${me}.n`) }),
        ALIAS_RULE,
      ],
      [
        'the sender address would be lost',
        (me) => ({ primaryEmail: A(`${me}.n`), email1: A(`${me}.n`), aliases: [A(`${me}.n`)] }),
        ALIAS_RULE,
      ],
      [
        'all four move',
        (me) => ({
          primaryEmail: A(`${me}.n`),
          email1: A(`${me}.n`),
          aliases: [A(`${me}.n`)],
          defaultSenderAddress: A(`${me}.n`),
        }),
        undefined,
      ],
      [
        'email1 and primary differ in letter case only',
        (me) => ({ primaryEmail: A(me), email1: A(me).toUpperCase() }),
        undefined,
      ],
      ['a sender address that is no alias', (me) => ({ defaultSenderAddress: A(`${me}.s`) }), ALIAS_RULE],
      ['email1 alone, not an alias', (me) => ({ email1: A(`${me}.e`) }), ALIAS_RULE],
      [
        'the stored primary without email1',
        (me) => ({ primaryEmail: A(me) }),
        'email1 not sent but required!',
      ],
    ];
    rows.forEach(([title, fields, fault], index) => {
      it(title, async () => {
        const me = `mail${index}`;
        const id = await world.newUser(me);
        const sent = fields(me);
        const answer = await world.change(id, sent);
        if (fault !== undefined) expectFault(answer, 'InvalidDataException', fault);
        else expectDone(answer);
        const expected = fault === undefined && sent['aliases'] ? (sent['aliases'] as string[]) : [A(me)];
        expect(texts(await world.getUser(id), 'aliases')).to.have.members(expected);
      });
    });
    it('are skipped for the context admin', async () => {
      await world.changed(2, { primaryEmail: 'boss@example.org' });
      expect((await read(2))['primaryEmail']).to.equal('boss@example.org');
    });
  });

  it('parts of a mail server without the server say nothing; a server without a port gets the usual one', async () => {
    const id = await world.newUser('parts', { imapServerString: 'imap://mail.example.org:1143' });
    const server = async () => (await read(id))['imapServerString'];
    for (const part of [{ imapPort: 2143 }, { imapSchema: 'imaps://' }]) {
      await world.changed(id, part);
      expect(await server()).to.equal('imap://mail.example.org:1143');
    }
    await world.changed(id, { imapServer: 'other.example.org' });
    expect(await server()).to.equal('imap://other.example.org:143');
  });

  describe('userAttributes (2.4)', () => {
    const change = (id: number, userAttributes: SoapParams) => world.changed(id, { userAttributes });
    const attributes = async (id: number) => attributeMap(await world.getUser(id));
    it('merge per key, nil or absent values delete', async () => {
      const start = { config: { a: '1', b: '2', c: '3' }, cloud: { service: 'x' } };
      const id = await world.newUser('attributes', { userAttributes: start });
      await change(id, { config: { a: '9', b: null, never: null, d: '4' } });
      expect(await attributes(id)).to.deep.equal({
        config: { ...everyUsersAttributes.config, a: '9', c: '3', d: '4' },
        cloud: { service: 'x' },
      });
      await change(id, { config: { c: undefined } });
      expect(await attributes(id)).to.deep.equal({
        config: { ...everyUsersAttributes.config, a: '9', d: '4' },
        cloud: { service: 'x' },
      });
      await change(id, {});
      await change(id, { config: null });
      await change(id, { config: {} });
      expect(await attributes(id)).to.deep.equal({
        config: { ...everyUsersAttributes.config, a: '9', d: '4' },
        cloud: { service: 'x' },
      });
    });
    it('keys may hold slashes', async () => {
      const id = await world.newUser('slashes');
      await change(id, { config: { 'io.ox/core//quotaMode': 'x' } });
      expect(await attributes(id)).to.deep.equal({
        config: { ...everyUsersAttributes.config, 'io.ox/core//quotaMode': 'x' },
      });
      await change(id, { config: { 'io.ox/core//quotaMode': null } });
      expect(await attributes(id)).to.deep.equal(everyUsersAttributes);
    });
    it('a namespace with a slash is read back split at the first one', async () => {
      const id = await world.newUser('splitting', { userAttributes: { 'a/b': { c: '1' } } });
      expect(await attributes(id)).to.deep.equal({ ...everyUsersAttributes, a: { 'b/c': '1' } });
      await change(id, { a: { 'b/c': null } });
      expect(await attributes(id)).to.deep.equal(everyUsersAttributes);
    });
    it('permission capabilities are refused, deleting one or setting another kind is fine', async () => {
      const id = await world.newUser('capable');
      const set = (value: string | null) => ({
        userAttributes: { config: { 'com.openexchange.capability.infostore': value } },
      });
      const text = /^PERM-0001 .*via user attributes is not allowed!!'/;
      expectFault(await world.change(id, set('false')), 'InvalidDataException', text);
      await world.changed(id, set(null));
      await change(id, { config: { 'com.openexchange.capability.guard-mail': 'true' } });
    });
  });

  describe('quota and file storage (2.5)', () => {
    it('with an own file storage every quota is stored', async () => {
      const id = await world.newUser('own', { maxQuota: 10 });
      const { filestoreId } = await read(id);
      for (const maxQuota of [2048, 0, -1, 5]) {
        await world.changed(id, { maxQuota, filestoreId: filestoreId ?? '' });
        expect(await read(id)).to.include({ maxQuota: String(maxQuota), filestoreId });
      }
      await world.changed(id, { usedQuota: 77 });
      expect((await read(id))['usedQuota']).to.equal('0');
    });
    it('without one a quota brings one, -1 does not', async () => {
      const id = await world.newUser('none');
      await world.changed(id, { maxQuota: -1 });
      expect(await read(id)).to.include({ maxQuota: '-1', filestoreId: '0', usedQuota: null });
      await world.changed(id, { maxQuota: 50 });
      const after = await read(id);
      expect(after).to.include({ maxQuota: '50', usedQuota: '0' });
      expect(Number(after['filestoreId'])).to.be.greaterThan(0);
    });
  });

  describe('passwords', () => {
    const login = (name: string, password: string, id: number) =>
      world.users('getData', { ctx: world.ctx, user: { id } }, { login: name, password });
    it('a changed password counts at once, and so does the old one no more', async () => {
      const id = await world.newUser('changer', { password: 'first' });
      returnedOne(await login('changer', 'first', id));
      await world.changed(id, { password: 'second' });
      const text = 'Authentication failed for user changer';
      expectFault(await login('changer', 'first', id), 'InvalidCredentialsException', text);
      returnedOne(await login('changer', 'second', id));
      await world.changed(id, { password: 'third' }, { login: 'changer', password: 'second' });
      expectFault(await login('changer', 'second', id), 'InvalidCredentialsException', text);
      returnedOne(await login('changer', 'third', id));
    });
    it('also that of the context admin', async () => {
      await world.changed(2, { password: 'next-secret' }, world.contextAdmin);
      const failed = 'Authentication failed';
      expectFault(
        await world.change(2, { note: 'x' }, world.contextAdmin),
        'InvalidCredentialsException',
        failed,
      );
      const admin = { ...world.contextAdmin, password: 'next-secret' };
      await world.changed(2, { password: world.contextAdmin.password }, admin);
    });
    for (const mech of ['CRYPT', 'SHA', 'SHA-256', 'SHA-512', 'BCRYPT', '{sha-256}']) {
      it(`passwordMech ${mech} is honoured`, async () => {
        const plain = mech.replace(/[{}]/g, '').toUpperCase();
        const id = await world.newUser(`mech${plain}${mech.length}`, {
          passwordMech: mech,
          password: 'word',
        });
        expect((await read(id))['passwordMech']).to.equal(`{${plain}}`);
        returnedOne(await login(`mech${plain}${mech.length}`, 'word', id));
      });
    }
  });

  describe('whole objects come back unchanged (docs/contract/choices.md#5)', () => {
    const kinds: Record<string, SoapParams> = {
      plain: {},
      own: { maxQuota: 7 },
      zero: { maxQuota: 0, userAttributes: { config: { k: 'v' } }, aliases: ['zero.alias@example.org'] },
    };
    for (const [kind, fields] of Object.entries(kinds)) {
      it(`a user with ${JSON.stringify(fields)}`, async () => {
        const id = await world.newUser(`whole${kind}`, fields);
        const whole = await world.getUser(id);
        expectDone(await world.users('change', { ctx: world.ctx, usrdata: whole }));
        expect(writeXml(await world.getUser(id))).to.equal(writeXml(whole));
      });
    }
    it('the context admin', async () => {
      const whole = await world.getUser(2);
      expectDone(await world.users('change', { ctx: world.ctx, usrdata: whole }));
      expect(writeXml(await world.getUser(2))).to.equal(writeXml(whole));
    });
    it("client A sends create's answer back with maxQuota -1", async () => {
      const usrdata = userData('clienta', { maxQuota: 1 });
      const answered = returnedOne(await world.users('create', { ctx: world.ctx, usrdata }));
      const members = scalars(answered);
      const aliases = texts(answered, 'aliases');
      const resend = { ...members, aliases, password: 'pw-clienta', maxQuota: -1 };
      const {
        default_group: _group,
        userAttributes: _attributes,
        guiPreferencesForSoap: _gui,
        ...sent
      } = resend as Record<string, (typeof resend)[keyof typeof resend]>;
      expectDone(await world.users('change', { ctx: world.ctx, usrdata: sent }));
      const after = await read(Number(members['id']));
      expect(after).to.include({ maxQuota: '-1', filestoreId: members['filestoreId'] });
    });
  });

  it('an ordinary user may change himself and nobody else', async () => {
    const id = await world.newUser('selfish');
    const me = { login: 'selfish', password: 'pw-selfish' };
    await world.changed(id, { nickname: 'Me' }, me);
    expect((await read(id))['nickname']).to.equal('Me');
    expectFault(
      await world.change(otherId, { nickname: 'You' }, me),
      'InvalidCredentialsException',
      'Permission denied',
    );
    const text = 'Authentication failed for user selfish';
    const wrong = await world.change(id, { nickname: 'x' }, { ...me, password: 'wrong' });
    expectFault(wrong, 'InvalidCredentialsException', text);
  });
});
