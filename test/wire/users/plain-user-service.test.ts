import { expect } from 'chai';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type Credentials,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { attributeMap, child, scalars, texts, listedUser } from '../../support/wire/xml-tree.js';
import { idOf, userData, World } from '../fixtures.js';

const SERVICE = 'OXUserService';
const NO_DATA = 'Invalid data sent!';

describe('wire: what OXUserService shares with its reseller twin', function () {
  this.timeout(60_000);
  let world: World;
  before(async () => (world = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' })));
  after(() => world?.stop());

  const call = (operation: string, params: SoapParams, as: Credentials = world.reseller) =>
    world.soap.call(SERVICE, operation, { ctx: world.ctx, ...params }, as);

  it('walks through the life of a user', async () => {
    const usrdata = userData('plain', { maxQuota: 10 });
    const id = idOf(returnedOne(await call('create', { usrdata })));
    const user = { id };
    expectDone(await call('change', { usrdata: { id, sur_name: 'Changed' } }));
    const data = returnedOne(await call('getData', { user }));
    expect(scalars(data)).to.include({ sur_name: 'Changed', name: 'plain', maxQuota: '10' });
    expectDone(await call('change', { usrdata: data }));
    expect(returnedOne(await call('exists', { user })).text).to.equal('true');
    expect(returned(await call('list', { search_pattern: 'plain' })).map(idOf)).to.deep.equal([id]);
    expect(returned(await call('getMultipleData', { users: [user] })).map(idOf)).to.deep.equal([id]);
    expect(idOf(returnedOne(await call('getContextAdmin', {})))).to.equal(2);
    expectDone(await call('changeByModuleAccessName', { user, access_combination_name: 'pim' }));
    expect(returnedOne(await call('getAccessCombinationName', { user })).text).to.equal('pim');
    expect(child(returnedOne(await call('getModuleAccess', { user })), 'calendar')?.text).to.equal('true');
    expectDone(await call('delete', { user, reassign: 0 }));
    const gone = `No such user ${id} in context ${world.contextId}`;
    expectFault(await call('getData', { user }), 'NoSuchUserException', gone);
  });
});

for (const service of ['OXResellerUserService', SERVICE])
  describe(`wire: listByAliasDomain and changeMailAddressPersonal of ${service}`, function () {
    this.timeout(60_000);
    let world: World;
    const id: Record<string, number> = { admin: 2 };
    before(async () => {
      world = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' });
      id['anna'] = await world.newUser('anna', {
        aliases: ['anna@example.org', 'a@Sub.Other.org', 'b@other.org'],
      });
      id['bert'] = await world.newUser('bert');
      id['carl'] = await world.newUser('carl', { aliases: ['carl@other.org'] });
    });
    after(() => world?.stop());

    const call = (operation: string, params: SoapParams, as: Credentials = world.reseller) =>
      world.soap.call(service, operation, { ctx: world.ctx, ...params }, as);

    const searches: [string, SoapParams, string[]][] = [
      ['a domain', { alias_domain: 'other.org' }, ['anna', 'carl']],
      ['another one', { alias_domain: 'example.org' }, ['admin', 'anna', 'bert', 'carl']],
      ['any letter case', { alias_domain: 'SUB.OTHER.ORG' }, ['anna']],
      ['with its @', { alias_domain: '@other.org' }, ['anna', 'carl']],
      ['only endings', { alias_domain: 'other' }, []],
      ['no wildcards', { alias_domain: '*.org' }, []],
      ['no wildcards of SQL', { alias_domain: '%other_org' }, []],
      ['the first page', { alias_domain: '.org', length: 2, offset: 0 }, ['admin', 'anna']],
      ['the second page', { alias_domain: '.org', length: 2, offset: 2 }, ['bert', 'carl']],
      ['nothing', { alias_domain: '.org', length: 0 }, []],
      ['everything', { alias_domain: '.org', length: -1, offset: 1 }, ['admin', 'anna', 'bert', 'carl']],
    ];
    for (const [what, params, names] of searches)
      it(`finds ${what}`, async () => {
        const found = returned(await call('listByAliasDomain', params)).map(idOf);
        expect(found).to.deep.equal(names.map((name) => id[name]));
      });

    it('answers only ids, and needs a domain', async () => {
      const [user] = returned(await call('listByAliasDomain', { alias_domain: 'sub.other.org' }));
      const valued = Object.entries(scalars(user)).filter(([, value]) => value !== null);
      expect(Object.fromEntries(valued)).to.deep.equal({ ...listedUser, id: String(id['anna']) });
      const invalid = 'Invalid alias domain';
      expectFault(await call('listByAliasDomain', {}), 'InvalidDataException', invalid);
      expectFault(await call('listByAliasDomain', { alias_domain: null }), 'InvalidDataException', invalid);
    });

    it('changeMailAddressPersonal is accepted and shows nowhere', async () => {
      const user = { id: id['anna'] ?? 0 };
      const before = (await call('getData', { user })).xml;
      for (const personal of ['Anna of Example', '', null, undefined]) {
        expectDone(await call('changeMailAddressPersonal', { user, personal }));
        expect((await call('getData', { user })).xml).to.equal(before);
      }
    });

    it('both refuse unknown users and wrong callers', async () => {
      const operation = 'changeMailAddressPersonal';
      const unknown = await call(operation, { user: { id: 4711 }, personal: 'x' });
      expectFault(unknown, 'NoSuchUserException', `No such user 4711 in context ${world.contextId}`);
      expectFault(await call(operation, { personal: 'x' }), 'InvalidDataException', NO_DATA);
      const anna = { login: 'anna', password: 'pw-anna' };
      const own = await call(operation, { user: { id: id['anna'] ?? 0 }, personal: 'x' }, anna);
      expectFault(own, 'InvalidCredentialsException', 'Authentication failed');
      const list = await call('listByAliasDomain', { alias_domain: 'x' }, anna);
      expectFault(list, 'InvalidCredentialsException', 'Authentication failed');
    });
  });

describe('wire: capabilities of users (docs/contract/access.md#3)', function () {
  this.timeout(60_000);
  let world: World;
  let user: { id: number };
  before(async () => (world = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' })));
  after(() => world?.stop());
  let serial = 0;
  beforeEach(async () => {
    user = { id: await world.newUser(`user${(serial += 1)}`) };
  });

  const call = (operation: string, params: SoapParams, as: Credentials = world.reseller) =>
    world.soap.call(SERVICE, operation, { ctx: world.ctx, user, ...params }, as);
  const read = async (more: SoapParams = {}) => returnedOne(await call('getUserCapabilities', more)).text;
  const change = (capsToAdd?: string, capsToRemove?: string, capsToDrop?: string) =>
    call('changeCapabilities', { capsToAdd, capsToRemove, capsToDrop });

  it('are none at first, said with the ids as sent', async () => {
    const none = (id: string) => `There are no capabilities set for user ${id} in context ${world.contextId}`;
    expect(await read()).to.equal(none(String(user.id)));
    expect(await read({ user: { name: `user${serial}` } })).to.equal(none('null'));
  });

  it('are stored, denied and forgotten', async () => {
    expectDone(await change('Guard, documents,guard'));
    expect(await read()).to.equal('documents, guard');
    expectDone(await change('drive', 'guard'));
    expect(await read()).to.equal('-guard, documents, drive');
    expectDone(await change(undefined, undefined, '"guard, DRIVE"'));
    expect(await read()).to.equal('documents');
    expectDone(await change('both', 'both', 'documents'));
    expect(await read()).to.equal('both');
    expectDone(await change('', '', 'both,unknown'));
    expect(await read()).to.match(/^There are no capabilities/);
  });

  it('do not show among the attributes, and go with the user', async () => {
    expectDone(await change('guard'));
    const data = await world.getUser(user.id);
    expect(attributeMap(child(data, 'userAttributes'))).to.deep.equal({});
    expect(texts(data, 'capabilities')).to.deep.equal([]);
    expectDone(await call('delete', { reassign: 0 }));
    expectFault(await call('getUserCapabilities', {}), 'NoSuchUserException', /^No such user/);
  });

  it('refuse the names of permissions, save to drop them', async () => {
    const refused = (names: string) =>
      new RegExp(
        `^PERM-0002 Categories=USER_INPUT Message='The capabilities '${names}' ` +
          "are in conflict with permissions! Permissions must not be defined as capabilities.' exceptionID=",
      );
    expectFault(await change('guard,InfoStore'), 'InvalidDataException', refused('infostore'));
    expectFault(await change('', 'contacts'), 'InvalidDataException', refused('contacts'));
    expectDone(await change('', '', 'contacts'));
    expect(await read()).to.match(/^There are no capabilities/);
  });

  it('refuse what says nothing or names nobody', async () => {
    for (const empty of ['', '""', ' , '])
      expectFault(await change(empty, empty), 'InvalidDataException', 'No capabilities specified.');
    const capsToAdd = 'guard';
    const invalid = 'InvalidDataException';
    const nothing = await call('changeCapabilities', { ctx: undefined, user: undefined });
    expectFault(nothing, invalid, 'No capabilities specified.');
    expectFault(await call('changeCapabilities', { capsToAdd, ctx: undefined }), invalid, 'Missing context.');
    expectFault(await call('changeCapabilities', { capsToAdd, user: undefined }), invalid, 'Missing user.');
    expectFault(await call('getUserCapabilities', { user: undefined }), invalid, 'Missing user.');
    const unknown = await call('changeCapabilities', { capsToAdd, user: { id: 4711 } });
    expectFault(unknown, 'NoSuchUserException', `No such user 4711 in context ${world.contextId}`);
    const self = { login: `user${serial}`, password: `pw-user${serial}` };
    const own = await call('changeCapabilities', { capsToAdd }, self);
    expectFault(own, 'InvalidCredentialsException', 'Authentication failed');
  });
});

/** The flags in the order of the bits (docs/behaviour.md). */
describe('wire: changeModuleAccessGlobal (docs/contract/access.md#2)', function () {
  this.timeout(60_000);
  let world: World;
  let pim = 0;
  let webmail = 0;
  let other = 0;
  beforeEach(async () => {
    world = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' });
    other = await world.newContext('reseller1_other');
    pim = await newUser('pim', world.contextId);
    webmail = await newUser('webmail', other);
  });
  afterEach(() => world?.stop());

  const newUser = async (name: string, contextId: number) => {
    const params = { ctx: { id: contextId }, usrdata: userData(name), access_combination_name: name };
    return idOf(returnedOne(await world.users('createByModuleAccessName', params)));
  };
  const change = (filter: string | undefined, add: SoapParams | undefined, remove: SoapParams | undefined) =>
    world.soap.call(
      SERVICE,
      'changeModuleAccessGlobal',
      { filter, addAccess: add, removeAccess: remove },
      world.master,
    );
  const flags = async (contextId: number, id: number) => {
    const params = { ctx: { id: contextId }, user: { id } };
    return scalars(returnedOne(await world.users('getModuleAccess', params)));
  };

  it('touches everybody everywhere without a filter, and only what is named', async () => {
    const before = [await flags(world.contextId, pim), await flags(other, webmail)];
    expectDone(await change(undefined, { infostore: true, calendar: false }, { webmail: true }));
    const change1 = { infostore: 'true', webmail: 'false' };
    expect(await flags(world.contextId, pim)).to.deep.equal({ ...before[0], ...change1 });
    expect(await flags(other, webmail)).to.deep.equal({ ...before[1], ...change1 });
    expect(await flags(other, 2)).to.include(change1);
  });

  it('touches those with a combination, by name', async () => {
    expectDone(await change('pim', { infostore: true, webdav: true }, {}));
    const name = { ctx: world.ctx, user: { id: pim } };
    expect(returnedOne(await world.users('getAccessCombinationName', name)).text).to.equal('pim_infostore');
    expect((await flags(other, webmail))['infostore']).to.equal('false');
  });

  it('touches those with a bit mask', async () => {
    // webmail, contacts, editPassword, collectEmailAddresses; globalAddressBookDisabled is no bit.
    const mask = 1 + 4 + 1_048_576 + 2_097_152;
    expectDone(await change(String(mask + 64), { tasks: true }, {}));
    expect((await flags(other, webmail))['tasks']).to.equal('false', 'nobody has that bit');
    expectDone(await change(String(mask), { tasks: true }, {}));
    expect((await flags(other, webmail))['tasks']).to.equal('true');
    expectDone(await change(String(mask), { vcard: true }, {}));
    expect((await flags(other, webmail))['vcard']).to.equal('false', 'no longer exactly the mask');
    expect((await flags(world.contextId, pim))['vcard']).to.equal('false');
  });

  it('leaves what is both added and removed as it is', async () => {
    expectDone(await change('', { webmail: true, tasks: true }, { webmail: true, tasks: true }));
    expect(await flags(other, webmail)).to.include({ webmail: 'true', tasks: 'false' });
  });

  it('leaves publicFolderEditable to context admins', async () => {
    const alone = await world.newContext('reseller1_alone');
    expectDone(await change('', { publicFolderEditable: true }, {}));
    expect((await flags(alone, 2))['publicFolderEditable']).to.equal('true');
    expect((await flags(other, 2))['publicFolderEditable']).to.equal('false', 'there are ordinary users');
    expect((await flags(other, webmail))['publicFolderEditable']).to.equal('false');
  });

  it('refuses what is missing, unknown or not to be changed', async () => {
    const invalid = 'InvalidDataException';
    expectFault(await change('', undefined, {}), invalid, 'Some parameters are null');
    expectFault(await change('', {}, undefined), invalid, 'Some parameters are null');
    expectFault(await change('nix', {}, {}), invalid, 'No such access combination name "nix"');
    const fixed = '"GlobalAddressBookDisabled" can not be changed with this method.';
    expectFault(await change('', { globalAddressBookDisabled: true }, {}), invalid, fixed);
    expectFault(await change('', {}, { globalAddressBookDisabled: true }), invalid, fixed);
  });

  it('is for the master admin only', async () => {
    const params = { addAccess: {}, removeAccess: {} };
    for (const as of [world.reseller, world.contextAdmin, { ...world.master, password: 'wrong' }]) {
      const answer = await world.soap.call(SERVICE, 'changeModuleAccessGlobal', params, as);
      expectFault(answer, 'InvalidCredentialsException', /^[Aa]uthentication failed/);
    }
  });
});
