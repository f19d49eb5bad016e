import { expect } from 'chai';
import { userChange } from '../../src/http/rest/provisioning/user-schemas.js';
import { callRest } from '../support/rest/rest-client.js';
import { sampleOf } from '../support/sample.js';
import { fieldsOf, type ContractField } from '../support/wire/contract-snapshot.js';
import { expectDone, expectFault, type SoapAnswer, type SoapParams } from '../support/wire/raw-soap.js';
import { attributeMap, scalars, texts, writeXml, type XmlNode } from '../support/wire/xml-tree.js';
import { userData, World, type Login } from '../wire/fixtures.js';

const soapDoors = ['OXResellerUserService', 'OXUserService'] as const;
const unifiedSwitch = 'com.openexchange.unifiedquota.enabled';

/** Everything that an ordinary user may change of himself. What the contract gets beside it is refused. */
const ownMembers: ReadonlySet<string> = new Set([
  ...['password', 'passwordMech', 'language', 'timezone'],
  ...['display_name', 'given_name', 'middle_name', 'sur_name', 'nickname', 'suffix', 'title'],
  ...['anniversary', 'birthday', 'marital_status', 'number_of_children', 'spouse_name'],
  ...['assistant_name', 'branches', 'business_category', 'categories', 'commercial_register', 'company'],
  ...['department', 'employeeType', 'manager_name', 'number_of_employee', 'position', 'profession'],
  ...['room_number', 'sales_volume', 'tax_id', 'instant_messenger1', 'instant_messenger2', 'url'],
  ...['info', 'note', 'image1', 'image1ContentType', 'cellular_telephone1', 'cellular_telephone2'],
  ...['city', 'country', 'fax', 'postal_code', 'state', 'street'].flatMap((kind) =>
    ['business', 'home', 'other'].map((place) => `${kind}_${place}`),
  ),
  ...['assistant', 'business1', 'business2', 'callback', 'car', 'company', 'home1', 'home2', 'ip'].map(
    (kind) => `telephone_${kind}`,
  ),
  ...['isdn', 'other', 'pager', 'primary', 'radio', 'telex', 'ttytdd'].map((kind) => `telephone_${kind}`),
  ...Array.from({ length: 20 }, (_, index) => `userfield${String(index + 1).padStart(2, '0')}`),
]);

/** Members that say nothing to anybody: what is counted, and a name that follows from the rest. */
const saysNothing: ReadonlySet<string> = new Set(['usedQuota', 'filestore_name', 'default_group']);

const address = (name: string) => `${name}@example.org`;

/** Values that the rules let pass, other than those a user is made with. */
const soapValues: Readonly<Record<string, (name: string, serial: number) => SoapParams>> = {
  aliases: (name, serial) => ({ aliases: [address(name), address(`${name}-second`), address(`a${serial}`)] }),
  anniversary: (_, serial) => ({ anniversary: `19${String(serial).padStart(2, '0')}-05-17` }),
  birthday: (_, serial) => ({ birthday: `19${String(serial).padStart(2, '0')}-05-17` }),
  default_group: () => ({ default_group: { id: 4711 } }),
  defaultSenderAddress: (name) => ({ defaultSenderAddress: address(`${name}-second`) }),
  primaryEmail: (name) => ({ primaryEmail: address(`${name}-second`), email1: address(`${name}-second`) }),
  email1: (name) => ({ email1: address(`${name}-second`) }),
  email2: (_, serial) => ({ email2: address(`two${serial}`) }),
  email3: (_, serial) => ({ email3: address(`three${serial}`) }),
  image1: (_, serial) => ({ image1: Buffer.from(`picture ${serial}`).toString('base64') }),
  language: (_, serial) => ({ language: `l${serial}_DE` }),
  timezone: (_, serial) => ({ timezone: ['Asia/Tokyo', 'America/Lima', 'Africa/Cairo'][serial % 3] ?? '' }),
  name: (name, serial) => ({ name: `${name}-${serial}` }),
  display_name: (name, serial) => ({ display_name: `${name} ${serial}` }),
  password: (_, serial) => ({ password: `new-${serial}` }),
  passwordMech: (_, serial) => {
    return { password: `new-${serial}`, passwordMech: serial % 2 === 1 ? 'SHA-256' : 'SHA' };
  },
  mailenabled: () => ({ mailenabled: false }),
  password_expired: () => ({ password_expired: true }),
  contextadmin: () => ({ contextadmin: true }),
  gui_spam_filter_enabled: () => ({ gui_spam_filter_enabled: false }),
  drive_user_folder_mode: () => ({ drive_user_folder_mode: 'none' }),
  guiPreferencesForSoap: (_, serial) => ({ guiPreferencesForSoap: { key: String(serial) } }),
  userAttributes: (_, serial) => ({ userAttributes: { mine: { key: String(serial) } } }),
};

