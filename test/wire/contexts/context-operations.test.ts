import { expect } from 'chai';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { attributeMap, child, scalars, texts, writeXml, type XmlNode } from '../../support/wire/xml-tree.js';
import { adminData, idOf, userData, World, type Login } from '../fixtures.js';

/** Hashing is what making many users and admins costs. */
const fast = { passwordMech: 'SHA-512' };

describe('wire: the rest of the context operations (docs/contract/contexts.md#4, docs/contract/wire.md#9)', function () {
  this.timeout(90_000);
  let world: World;
  const rival: Login = { login: 'rival', password: 'rival-secret' };
  const plain = (operation: string, params: SoapParams, as: Login = world.master) =>
    world.soap.call('OXContextService', operation, params, as);
  const getData = async (id: number, as = world.reseller): Promise<XmlNode> =>
    returnedOne(await world.contexts('getData', { ctx: { id } }, as));
  const newContext = async (name: string, as = world.reseller, ctx: SoapParams = {}): Promise<number> => {
    const params = { ctx: { name, maxQuota: 1, ...ctx }, admin_user: adminData(name, fast) };
    return idOf(returnedOne(await world.contexts('create', params, as)));
  };

  before(async () => {
    world = await World.start();
    await world.newReseller(rival);
  });
  after(() => world.stop());

  describe('pages', () => {
    let ids: number[];
    before(async () => {
      ids = [];
      for (const name of ['page_a', 'page_b', 'page_c']) ids.push(await newContext(name));
    });
    const page = async (offset: string | null | undefined, length: string | null | undefined) =>
      returned(await world.contexts('listPage', { search_pattern: 'page_*', offset, length })).map(idOf);
    it('cuts out of the ascending ids', async () => {
      expect(await page('0', '2')).to.deep.equal(ids.slice(0, 2));
      expect(await page('1', '2')).to.deep.equal(ids.slice(1));
      expect(await page('2', '100')).to.deep.equal(ids.slice(2));
      expect(await page('3', '1')).to.deep.equal([]);
      expect(await page('1', '0')).to.deep.equal([]);
      expect(await page(undefined, '1')).to.deep.equal(ids.slice(0, 1));
    });
    it('absent, blank or negative is everything', async () => {
      for (const [offset, length] of [
        [undefined, undefined],
        [null, null],
        ['', ' '],
        ['-1', '1'],
        ['1', '-1'],
      ] as const)
        expect(await page(offset, length), `${offset} ${length}`).to.deep.equal(ids);
    });
    it('listPageAll and a blank pattern take all of the caller', async () => {
      const all = returned(await world.contexts('listAll', {})).map(idOf);
      const paged = async (operation: string, more: SoapParams) =>
        returned(await world.contexts(operation, { offset: '1', length: '2', ...more })).map(idOf);
      expect(await paged('listPageAll', {})).to.deep.equal(all.slice(1, 3));
      expect(await paged('listPage', { search_pattern: ' ' })).to.deep.equal(all.slice(1, 3));
      expect(await paged('listPage', { search_pattern: null })).to.deep.equal(all.slice(1, 3));
      const others = returned(await world.contexts('listPageAll', {}, rival)).map(idOf);
      expect(others.filter((id) => all.includes(id))).to.deep.equal([]);
    });
    it('no number is refused, but only told to somebody who may ask', async () => {
      for (const [offset, length] of [
        ['x', '1'],
        ['1', '1.5'],
        ['1', '2147483648'],
      ])
        for (const operation of ['listPage', 'listPageAll'])
          expectFault(
            await world.contexts(operation, { offset, length }),
            'StorageException',
            'Invalid integer parameter',
          );
      const wrong = { login: 'reseller1', password: 'wrong' };
      const refused = await world.contexts('listPageAll', { offset: 'x' }, wrong);
      expectFault(refused, 'InvalidCredentialsException', 'authentication failed');
    });
  });

  it('existsInServer answers like exists, but tells resellers nothing of others', async () => {
    for (const ctx of [
      { id: world.contextId },
      { name: 'reseller1_acme' },
      { id: 99_999 },
      { name: 'ghost' },
    ]) {
      const [exists, inServer] = await Promise.all(
        ['exists', 'existsInServer'].map(async (operation) =>
          returnedOne(await world.contexts(operation, { ctx })),
        ),
      );
      expect(inServer?.text).to.equal(exists?.text);
      expect(returnedOne(await plain('existsInServer', { ctx })).text).to.equal(exists?.text);
    }
    const other = await world.contexts('existsInServer', { ctx: world.ctx }, rival);
    expect(returnedOne(other).text).to.equal('false');
  });

  it('disableAll and enableAll touch the own contexts of a reseller, and all for the master', async () => {
    const mine = await newContext('all_mine');
    const theirs = await newContext('all_theirs', rival);
    const masters = await newContext('all_masters', world.master);
    const states = async () =>
      Promise.all(
        [mine, theirs, masters].map(async (id) => scalars(await getData(id, world.master))['enabled']),
      );
    expectDone(await world.contexts('disableAll', {}));
    expectDone(await world.contexts('disableAll', {}));
    expect(await states()).to.deep.equal(['false', 'true', 'true']);
    expectDone(await world.contexts('disableAll', {}, world.master));
    expect(await states()).to.deep.equal(['false', 'false', 'false']);
    expectDone(await world.contexts('enableAll', {}, rival));
    expect(await states()).to.deep.equal(['false', 'true', 'false']);
    expectDone(await plain('enableAll', {}));
    expect(await states()).to.deep.equal(['true', 'true', 'true']);
    for (const operation of ['enableAll', 'disableAll']) {
      for (const service of ['OXContextService', 'OXResellerContextService']) {
        const refused = await world.soap.call(service, operation, {}, { login: 'nobody', password: '' });
        expectFault(refused, 'InvalidCredentialsException', 'authentication failed');
      }
    }
    expect(await states()).to.deep.equal(['true', 'true', 'true']);
  });

  it('downgrade has nothing to remove and changes nothing', async () => {
    const before = writeXml(await getData(world.contextId));
    expectDone(await world.contexts('downgrade', { ctx: world.ctx }));
    expect(writeXml(await getData(world.contextId))).to.equal(before);
  });

  describe('module access', () => {
    let id: number;
    let userId: number;
    before(async () => {
      id = await newContext('modules');
      userId = await world.newUser('modules', fast, id);
    });
    const ofContext = async () => returnedOne(await world.contexts('getModuleAccess', { ctx: { id } }));
    const ofUser = async () =>
      returnedOne(await world.users('getModuleAccess', { ctx: { id }, user: { id: userId } }));
    const nameOf = async () => {
      const node = returnedOne(await world.contexts('getAccessCombinationName', { ctx: { id } }));
      return node.nil ? null : node.text;
    };
    it('is that of the admin', async () => {
      expect(await nameOf()).to.equal('webmail_plus');
      expect(scalars(await ofContext())).to.include({ webmail: 'true', infostore: 'false' });
    });
    it('by name: for every user; with an ordinary one there, not even the admin has publicFolderEditable', async () => {
      const params = { ctx: { id }, access_combination_name: ' all ' };
      expectDone(await world.contexts('changeModuleAccessByName', params));
      expect(await nameOf()).to.equal('all');
      expect(scalars(await ofContext())).to.include({ infostore: 'true', publicFolderEditable: 'false' });
      expect(scalars(await ofUser())).to.include({ infostore: 'true', publicFolderEditable: 'false' });
    });
    it('by flags: a whole object with one change comes back', async () => {
      const access = await ofContext();
      const infostore = child(access, 'infostore');
      if (infostore) infostore.text = 'false';
      expectDone(await world.contexts('changeModuleAccess', { ctx: { id }, access }));
      expect(writeXml(await ofContext())).to.equal(writeXml(access));
      expect(scalars(await ofUser())['infostore']).to.equal('false');
      expect(await nameOf()).to.equal(null);
      const rest = returnedOne(await world.contexts('getModuleAccess', { ctx: world.ctx }));
      expect(scalars(rest)['activeSync'], 'other contexts keep theirs').to.equal('false');
    });
    it('leaving out flags sets their defaults', async () => {
      expectDone(await world.contexts('changeModuleAccess', { ctx: { id }, access: { webmail: false } }));
      const flags = scalars(await ofUser());
      expect(flags).to.include({ webmail: 'false', infostore: 'true', globalAddressBookDisabled: 'false' });
    });
    it('refuses what it cannot know', async () => {
      const byName = (access_combination_name: string | null | undefined) =>
        world.contexts('changeModuleAccessByName', { ctx: { id }, access_combination_name });
      const text = 'No such access combination name "nonsense"';
      expectFault(await byName(' nonsense '), 'InvalidDataException', text);
      expectFault(await byName(' '), 'InvalidDataException', 'Invalid access combination name');
      const missing = 'Invalid data sent!';
      expectFault(await byName(null), 'InvalidDataException', missing);
      expectFault(
        await world.contexts('changeModuleAccess', { ctx: { id } }),
        'InvalidDataException',
        missing,
      );
    });
    it('a restriction holds here, too, and nothing is changed when it is hit', async () => {
      const restriction = [{ name: 'Context.MaxUserByModuleaccess_pim', value: '1' }];
      expectDone(await world.contexts('change', { ctx: { id, restriction } }));
      const before = writeXml(await ofUser());
      const params = { ctx: { id }, access_combination_name: 'pim' };
      const refused = await world.contexts('changeModuleAccessByName', params);
      expectFault(refused, 'StorageException', /Maximum overall number of users by moduleaccess reached/);
      expect(writeXml(await ofUser())).to.equal(before);
    });
  });

  describe('change', () => {
    const change = (ctx: SoapParams) => world.contexts('change', { ctx });
    const mappings = async (id: number) => texts(await getData(id), 'loginMappings');
    it('a new name becomes a mapping; sent mappings replace the former ones', async () => {
      const id = await newContext('old_name');
      expect(await mappings(id)).to.have.members(['old_name']);
      expectDone(await change({ id, name: 'new_name' }));
      expect(scalars(await getData(id))['name']).to.equal('new_name');
      expect(await mappings(id)).to.have.members(['old_name', 'new_name']);
      expectDone(await change({ id, name: 'newer_name', loginMappings: ['only'] }));
      expect(await mappings(id)).to.have.members(['only', 'newer_name']);
      expectDone(await change({ id, loginMappings: ['other'] }));
      expect(await mappings(id)).to.have.members(['other', 'newer_name']);
      const [listed] = returned(await world.contexts('list', { search_pattern: 'newer_name' }));
      expect(listed && texts(listed, 'loginMappings'), 'the id is one for good').to.have.members([
        'other',
        'newer_name',
        String(id),
      ]);
      expect(returnedOne(await world.contexts('exists', { ctx: { name: 'old_name' } })).text).to.equal(
        'false',
      );
      await newContext('old_name');
    });
    it('a name that is the mapping of another is refused, and nothing is changed', async () => {
      const id = await newContext('unlucky');
      await newContext('mapped', world.reseller, { loginMappings: ['taken.map'] });
      const text = 'A mapping with login info "taken.map" already exists in the system!';
      expectFault(await change({ id, name: 'taken.map', maxQuota: 77 }), 'StorageException', text);
      expect(scalars(await getData(id))).to.include({ name: 'unlucky', maxQuota: '1' });
    });
    it('an average size that is sent says nothing', async () => {
      for (const average_size of [-1, '9223372036854775807'])
        expectDone(await change({ ...world.ctx, average_size }));
      expect(scalars(await getData(world.contextId))['average_size']).to.equal('200');
    });
    it('every member comes back, and so does the whole object, in both services', async () => {
      const id = await newContext('round', world.reseller, {
        gabMode: 'global',
        average_size: 55,
        customid: 'c-1',
        userAttributes: { config: { k: 'v' }, taxonomy: { types: 'a' } },
        restriction: [{ name: 'Context.MaxUser', value: '9' }],
      });
      const seen = { gabMode: null, average_size: '200', customid: 'c-1' };
      const whole = await getData(id);
      expect(scalars(whole)).to.include(seen);
      expectDone(await world.contexts('change', { ctx: whole }));
      expect(writeXml(await getData(id))).to.equal(writeXml(whole));
      const short = returnedOne(await plain('getData', { ctx: { id } }));
      expect(scalars(short)).to.include({ gabMode: null, average_size: '200', name: 'round' });
      expect(attributeMap(short)).to.deep.equal({ config: { k: 'v' }, taxonomy: { types: 'a' } });
      expectDone(await plain('change', { ctx: short }));
      expect(writeXml(await getData(id))).to.equal(writeXml(whole));
      expectDone(await change({ id, gabMode: 'individual', average_size: 7, customid: '' }));
      const after = scalars(await getData(id));
      expect(after).to.include({ gabMode: null, average_size: '200', name: 'round' });
      expect(after['customid'] ?? '').to.equal('');
    });
  });

  describe('the plain service', () => {
    it('creates, lists and deletes like its twin', async () => {
      const params = {
        ctx: { maxQuota: 5, name: 'plain_one' },
        admin_user: adminData('plain_one', fast),
        access_combination_name: 'pim',
      };
      const id = idOf(returnedOne(await plain('createModuleAccessByName', params)));
      expect(returned(await plain('list', { search_pattern: 'plain_*' })).map(idOf)).to.deep.equal([id]);
      expect(returnedOne(await plain('getAccessCombinationName', { ctx: { id } })).text).to.equal('pim');
      const made = await world.users('create', { ctx: { id }, usrdata: userData('p', fast) }, world.master);
      expect(idOf(returnedOne(made))).to.equal(3);
      expectDone(await plain('delete', { ctx: { id } }));
      const text = `Context ${id} does not exist`;
      expectFault(await plain('getData', { ctx: { id } }), 'NoSuchContextException', text);
    });

    it('getAdminId', async () => {
      for (const ctx of [{ id: world.contextId }, { name: 'reseller1_acme' }])
        for (const as of [world.master, world.reseller])
          expect(returnedOne(await plain('getAdminId', { ctx }, as)).text).to.equal('2');
      const ghost = await plain('getAdminId', { ctx: { name: 'ghost' } });
      expectFault(ghost, 'NoSuchContextException', 'No such context ghost');
    });

    it('checkCountsConsistency is for the master', async () => {
      const params = { checkDatabaseCounts: true, checkFilestoreCounts: true };
      expectDone(await plain('checkCountsConsistency', params));
      const refused = await plain('checkCountsConsistency', params, world.reseller);
      expectFault(refused, 'InvalidCredentialsException', 'Authentication failed');
    });

    it('capabilities: add, deny, forget', async () => {
      const ctx = world.ctx;
      const read = async () =>
        returnedOne(await plain('getContextCapabilities', { ctx }, world.reseller)).text;
      const set = async (capsToAdd?: string, capsToRemove?: string, capsToDrop?: string) =>
        expectDone(
          await plain('changeCapabilities', { ctx, capsToAdd, capsToRemove, capsToDrop }, world.reseller),
        );
      const nothing = `There are no capabilities set for context ${world.contextId}`;
      expect(await read()).to.equal(nothing);
      await set('"Guard-Mail, drive_x"', 'b');
      expect(await read()).to.equal('-b, drive_x, guard-mail');
      await set('b', 'guard-mail', 'drive_x');
      expect(await read()).to.equal('-guard-mail, b');
      await set('b', 'b', 'guard-mail');
      expect(await read()).to.equal('b');
      await set(undefined, undefined, 'b,unknown');
      expect(await read()).to.equal(nothing);
      expect(attributeMap(await getData(world.contextId))).to.deep.equal({});
      const byName = await plain('getContextCapabilities', { ctx: { name: 'reseller1_acme' } });
      expect(returnedOne(byName).text).to.equal('There are no capabilities set for context null');
    });

    it('capabilities: what is refused', async () => {
      const set = (more: SoapParams, as?: Login) =>
        plain('changeCapabilities', { ctx: world.ctx, ...more }, as);
      expectFault(await set({}), 'InvalidDataException', 'No capabilities specified.');
      expectFault(
        await plain('changeCapabilities', { capsToAdd: 'x' }),
        'InvalidDataException',
        'Missing context.',
      );
      expectFault(await set({ capsToAdd: 'x,infostore' }), 'InvalidDataException', /PERM-0002.*'infostore'/);
      expectFault(await set({ capsToRemove: 'WebMail' }), 'InvalidDataException', /PERM-0002.*'webmail'/);
      const ghost = await plain('changeCapabilities', { ctx: { name: 'ghost' }, capsToAdd: 'x' });
      expectFault(ghost, 'NoSuchContextException', 'No such context ghost');
      const other = await set({ capsToAdd: 'x' }, rival);
      expectFault(other, 'InvalidCredentialsException', 'Authentication failed');
    });
  });

  it('changeQuota wants an id, then says what is wrong with the quota, then who may', async () => {
    const quota = (more: SoapParams, as: Login = world.master) =>
      plain('changeQuota', { ctx: world.ctx, module: 'task', quotaValue: '5', ...more }, as);
    for (const ctx of [undefined, {}, { name: 'reseller1_acme' }])
      for (const as of [world.master, world.contextAdmin])
        expectFault(
          await quota({ ctx, module: 'x' }, as),
          'InvalidCredentialsException',
          'Client sent invalid context data object',
        );
    const values: [SoapParams, string | undefined, string][] = [
      [{ module: undefined }, 'InvalidDataException', 'Missing quota module.'],
      [{ module: ' ' }, 'InvalidDataException', 'No valid module specified.'],
      [{ quotaValue: '' }, 'InvalidDataException', 'Missing quota value.'],
      [{ quotaValue: '1.5' }, undefined, 'Invalid quota value.'],
    ];
    for (const [more, exception, text] of values)
      for (const ctx of [world.ctx, { id: 99_999 }])
        expectFault(await quota({ ctx, ...more }), exception, text);
    for (const as of [rival, world.contextAdmin, { ...world.master, password: 'x' }])
      for (const ctx of [world.ctx, { id: 99_999 }])
        expectFault(await quota({ ctx }, as), 'InvalidCredentialsException', 'Authentication failed');
    expectFault(
      await quota({ ctx: { id: 99_999 } }),
      'NoSuchContextException',
      'Context 99999 does not exist',
    );
  });

  describe('who may', () => {
    const operations: [operation: string, more: SoapParams, onlyPlain?: true][] = [
      ['downgrade', {}],
      ['changeModuleAccess', { access: { webmail: true } }],
      ['changeModuleAccessByName', { access_combination_name: 'nonsense' }],
      ['getModuleAccess', {}],
      ['getAccessCombinationName', {}],
      ['listQuota', {}],
      ['changeCapabilities', {}, true],
      ['getContextCapabilities', {}, true],
      ['getAdminId', {}, true],
    ];
    for (const [operation, more, onlyPlain] of operations) {
      const call = (ctx: SoapParams | undefined, as: Login): Promise<SoapAnswer> =>
        onlyPlain ? plain(operation, { ctx, ...more }, as) : world.contexts(operation, { ctx, ...more }, as);
      it(`${operation}: neither strangers nor the context's own admin`, async () => {
        const strangers = [
          rival,
          world.contextAdmin,
          { login: 'nobody', password: 'x' },
          { ...world.master, password: 'x' },
        ];
        for (const as of strangers)
          for (const ctx of [world.ctx, { name: 'reseller1_acme' }])
            if (as !== rival || 'id' in ctx || operation === 'listQuota')
              expectFault(await call(ctx, as), 'InvalidCredentialsException', 'Authentication failed');
            else expectFault(await call(ctx, as), 'NoSuchContextException', /No such context reseller1_acme/);
        for (const ctx of [{ id: 99_999 }, { name: 'ghost' }])
          for (const as of strangers.slice(1))
            expectFault(await call(ctx, as), 'InvalidCredentialsException', 'Authentication failed');
      });
      it(`${operation}: the master admin is told what is missing`, async () => {
        expectFault(
          await call({ id: 99_999 }, world.master),
          'NoSuchContextException',
          'Context 99999 does not exist',
        );
        const named = await call({ name: 'ghost' }, world.master);
        expectFault(named, 'NoSuchContextException', /No such context ghost; exceptionId/);
        const none = await call(undefined, world.master);
        const isDeclared = operation !== 'getAdminId';
        const exception = isDeclared ? 'InvalidDataException' : undefined;
        expectFault(none, exception, /^(Context is null|Missing context\.)/);
      });
    }
  });
});
