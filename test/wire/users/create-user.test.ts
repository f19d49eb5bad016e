import { expect } from 'chai';
import { expectDone, expectFault, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { attributeMap, child, scalars, texts } from '../../support/wire/xml-tree.js';
import { idOf, userData, World } from '../fixtures.js';

const PERMISSION_REFUSED =
  /PERM-0001 Categories=USER_INPUT Message='Setting the permission\(s\) '.*infostore.*' via user attributes is not allowed!!'/;

/** What is wrong with the request, worst first: fixing one thing brings the next complaint (docs/contract/users.md#1-1). */
interface Step {
  readonly fix: SoapParams;
  readonly exception?: string;
  readonly text: string | RegExp;
}

describe('wire: create user (docs/contract/users.md#1)', function () {
  this.timeout(120_000);
  let world: World;
  let takenId: number;
  before(async () => {
    world = await World.start();
    takenId = await world.newUser('taken', { display_name: 'Taken Person' });
  });
  after(() => world.stop());
  const create = (usrdata: SoapParams, auth = world.reseller) =>
    world.users('create', { ctx: world.ctx, usrdata }, auth);

  describe('order of checks (1.1)', () => {
    it('when several things are wrong the first one wins', async () => {
      const capability = { config: { 'com.openexchange.capability.infostore': 'true' } };
      let usrdata: SoapParams = {
        name: 'taken',
        display_name: 'Taken Person',
        password: '',
        sur_name: 'Sur',
        primaryEmail: 'taken@example.org',
        email1: '',
        email3: 'not-an-address',
        language: 'german',
        timezone: 'Nowhere/City',
        passwordMech: 'ROT13',
        drive_user_folder_mode: 'weird',
        maxQuota: 5,
        filestoreId: 4711,
        userAttributes: capability,
        default_group: { id: 4711 },
      };
      const steps: Step[] = [
        { fix: {}, text: PERMISSION_REFUSED },
        { fix: { userAttributes: undefined }, text: 'language must contain an underscore, e.g. en_US' },
        { fix: { language: 'de_DE' }, text: 'The given timezone is invalid' },
        {
          fix: { timezone: 'Europe/Paris' },
          text: 'Invalid PasswordMech: ROT13. Use one of the following: BCRYPT, CRYPT, SHA, SHA-256, SHA-512',
        },
        { fix: { passwordMech: undefined }, text: 'Empty password is not allowed.' },
        { fix: { password: 'pw' }, text: 'Mandatory fields not set: [given_name, email1]' },
        {
          fix: { given_name: 'G', email1: 'Taken@example.org', name: 'ta ken!' },
          text: 'The displayname is already used',
        },
        { fix: { display_name: 'Free Person' }, text: 'Illegal chars: " !"' },
        { fix: { name: 'taken' }, text: 'Invalid email address: not-an-address' },
        { fix: { email3: undefined }, text: 'primarymail must have the same value as email1' },
        {
          fix: { email1: 'taken@example.org' },
          text: /^An invalid folder mode was selected\. Only the following modes are allowed: /,
        },
        { fix: { drive_user_folder_mode: 'normal' }, text: 'User taken already exists in this context' },
        {
          fix: { name: 'free' },
          text: `Primary mail address "taken@example.org" already exists in context ${world.contextId} (Already assigned to user ${takenId}).`,
        },
        {
          fix: { primaryEmail: 'free@example.org', email1: 'free@example.org' },
          exception: 'StorageException',
          text: 'Filestore with identifier 4711 does not exist.',
        },
      ];
      const badLogin = { ...world.reseller, password: 'wrong' };
      expect((await create(usrdata, badLogin)).fault?.exception).to.equal('InvalidCredentialsException');
      for (const step of steps) {
        usrdata = { ...usrdata, ...step.fix };
        expectFault(await create(usrdata), step.exception ?? 'InvalidDataException', step.text);
      }
      // The default group, which is not there, says nothing.
      returnedOne(await create({ ...usrdata, filestoreId: undefined }));
    });

    const byName = (access_combination_name: string | null | undefined) =>
      world.users('createByModuleAccessName', {
        ctx: world.ctx,
        usrdata: userData('never', { language: 'german' }),
        access_combination_name,
      });
    it('the combination name: nil, blank, unknown', async () => {
      expectFault(await byName(null), 'InvalidDataException', '');
      expectFault(await byName('  '), 'InvalidDataException', 'Invalid access combination name');
      const text = 'No such access combination name "nonsense"';
      expectFault(await byName(' nonsense '), 'InvalidDataException', text);
    });

    it('usrdata or access missing', async () => {
      expectFault(await world.users('create', { ctx: world.ctx }), 'InvalidDataException', '');
      const params = { ctx: world.ctx, usrdata: userData('never') };
      expectFault(await world.users('createByModuleAccess', params), 'InvalidDataException', '');
    });

    it('an unknown context is not told from a wrong login, even to the master', async () => {
      const params = { ctx: { id: 99999 }, usrdata: userData('never') };
      const answer = await world.users('create', params, world.master);
      expectFault(answer, 'InvalidCredentialsException', 'Authentication failed');
    });

    it('ctx or its id missing', async () => {
      for (const ctx of [undefined, null, {}, { name: 'reseller1_acme' }]) {
        const answer = await world.users('create', { ctx, usrdata: userData('never') });
        expectFault(answer, 'InvalidCredentialsException', 'Client sent invalid context data object');
      }
    });
  });

  describe('mandatory fields (1.2)', () => {
    it('are listed in the fixed order, empty strings counted', async () => {
      const text =
        'Mandatory fields not set: [name, display_name, given_name, sur_name, primaryEmail, email1]';
      expectFault(await create({ password: 'pw' }), 'InvalidDataException', text);
      const empty = {
        name: '',
        display_name: '',
        given_name: '',
        sur_name: '',
        primaryEmail: '',
        email1: '',
      };
      expectFault(await create({ password: 'pw', ...empty }), 'InvalidDataException', text);
    });
    for (const field of ['name', 'display_name', 'given_name', 'sur_name', 'primaryEmail', 'email1']) {
      it(`${field} alone, absent or nil`, async () => {
        for (const value of [undefined, null]) {
          const answer = await create(userData('never', { [field]: value }));
          expectFault(answer, 'InvalidDataException', `Mandatory fields not set: [${field}]`);
        }
      });
    }
    it('a blank password has its own text', async () => {
      for (const password of [undefined, null, '', '   ']) {
        const answer = await create(userData('never', { password, name: '' }));
        expectFault(answer, 'InvalidDataException', 'Empty password is not allowed.');
      }
    });
  });

  describe('aliases and defaults (1.3, 1.4)', () => {
    it('the primary address and the sender address join the aliases', async () => {
      const plain = await world.getUser(await world.newUser('plain'));
      expect(texts(plain, 'aliases')).to.deep.equal(['plain@example.org']);
      expect(scalars(plain)['defaultSenderAddress']).to.equal('plain@example.org');
      const more = {
        aliases: ['more.b@example.org', 'more.b@example.org'],
        defaultSenderAddress: 'more.c@example.org',
      };
      const answered = returnedOne(await create(userData('more', more)));
      const expected = ['more.b@example.org', 'more.c@example.org', 'more@example.org'];
      expect(texts(answered, 'aliases')).to.have.members(expected);
      const read = await world.getUser(idOf(answered));
      expect(texts(read, 'aliases')).to.have.members(expected);
      expect(scalars(read)['defaultSenderAddress']).to.equal('more.c@example.org');
    });

    it('fills what was left out, and answers nil where nobody filled', async () => {
      const answered = returnedOne(await create(userData('defaults')));
      expect(scalars(answered)).to.include({
        language: 'en_US',
        mailenabled: 'true',
        password_expired: 'false',
        defaultSenderAddress: 'defaults@example.org',
        timezone: null,
        maxQuota: null,
        password: null,
      });
      const read = await world.getUser(idOf(answered));
      expect(scalars(read)).to.include({
        language: 'en_US',
        timezone: 'Europe/Berlin',
        mailenabled: 'true',
        password_expired: 'false',
        imapServer: 'localhost',
        imapSchema: 'imap://',
        smtpServer: 'localhost',
        smtpSchema: 'smtp://',
        mail_folder_sent_name: 'Sent Items',
        contextadmin: 'false',
      });
      expect(child(read, 'default_group')?.nil).to.equal(true);
      expect(attributeMap(read)).to.deep.equal({});
    });

    it('mail folders follow the language', async () => {
      const german = await world.getUser(await world.newUser('deutsch', { language: 'de_DE' }));
      expect(scalars(german)['mail_folder_sent_name']).to.equal('Gesendete Objekte');
      const other = await world.getUser(await world.newUser('other', { language: 'xx_XX' }));
      expect(scalars(other)).to.include({
        mail_folder_sent_name: 'Sent',
        mail_folder_trash_name: 'Trash',
        mail_folder_drafts_name: 'Drafts',
        mail_folder_spam_name: 'Spam',
        mail_folder_confirmed_spam_name: 'confirmed-spam',
        mail_folder_confirmed_ham_name: 'confirmed-ham',
      });
    });

    it('the context may set the default language, and faults when it is no locale', async () => {
      const language = (value: string) => ({
        userAttributes: { config: { 'com.openexchange.admin.user.defaultLanguage': value } },
      });
      const id = await world.newContext('reseller1_french', { ctx: language('fr_FR') });
      const user = await world.users('create', { ctx: { id }, usrdata: userData('francois') });
      expect(scalars(returnedOne(user))['language']).to.equal('fr_FR');
      expectDone(await world.contexts('change', { ctx: { id, ...language('french') } }));
      const broken = await world.users('create', { ctx: { id }, usrdata: userData('never') });
      expectFault(broken, 'InvalidDataException', 'language must contain an underscore, e.g. en_US');
    });

    it('drive_user_folder_mode is echoed and not kept', async () => {
      const answered = returnedOne(await create(userData('drive', { drive_user_folder_mode: 'normal' })));
      expect(scalars(answered)['drive_user_folder_mode']).to.equal('normal');
      expect(scalars(await world.getUser(idOf(answered)))['drive_user_folder_mode']).to.equal(null);
    });
  });

  describe('characters and addresses', () => {
    const illegal: [string, string][] = [
      ['a b', ' '],
      ['ümlaut', 'ü'],
      ['a/b*c', '/*'],
      ['a\\b', '\\'],
      ['x;y:z', ';:'],
    ];
    for (const [name, chars] of illegal) {
      it(`refuses the login ${name}`, async () => {
        const text = `Illegal chars: "${chars}"`;
        expectFault(await create({ ...userData('never'), name }), 'InvalidDataException', text);
      });
    }
    it('accepts every character of the class', async () => {
      const name = 'Az09$@%.+_-';
      expect(scalars(returnedOne(await create({ ...userData('chars'), name })))['name']).to.equal(name);
    });
    for (const field of ['email2', 'email3', 'defaultSenderAddress', 'aliases', 'primaryEmail']) {
      it(`refuses a bad ${field} with the address`, async () => {
        for (const address of ['nope', '@example.org', 'a@', 'a b@example.org']) {
          const pair = field === 'primaryEmail' ? { email1: address } : {};
          const answer = await create(userData('never', { [field]: address, ...pair }));
          expectFault(answer, 'InvalidDataException', `Invalid email address: ${address}`);
        }
      });
    }
  });
});