const numbers = ['xs:int', 'xs:long'];

function soapValue({ name: member, type }: ContractField, name: string, serial: number): SoapParams {
  const own = soapValues[member];
  if (own !== undefined) return own(name, serial);
  if (numbers.includes(type)) return { [member]: 7_000 + serial };
  if (type === 'xs:boolean') return { [member]: true };
  if (type !== 'xs:string') throw new Error(`say how ${member} is set: ${type}`);
  return { [member]: `${member}${serial}` };
}

/** Attributes are one member with very different meanings. */
const attributes: readonly (readonly [string, string, string])[] = [
  ['config', unifiedSwitch, 'true'],
  ['config', 'com.openexchange.capability.guard-mail', 'true'],
  ['config', 'com.openexchange.mail.enabled', 'false'],
  ['cloud', 'service', 'cloud_all'],
  ['cloud', 'spamlevel', 'low'],
];

/** Values of REST by member; a new member has to be put here. */
const restValues: Readonly<Record<string, (name: string, serial: number) => object>> = {
  name: (name, serial) => ({ name: `${name}-${serial}` }),
  password: (_, serial) => ({ password: `new-${serial}`, passwordMech: 'SHA-512' }),
  passwordMech: (_, serial) => ({ password: `new-${serial}`, passwordMech: 'SHA-256' }),
  displayName: (name, serial) => ({ displayName: `${name} ${serial}` }),
  givenName: (_, serial) => ({ givenName: `given ${serial}` }),
  surName: (_, serial) => ({ surName: `sur ${serial}` }),
  primaryEmail: (name) => ({ primaryEmail: address(`${name}-second`) }),
  email1: (name) => ({ email1: address(`${name}-second`) }),
  email2: (_, serial) => ({ email2: address(`two${serial}`) }),
  email3: (_, serial) => ({ email3: address(`three${serial}`) }),
  defaultSenderAddress: (name) => ({ defaultSenderAddress: address(`${name}-second`) }),
  aliases: (name, serial) => ({ aliases: [address(name), address(`${name}-second`), address(`a${serial}`)] }),
  language: (_, serial) => ({ language: `l${serial}_DE` }),
  timezone: () => ({ timezone: 'Asia/Tokyo' }),
  enabled: () => ({ enabled: false }),
  maxQuotaMb: (_, serial) => ({ maxQuotaMb: 7_000 + serial }),
  attributes: (_, serial) => ({ attributes: { config: { [unifiedSwitch]: String(serial % 2 === 0) } } }),
};
const ownRestMembers: ReadonlySet<string> = new Set([
  ...['password', 'passwordMech', 'displayName', 'givenName', 'surName', 'language', 'timezone'],
]);

type Outcome = 'let in' | 'Permission denied' | 'Authentication failed';

const members = sampleOf(
  fieldsOf('dat:User').filter(({ name }) => name !== 'id'),
  ({ name }) => name,
);

