import { expect } from 'chai';
import { fieldsOf } from '../../support/wire/contract-snapshot.js';
import { expectDone, expectFault, returnedOne, type SoapAnswer } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { idOf, userData, World } from '../fixtures.js';

const webmail = 'webmail contacts globaladdressbookdisabled collectemailaddresses editpassword';
const pim = `${webmail} calendar tasks multiplemailaccounts subscription publication`;
const standard =
  'webmail calendar contacts infostore tasks webdav ical vcard readcreatesharedfolders delegatetask ' +
  'editpublicfolders editgroup editresource editpassword collectemailaddresses multiplemailaccounts ' +
  'subscription publication';
const premium = `${standard} webdavxml syncml usm olox20 activesync`;
/** docs/contract/access.md#1-2; `all` without publicFolderEditable, which only an admin keeps. */
const COMBINATIONS: Record<string, string> = {
  webmail,
  pim,
  pim_infostore: `${pim} infostore webdav`,
  pim_mobility: `${pim} syncml usm activesync`,
  groupware_standard: standard,
  groupware_premium: premium,
  all: premium,
  drive: 'infostore deniedportal contacts collectemailaddresses',
};
const FLAGS = fieldsOf('dat:UserModuleAccess').map((field) => field.name);

function flagsOf(keys: string): Record<string, string> {
  const on = new Set(keys.split(' '));
  return Object.fromEntries(FLAGS.map((flag) => [flag, String(on.has(flag.toLowerCase()))]));
}

describe('wire: module access (docs/contract/access.md#1)', function () {
  this.timeout(60_000);
  let world: World;
  before(async () => (world = await World.start()));
  after(() => world.stop());
  const read = async (id: number, contextId = world.contextId) =>
    scalars(returnedOne(await world.users('getModuleAccess', { ctx: { id: contextId }, user: { id } })));
  const nameOf = async (id: number) =>
    returnedOne(await world.users('getAccessCombinationName', { ctx: world.ctx, user: { id } }));
  const createByName = (name: string, combination: string): Promise<SoapAnswer> =>
    world.users('createByModuleAccessName', {
      ctx: world.ctx,
      usrdata: userData(name),
      access_combination_name: combination,
    });

  for (const [combination, keys] of Object.entries(COMBINATIONS)) {
    it(`${combination} grants exactly its modules`, async () => {
      const id = idOf(returnedOne(await createByName(`user-${combination}`, ` ${combination} `)));
      expect(await read(id)).to.deep.equal(flagsOf(keys));
      expect((await nameOf(id)).nil, 'a name is found again').to.equal(false);
    });
  }
  for (const combination of [
    'cloud_pim',
    'cloud_productivity',
    'webmail_plus',
    'pim_plus',
    'groupware_plus',
    'premium',
    'groupware',
  ]) {
    it(`${combination} is known`, async () => {
      const id = idOf(returnedOne(await createByName(`user-${combination}`, combination)));
      expect((await nameOf(id)).nil).to.equal(false);
    });
  }

  const partial = { webmail: true, calendar: false };
  const partialResult = Object.fromEntries(
    FLAGS.map((flag) => [
      flag,
      String(
        !['calendar', 'globalAddressBookDisabled', 'publicFolderEditable', 'deniedPortal'].includes(flag),
      ),
    ]),
  );
  it('a partial object defaults the omitted flags to true, three to false', async () => {
    const params = { ctx: world.ctx, usrdata: userData('partial'), access: partial };
    const id = idOf(returnedOne(await world.users('createByModuleAccess', params)));
    expect(await read(id)).to.deep.equal(partialResult);
    expect((await nameOf(id)).nil, 'no combination has these flags').to.equal(true);
  });

  it('changeByModuleAccess does not keep stored values either', async () => {
    const id = idOf(returnedOne(await createByName('changing', 'webmail')));
    const params = { ctx: world.ctx, user: { id }, moduleAccess: partial };
    expectDone(await world.users('changeByModuleAccess', params));
    expect(await read(id)).to.deep.equal(partialResult);
  });

  it('an object from getModuleAccess can be sent back', async () => {
    const id = idOf(returnedOne(await createByName('roundtrip', 'pim')));
    const got = returnedOne(await world.users('getModuleAccess', { ctx: world.ctx, user: { id } }));
    expectDone(
      await world.users('changeByModuleAccess', { ctx: world.ctx, user: { id }, moduleAccess: got }),
    );
    expect(await read(id)).to.deep.equal(flagsOf(pim));
  });

  it('changeByModuleAccessName sets the modules and refuses bad names', async () => {
    const id = idOf(returnedOne(await createByName('byname', 'webmail')));
    const change = (access_combination_name: string | null) =>
      world.users('changeByModuleAccessName', { ctx: world.ctx, user: { id }, access_combination_name });
    expectDone(await change('pim'));
    expect(await read(id)).to.deep.equal(flagsOf(pim));
    expectFault(await change(null), 'InvalidDataException', 'User or UserModuleAccess is null');
    expectFault(await change('  '), 'InvalidDataException', 'User or UserModuleAccess is null');
    const text = 'No such access combination name "nonsense"';
    expectFault(await change('nonsense'), 'InvalidDataException', text);
    const params = { ctx: world.ctx, user: { id } };
    const missing = await world.users('changeByModuleAccess', params);
    expectFault(missing, 'InvalidDataException', 'User or UserModuleAccess is null');
    expect(await read(id)).to.deep.equal(flagsOf(pim));
  });

  it('flags with publicFolderEditable are refused for an ordinary user, and change nothing', async () => {
    const id = await world.newUser('editable');
    const before = await read(id);
    const access = { ...before, publicFolderEditable: true };
    const refused = await world.users('changeByModuleAccess', {
      ctx: world.ctx,
      user: { id },
      moduleAccess: access,
    });
    expectFault(
      refused,
      'StorageException',
      /^FLD-0089 Categories=PERMISSION_DENIED .* context administrator\./,
    );
    expect(await read(id)).to.deep.equal(before);
  });

  it('create copies the flags of the context admin, publicFolderEditable excepted', async () => {
    const answer = await world.contexts('createModuleAccessByName', {
      ctx: { name: 'reseller1_all', maxQuota: 10 },
      admin_user: userData('alladmin'),
      access_combination_name: 'all',
    });
    const contextId = idOf(returnedOne(answer));
    expect(await read(2, contextId)).to.deep.equal(flagsOf(`${premium} publicfoldereditable`));
    const id = await world.newUser('copied', {}, contextId);
    expect(await read(id, contextId)).to.deep.equal(flagsOf(premium));
  });

  it('a context made by a module access object gives it to its admin', async () => {
    const access = Object.fromEntries(FLAGS.map((flag) => [flag, flag === 'webmail' || flag === 'tasks']));
    const answer = await world.contexts('createModuleAccess', {
      ctx: { name: 'reseller1_access', maxQuota: 10 },
      admin_user: userData('accessadmin'),
      access,
    });
    const contextId = idOf(returnedOne(answer));
    expect(await read(2, contextId)).to.deep.equal(flagsOf('webmail tasks'));
  });

  it('unknown users', async () => {
    const asked = { ctx: world.ctx, user: { id: 999 } };
    for (const operation of ['getModuleAccess', 'getAccessCombinationName']) {
      const text = new RegExp(`No such user 999 in context ${world.contextId}`);
      expectFault(await world.users(operation, asked), 'NoSuchUserException', text);
    }
  });
});
