import { expect } from 'chai';
import { fieldsOf } from '../../support/wire/contract-snapshot.js';
import { expectDone, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { attributeMap, child, scalars } from '../../support/wire/xml-tree.js';
import { idOf, userData, World } from '../fixtures.js';

describe('wire: what a created user holds (docs/contract/users.md#1-4, docs/contract/quota.md#1-1, docs/contract/users.md#1-6)', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => (world = await World.start()));
  after(() => world.stop());
  const create = (usrdata: SoapParams) => world.users('create', { ctx: world.ctx, usrdata });

  describe('quota and file storage (1.6)', () => {
    const rows: [string, SoapParams, { own: boolean; maxQuota: string; usedQuota: string | null }][] = [
      ['nothing', {}, { own: false, maxQuota: '-1', usedQuota: null }],
      ['maxQuota -1', { maxQuota: -1 }, { own: false, maxQuota: '-1', usedQuota: null }],
      ['maxQuota 0', { maxQuota: 0 }, { own: true, maxQuota: '0', usedQuota: '0' }],
      ['maxQuota 500', { maxQuota: 500 }, { own: true, maxQuota: '500', usedQuota: '0' }],
      ['filestoreId 0', { filestoreId: 0 }, { own: false, maxQuota: '-1', usedQuota: null }],
      ['filestoreId -1', { filestoreId: -1 }, { own: false, maxQuota: '-1', usedQuota: null }],
    ];
    for (const [title, fields, expected] of rows) {
      it(title, async () => {
        const answered = returnedOne(await create(userData(`q${title.replace(/\W/g, '')}`, fields)));
        const read = scalars(await world.getUser(idOf(answered)));
        const seen = {
          own: read['filestoreId'] !== '0',
          maxQuota: read['maxQuota'],
          usedQuota: read['usedQuota'],
        };
        expect(seen).to.deep.equal(expected);
        if (expected.own) expect(scalars(answered)['filestoreId']).to.equal(read['filestoreId']);
      });
    }
    it('a named file storage without maxQuota is an own, unlimited one', async () => {
      const store = scalars(await world.getUser(await world.newUser('withstore', { maxQuota: 1 })))[
        'filestoreId'
      ];
      const id = await world.newUser('named', { filestoreId: store ?? '' });
      expect(scalars(await world.getUser(id))).to.include({ filestoreId: store, maxQuota: '-1' });
    });
  });

  describe('fields, ids and secrets', () => {
    it('the admin is 2, users follow from 3; a sent id is ignored, a freed one is not reused', async () => {
      const id = await world.newContext('reseller1_ids');
      const admin = returnedOne(await world.users('getContextAdmin', { ctx: { id } }));
      expect(idOf(admin)).to.equal(2);
      expect(await world.newUser('ids1', {}, id)).to.equal(3);
      const second = await world.newUser('ids2', { id: 77 }, id);
      expect(second).to.equal(4);
      expectDone(await world.users('delete', { ctx: { id }, user: { id: second }, reassign: 0 }));
      expect(await world.newUser('ids3', {}, id)).to.equal(5);
    });

    it('no password or hash comes back, from create or getData', async () => {
      const made = await create(userData('secretive', { password: 'very-secret-word' }));
      const user = { id: idOf(returnedOne(made)) };
      const read = await world.users('getData', { ctx: world.ctx, user });
      for (const answer of [made, read]) {
        expect(scalars(returnedOne(answer))['password']).to.equal(null);
        expect(answer.xml).not.to.match(/very-secret-word|\$2[aby]\$|\$[56]\$/);
      }
    });

    it('every text field is stored and comes back', async () => {
      const fixed = new Set(
        Object.keys(userData('x')).concat(['aliases', 'passwordMech', 'language', 'timezone']),
      );
      const special =
        /^(drive_user_folder_mode|filestore_name|imap.*|smtp.*|email\d|defaultSenderAddress|mail_folder_.*)$/;
      const plain = fieldsOf('dat:User').filter(
        (f) => f.type === 'xs:string' && !f.list && !fixed.has(f.name) && !special.test(f.name),
      );
      expect(plain.length).to.be.greaterThan(70);
      const sent: Record<string, string> = Object.fromEntries(
        plain.map((f) => [f.name, `<${f.name}> & "ä€"`]),
      );
      const others = {
        anniversary: '2001-02-03',
        birthday: '1990-05-17',
        email2: 'two@example.org',
        email3: 'three@example.org',
        uploadFileSizeLimit: '11',
        uploadFileSizeLimitPerFile: '12',
        folderTree: '1',
        gui_spam_filter_enabled: 'true',
        password_expired: 'true',
        mailenabled: 'false',
        image1: Buffer.from('not really an image').toString('base64'),
        mail_folder_drafts_name: 'My Drafts',
        imapLogin: 'someone',
      };
      const id = await world.newUser('everything', { ...sent, ...others });
      const read = scalars(await world.getUser(id));
      const dates = { anniversary: '2001-02-03Z', birthday: '1990-05-17Z' };
      expect(read).to.include({ ...sent, ...others, ...dates });
    });

    it('a default group that does not exist says nothing', async () => {
      const answer = await create(userData('grouped', { default_group: { id: 99 } }));
      expect(child(returnedOne(answer), 'default_group')?.nil).to.equal(true);
    });

    it('gui preferences and attributes of free namespaces come back', async () => {
      const userAttributes = { cloud: { service: 'cloud_pim' }, free: { 'b/c': '1' } };
      const guiPreferencesForSoap = { theme: 'dark' };
      const user = await world.getUser(
        await world.newUser('maps', { userAttributes, guiPreferencesForSoap }),
      );
      expect(attributeMap(user)).to.deep.equal({ cloud: { service: 'cloud_pim' }, free: { 'b/c': '1' } });
      const entry = child(child(user, 'guiPreferencesForSoap'), 'entries');
      expect(scalars(entry)).to.deep.equal({ key: 'theme', value: 'dark' });
    });
  });
});