describe('security: who may change what of a user (issue 12, C)', function () {
  this.timeout(120_000);
  let world: World;
  let serial = 0;
  const outcomesOfForeign = new Map<string, Outcome>();
  const foreign: Login = { login: 'foreign', password: 'foreign-secret' };
  const other: Login = { login: 'bystander', password: 'pw-bystander' };
  before(async () => {
    world = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' });
    await world.newReseller(foreign);
    const id = await world.newUser(other.login);
    const before = writeXml(await world.getUser(id));
    // At the same time, for each of these logins is as slow as a wrong one.
    const changes = soapDoors.flatMap((door) => members.map((member) => ({ door, member })));
    for (let start = 0; start < changes.length; start += 40) {
      const tried = changes.slice(start, start + 40).map(async ({ door, member }) => {
        const answer = await changeBy(door, id, soapValue(member, other.login, 1), foreign);
        outcomesOfForeign.set(`${door} ${member.name}`, outcomeOf(answer));
      });
      await Promise.all(tried);
    }
    expect(writeXml(await world.getUser(id))).to.equal(before);
  });
  after(() => world.stop());

  const newUser = async (): Promise<{ id: number; name: string; self: Login }> => {
    const name = `own${(serial += 1)}`;
    const aliases = [address(name), address(`${name}-second`)];
    const id = await world.newUser(name, { aliases, maxQuota: 5 });
    return { id, name, self: { login: name, password: `pw-${name}` } };
  };
  /** The user himself comes before those who can change his password and login. */
  const strangers: readonly [string, () => Login][] = [['other user', () => other]];
  const admins: readonly [string, () => Login][] = [
    ['context admin', () => world.contextAdmin],
    ['reseller', () => world.reseller],
    ['master', () => world.master],
  ];
  const expected = (own: Outcome): Record<string, Outcome> => ({
    'foreign reseller': 'Authentication failed',
    'other user': 'Permission denied',
    himself: own,
    'context admin': 'let in',
    reseller: 'let in',
    master: 'let in',
  });
  /** Groups name all users of a context, so the fewer there are the faster is every answer. */
  const forget = async (id: number) =>
    expectDone(await world.users('delete', { ctx: world.ctx, user: { id } }));
  const outcomeOf = ({ fault }: SoapAnswer): Outcome => {
    if (fault?.exception !== 'InvalidCredentialsException') return 'let in';
    return fault.text.startsWith('Permission denied') ? 'Permission denied' : 'Authentication failed';
  };
  const changeBy = (door: string, id: number, fields: SoapParams, as: Login) =>
    world.soap.call(door, 'change', { ctx: world.ctx, usrdata: { ...fields, id } }, as);

  const isShown = (member: string) => member !== 'password';

  for (const member of members) {
    const isOwn = ownMembers.has(member.name);
    const isLetIn = isOwn || saysNothing.has(member.name);
    it(`${member.name}: ${isOwn ? 'is his own' : isLetIn ? 'says nothing' : 'is not his'}`, async () => {
      const { id, name, self } = await newUser();
      const outcomes = soapDoors.map((door): Record<string, Outcome | undefined> => {
        return { 'foreign reseller': outcomesOfForeign.get(`${door} ${member.name}`) };
      });
      let sent = 0;
      const changeAs = async (callers: typeof admins) => {
        for (const [index, door] of soapDoors.entries())
          for (const [who, login] of callers) {
            const answer = await changeBy(door, id, soapValue(member, name, (sent += 1)), login());
            Object.assign(outcomes[index] ?? {}, { [who]: outcomeOf(answer) });
          }
      };
      await changeAs(strangers);
      let now = self;
      let before = writeXml(await world.getUser(id));
      for (const [index, door] of soapDoors.entries()) {
        const fields = soapValue(member, name, (sent += 1));
        const answer = await changeBy(door, id, fields, now);
        Object.assign(outcomes[index] ?? {}, { himself: outcomeOf(answer) });
        if (isLetIn) expectDone(answer);
        if (isOwn && typeof fields['password'] === 'string') now = { ...self, password: fields['password'] };
        const after = writeXml(await world.getUser(id));
        if (isOwn && isShown(member.name)) expect(after, `${door}: the change is there`).not.to.equal(before);
        else expect(after, `${door}: nothing is changed that is shown`).to.equal(before);
        before = after;
      }
      await changeAs(admins);
      const wanted = expected(isLetIn ? 'let in' : 'Permission denied');
      expect(outcomes).to.deep.equal([wanted, wanted]);
      await forget(id);
    });
  }

  for (const [namespace, key, value] of attributes)
    it(`the attribute ${namespace}/${key} is not his`, async () => {
      const { id, self } = await newUser();
      const fields = { userAttributes: { [namespace]: { [key]: value } } };
      for (const door of soapDoors) {
        expectFault(
          await changeBy(door, id, fields, self),
          'InvalidCredentialsException',
          'Permission denied',
        );
        expect(attributeMap(await world.getUser(id))).to.deep.equal({});
      }
      await world.changed(id, fields);
      expectDone(await world.change(id, { ...fields, note: 'sent back' }, self));
      const removal = { userAttributes: { [namespace]: { [key]: null } } };
      expectFault(await world.change(id, removal, self), 'InvalidCredentialsException', 'Permission denied');
      expect(attributeMap(await world.getUser(id))).to.deep.equal({ [namespace]: { [key]: value } });
    });

  for (const member of sampleOf(Object.keys(userChange.shape), (name) => `REST ${name}`)) {
    const isOwn = ownRestMembers.has(member);
    it(`REST, ${member}: ${isOwn ? 'is his own' : 'is not his'}`, async () => {
      const value = restValues[member];
      if (value === undefined) throw new Error(`say how ${member} is set`);
      const { id, name, self } = await newUser();
      const path = `${world.url}/provisioning/v1/contexts/${world.contextId}/users/${id}`;
      const statuses: Record<string, number> = {};
      for (const [who, login] of [
        ['foreign reseller', () => foreign] as const,
        ...strangers,
        ['himself', () => self] as const,
        ...admins,
      ]) {
        const before = (await callRest(path, 'GET', world.reseller)).json;
        const body = value(name, Object.keys(statuses).length);
        const { status, text } = await callRest(path, 'PATCH', login(), body);
        statuses[who] = status;
        if (status === 403) expect(text).to.include('Permission denied');
        if (who !== 'himself' || isOwn) continue;
        expect((await callRest(path, 'GET', world.reseller)).json).to.deep.equal(before);
      }
      const ofAdmins = statuses['master'] ?? 0;
      expect(ofAdmins, 'the value is one that the rules let pass').to.be.oneOf([200, 400]);
      expect(statuses).to.deep.equal({
        'foreign reseller': 403,
        'other user': 403,
        himself: isOwn ? 200 : 403,
        'context admin': ofAdmins,
        reseller: ofAdmins,
        master: ofAdmins,
      });
      await forget(id);
    });
  }

  describe('a value that is sent back unchanged says nothing', () => {
    let id: number;
    let name: string;
    let self: Login;
    let shown: XmlNode;
    before(async () => {
      ({ id, name, self } = await newUser());
      const config = { [unifiedSwitch]: 'false', other: '' };
      await world.changed(id, {
        imapServer: 'imap.example.org',
        imapSchema: 'imaps://',
        imapPort: 993,
        userAttributes: { config, cloud: { service: 'cloud_pim' } },
        imapLogin: 'somebody',
        uploadFileSizeLimit: 5,
        guiPreferencesForSoap: { a: '1', b: '2' },
        mail_folder_sent_name: 'Gone out',
        birthday: '1990-05-17',
        email2: 'Two@Example.org',
      });
      shown = await world.getUser(id);
    });
    const sentBack = async (fields: SoapParams) => {
      expectDone(await world.change(id, fields, self));
      expect(writeXml(await world.getUser(id))).to.equal(writeXml(shown));
    };

    it('a whole object, as getData answered it', async () => {
      for (const door of soapDoors) {
        const usrdata = await world.getUser(id, self);
        expectDone(await world.soap.call(door, 'change', { ctx: world.ctx, usrdata }, self));
        expect(writeXml(await world.getUser(id))).to.equal(writeXml(shown));
      }
    });

    it('other spellings of the same: order and case of addresses, a mail server in one text or in parts', async () => {
      const [first = '', second = ''] = texts(shown, 'aliases').map(String);
      await sentBack({ aliases: [second.toUpperCase(), first, second] });
      await sentBack({ primaryEmail: first.toUpperCase(), email1: first, email2: 'two@example.org' });
      await sentBack({ imapServerString: 'imaps://imap.example.org:993' });
      await sentBack({ imapServerString: 'imap.example.org', imapServer: 'imap.example.org', imapPort: 993 });
      await sentBack({ smtpServerString: scalars(shown)['smtpServerString'] ?? '', imapServer: '' });
      await sentBack({ name: ' ', aliases: [] });
      await sentBack({ name, maxQuota: 5, usedQuota: 4711, contextadmin: false });
      await sentBack({ guiPreferencesForSoap: { b: '2', a: '1' }, uploadFileSizeLimit: 5 });
      await sentBack({ userAttributes: { config: { other: '', unknown: null } } });
      await sentBack({ maxQuota: null, mailenabled: null, userAttributes: null });
    });

    it('and whatever differs is refused, with all that stands beside it', async () => {
      const [first = ''] = texts(shown, 'aliases').map(String);
      const others: SoapParams[] = [
        { aliases: [first] },
        { imapServerString: 'imaps://imap.example.org:994' },
        { imapServerString: 'imap://imap.example.org:993' },
        { guiPreferencesForSoap: { a: '1' } },
        { userAttributes: { config: { other: null } } },
        { maxQuota: -1 },
        { email2: '' },
        { imapLogin: '' },
      ];
      for (const fields of others) {
        const answer = await world.change(id, { ...fields, note: 'beside it' }, self);
        expectFault(answer, 'InvalidCredentialsException', 'Permission denied');
      }
      expect(writeXml(await world.getUser(id))).to.equal(writeXml(shown));
    });
  });
});

describe('security: SELF_CHANGE=original', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    world = await World.start({ SELF_CHANGE: 'original', DEFAULT_PASSWORD_MECHANISM: 'SHA-512' });
  });
  after(() => world.stop());

  it('a user is let in to every field of himself, and to nobody else', async () => {
    const otherId = await world.newUser('bystander');
    for (const [index, member] of members.entries()) {
      const name = `free${index}`;
      const aliases = [address(name), address(`${name}-second`)];
      const id = await world.newUser(name, { aliases, maxQuota: 5 });
      const fields = soapValue(member, name, 1);
      const self = { login: name, password: `pw-${name}` };
      const exception = (await world.change(id, fields, self)).fault?.exception;
      expect(exception, member.name).not.to.equal('InvalidCredentialsException');
      expectDone(await world.users('delete', { ctx: world.ctx, user: { id } }));
    }
    const self = { login: 'bystander', password: userData('bystander')['password'] as string };
    expectDone(await world.change(otherId, { maxQuota: -1, imapLogin: 'root' }, self));
    const stranger = await world.newUser('stranger');
    const answer = await world.change(stranger, { note: 'x' }, self);
    expectFault(answer, 'InvalidCredentialsException', 'Permission denied');
  });
});
