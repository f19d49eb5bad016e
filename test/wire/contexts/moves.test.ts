import { expect } from 'chai';
import type { FileUsage } from '../../support/file-usage.js';
import { expectDone, expectFault, returnedOne, type SoapParams } from '../../support/wire/raw-soap.js';
import { idOf, unifiedQuota, type World } from '../fixtures.js';
import { Storages, userMoves, type UserMove } from './storages.js';

const mb = 1024 * 1024;

describe('wire: moves of file storages (docs/contract/quota.md#3-4)', function () {
  this.timeout(60_000);
  let storages: Storages;
  let world: World;
  let usage: FileUsage;
  let contextId: number;
  before(async () => {
    storages = await Storages.start();
    ({ world, usage } = storages);
  });
  after(() => storages.stop());
  beforeEach(async () => {
    contextId = await storages.newContext();
  });
  const newUser = (more?: SoapParams) => storages.newUser(contextId, more);
  const moved = (operation: UserMove, id: number, more?: SoapParams) =>
    storages.moved(contextId, operation, id, more);
  const move = (operation: UserMove, id: number, more?: SoapParams) =>
    storages.move(contextId, operation, id, more);
  const read = (id: number) => storages.read(contextId, id);

  it('there and back: what a user holds goes along, the sum stays', async () => {
    const id = await newUser();
    const other = await newUser();
    usage.addToContext(contextId, id, 3 * mb);
    usage.addToContext(contextId, other, 4 * mb);
    await moved('moveFromContextToUserFilestore', id, { max_quota: 9 });
    expect(usage.of(contextId)).to.deep.equal({ context: 4 * mb, users: { [id]: 3 * mb } });
    expect(await read(id)).to.deep.equal({
      filestoreId: '1',
      maxQuota: '9',
      usedQuota: '3',
      mailenabled: 'true',
    });
    await moved('moveUserFilestore', id, { dst_filestore_id: { id: storages.second } });
    expect(usage.of(contextId)).to.deep.equal({ context: 4 * mb, users: { [id]: 3 * mb } });
    expect(await read(id)).to.include({
      filestoreId: String(storages.second),
      maxQuota: '9',
      usedQuota: '3',
    });
    await moved('moveFromUserToContextFilestore', id);
    expect(usage.of(contextId)).to.deep.equal({ context: 7 * mb, users: {} });
    expect(await read(id)).to.include({ filestoreId: '0', maxQuota: '-1', usedQuota: null });
    await moved('moveFromContextToUserFilestore', id, { max_quota: undefined });
    expect(usage.of(contextId)).to.deep.equal({ context: 4 * mb, users: { [id]: 3 * mb } });
    expect(await read(id)).to.include({ filestoreId: '1', maxQuota: '-1' });
  });

  it('to a master user and away: one quota for both, whoever it is set for', async () => {
    const master = await newUser({ maxQuota: 50 });
    const id = await newUser({ maxQuota: 7 });
    usage.setOwn(contextId, master, 10 * mb);
    usage.setOwn(contextId, id, 2 * mb);
    await moved('moveFromUserFilestoreToMaster', id, { masterUser: { id: master } });
    expect(usage.of(contextId)).to.deep.equal({ context: 0, users: { [master]: 12 * mb } });
    expect(await read(id)).to.include({ filestoreId: '1', maxQuota: '50', usedQuota: null });
    await moved('moveUserFilestore', master, { dst_filestore_id: { id: storages.second } });
    expect(await read(id)).to.include({ filestoreId: String(storages.second) });
    for (const [changed, maxQuota] of [
      [master, 60],
      [id, 70],
    ] as const) {
      const usrdata = { id: changed, maxQuota };
      expectDone(await world.users('change', { ctx: { id: contextId }, usrdata }));
      for (const one of [master, id]) expect(await read(one)).to.include({ maxQuota: String(maxQuota) });
    }
    await moved('moveFromMasterToUserFilestore', id, { masterUser: { id: master }, max_quota: 8 });
    expect(usage.of(contextId)).to.deep.equal({ context: 0, users: { [master]: 10 * mb, [id]: 2 * mb } });
    expect(await read(id)).to.include({ filestoreId: '1', maxQuota: '8', usedQuota: '2' });
    expect(await read(master)).to.include({ filestoreId: String(storages.second), maxQuota: '70' });
  });

  it('a user in a master storage is never unified (7.2)', async () => {
    const master = await newUser({ maxQuota: 50 });
    const id = await newUser({ maxQuota: 50 });
    await moved('moveFromUserFilestoreToMaster', id, { masterUser: { id: master } });
    const on = { id, ...unifiedQuota('true') };
    expectDone(await world.users('change', { ctx: { id: contextId }, usrdata: on }));
    expectDone(await world.oxaas('setMailQuota', { ctxid: contextId, usrid: id, quota: 50 }));
    const { login, password } = world.reseller;
    const response = await fetch(`${world.url}/quota/v1/contexts/${contextId}/users/${id}`, {
      headers: { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` },
    });
    expect(((await response.json()) as { mode: string }).mode).to.equal('default');
    expectDone(await world.users('delete', { ctx: { id: contextId }, user: { id }, reassign: 0 }));
  });

  it('a quota set for a user without own storage takes what it holds along (2.5)', async () => {
    const id = await newUser();
    usage.addToContext(contextId, id, 3 * mb);
    expectDone(await world.users('change', { ctx: { id: contextId }, usrdata: { id, maxQuota: 6 } }));
    expect(usage.of(contextId)).to.deep.equal({ context: 0, users: { [id]: 3 * mb } });
  });

  it('unified quota: away from the own storage is refused, the rest is not', async () => {
    const master = await newUser({ maxQuota: 50 });
    const id = await newUser({ maxQuota: 5, ...unifiedQuota('true') });
    const sharer = await newUser({ maxQuota: 5 });
    await moved('moveFromUserFilestoreToMaster', sharer, { masterUser: { id: master } });
    const on = { id: sharer, ...unifiedQuota('true') };
    expectDone(await world.users('change', { ctx: { id: contextId }, usrdata: on }));
    const plain = await newUser(unifiedQuota('true'));
    usage.setOwn(contextId, id, 2 * mb);
    const before = await read(id);
    const veto = (user: number) =>
      new RegExp(
        `Denied to move file storage as unified quota is enabled for user ${user} in context ${contextId}`,
      );
    const masterUser = { id: master };
    expectFault(await move('moveFromUserToContextFilestore', id), 'StorageException', veto(id));
    expectFault(
      await move('moveFromUserFilestoreToMaster', id, { masterUser }),
      'StorageException',
      veto(id),
    );
    const away = await move('moveFromMasterToUserFilestore', sharer, { masterUser });
    expectFault(away, 'StorageException', veto(sharer));
    expect(await read(id), 'untouched').to.deep.equal(before);
    expect(usage.of(contextId)).to.deep.equal({ context: 0, users: { [id]: 2 * mb } });
    await moved('moveUserFilestore', id, { dst_filestore_id: { id: storages.second } });
    await moved('moveFromContextToUserFilestore', plain);
  });

  it('what fits no move is refused and changes nothing', async () => {
    const own = await newUser({ maxQuota: 5 });
    const none = await newUser();
    const master = await newUser({ maxQuota: 5 });
    const sharer = await newUser({ maxQuota: 5 });
    await moved('moveFromUserFilestoreToMaster', sharer, { masterUser: { id: master } });
    const noStorage = /has no file storage set\./;
    const refusals: [UserMove, number, SoapParams, RegExp][] = [
      ['moveFromContextToUserFilestore', own, {}, /already has a file storage/],
      ['moveFromContextToUserFilestore', sharer, {}, /already has a file storage/],
      ['moveFromContextToUserFilestore', none, { max_quota: -2 }, /-2/],
      ['moveFromContextToUserFilestore', none, { dst_filestore_id: null }, /^Missing filestore parameter/],
      ['moveFromUserToContextFilestore', none, {}, noStorage],
      ['moveFromUserToContextFilestore', sharer, {}, noStorage],
      ['moveFromUserToContextFilestore', master, {}, new RegExp(`User IDs: ${sharer};`)],
      ['moveUserFilestore', none, {}, noStorage],
      ['moveUserFilestore', sharer, {}, noStorage],
      ['moveUserFilestore', own, {}, /equal: 1/],
      ['moveFromUserFilestoreToMaster', own, { masterUser: { id: none } }, noStorage],
      ['moveFromUserFilestoreToMaster', own, { masterUser: { id: sharer } }, noStorage],
      ['moveFromUserFilestoreToMaster', own, { masterUser: { id: own } }, /own master/],
      [
        'moveFromUserFilestoreToMaster',
        master,
        { masterUser: { id: own } },
        new RegExp(`User IDs: ${sharer};`),
      ],
      ['moveFromMasterToUserFilestore', own, { masterUser: { id: master } }, /does not use/],
      ['moveFromMasterToUserFilestore', sharer, { masterUser: { id: own } }, /does not use/],
    ];
    const all = [own, none, master, sharer];
    const before = await Promise.all(all.map(read));
    for (const [operation, id, more, text] of refusals) {
      const exception = text === noStorage ? 'StorageException' : 'InvalidDataException';
      expectFault(await move(operation, id, more), exception, text);
    }
    expect(await Promise.all(all.map(read))).to.deep.equal(before);
  });

  it('nobody, nowhere, no right', async () => {
    const id = await newUser();
    const gone = `No such user 999 in context ${contextId}`;
    for (const operation of Object.keys(userMoves) as UserMove[]) {
      expectFault(await move(operation, 999), 'NoSuchUserException', gone);
      expectFault(await move(operation, id, { user: null }), 'InvalidDataException', 'Invalid data sent!');
      const noContext = await move(operation, id, { ctx: null });
      expectFault(noContext, 'InvalidCredentialsException', 'Client sent invalid context data object');
      const stranger = await storages.move(contextId, operation, id, {}, 'OXResellerUserService', {
        login: 'nobody',
        password: 'x',
      });
      expectFault(stranger, 'InvalidCredentialsException', 'Authentication failed');
    }
  });

  it('a missing file storage is a StorageException, of the plain service a NoSuchFilestoreException (5.1)', async () => {
    const id = await newUser();
    const own = await newUser({ maxQuota: 5 });
    const nowhere = { dst_filestore_id: { id: 999 } };
    const text = 'Filestore does not exist';
    expectFault(await move('moveFromContextToUserFilestore', id, nowhere), 'StorageException', text);
    expectFault(await move('moveUserFilestore', own, nowhere), 'StorageException', text);
    const plain = await storages.move(contextId, 'moveUserFilestore', own, nowhere, 'OXUserService');
    expectFault(plain, 'NoSuchFilestoreException', text);
  });

  it('the plain service moves as well, and jobs are counted on', async () => {
    const id = await newUser();
    const first = await storages.move(contextId, 'moveFromContextToUserFilestore', id, {}, 'OXUserService');
    const second = await storages.move(contextId, 'moveFromUserToContextFilestore', id, {}, 'OXUserService');
    expect(Number(returnedOne(second).text)).to.equal(Number(returnedOne(first).text) + 1);
  });

  it('a storage without room for what the user holds is refused', async () => {
    const params = { fstore: { url: 's3://tiny', size: 1 } };
    const answer = await world.soap.call('OXUtilService', 'registerFilestore', params, world.master);
    const tiny = { dst_filestore_id: { id: idOf(returnedOne(answer)) } };
    const id = await newUser({ maxQuota: 5 });
    usage.setOwn(contextId, id, mb + 1);
    expectFault(await move('moveUserFilestore', id, tiny), 'StorageException', /enough room/);
    usage.setOwn(contextId, id, mb);
    await moved('moveUserFilestore', id, tiny);
  });

  describe('delete (3.1)', () => {
    const remove = async (ids: number[], reassign?: number) =>
      expectDone(
        await world.users('deleteMultiple', {
          ctx: { id: contextId },
          users: ids.map((id) => ({ id })),
          reassign,
        }),
      );
    const admin = 2;

    it('reassign absent: into the context, as long as its admin has no own storage', async () => {
      const id = await newUser({ maxQuota: 5 });
      const hosted = await newUser();
      usage.setOwn(contextId, id, 3 * mb);
      usage.addToContext(contextId, hosted, 2 * mb);
      await remove([id, hosted]);
      expect(usage.of(contextId)).to.deep.equal({ context: 5 * mb, users: {} });
      await moved('moveFromContextToUserFilestore', admin);
      expect(usage.of(contextId), 'the admin inherited').to.deep.equal({
        context: 0,
        users: { [admin]: 5 * mb },
      });
    });

    it('reassign absent: into the own storage of the admin', async () => {
      await moved('moveFromContextToUserFilestore', admin);
      const id = await newUser({ maxQuota: 5 });
      const hosted = await newUser();
      usage.setOwn(contextId, id, 3 * mb);
      usage.addToContext(contextId, hosted, 2 * mb);
      await remove([id, hosted]);
      expect(usage.of(contextId)).to.deep.equal({ context: 2 * mb, users: { [admin]: 3 * mb } });
    });

    it('reassign above 0: to that user', async () => {
      const heir = await newUser({ maxQuota: 5 });
      const id = await newUser({ maxQuota: 5 });
      const guest = await newUser({ maxQuota: 5 });
      usage.setOwn(contextId, guest, mb);
      await moved('moveFromUserFilestoreToMaster', guest, { masterUser: { id: heir } });
      usage.setOwn(contextId, id, 3 * mb);
      await remove([id, guest], heir);
      expect(usage.of(contextId)).to.deep.equal({ context: 0, users: { [heir]: 4 * mb } });
    });

    for (const reassign of [0, -1])
      it(`reassign ${reassign}: wiped, wherever it is`, async () => {
        const master = await newUser({ maxQuota: 5 });
        const [own, hosted, sharer] = [
          await newUser({ maxQuota: 5 }),
          await newUser(),
          await newUser({ maxQuota: 5 }),
        ];
        usage.setOwn(contextId, master, mb);
        usage.setOwn(contextId, own, 2 * mb);
        usage.setOwn(contextId, sharer, 3 * mb);
        usage.addToContext(contextId, hosted, 4 * mb);
        await moved('moveFromUserFilestoreToMaster', sharer, { masterUser: { id: master } });
        await remove([own, hosted, sharer], reassign);
        expect(usage.of(contextId)).to.deep.equal({ context: 0, users: { [master]: mb } });
      });

    it('a user whose storage others use stays, whatever reassign says', async () => {
      const master = await newUser({ maxQuota: 5 });
      const sharers = [await newUser({ maxQuota: 5 }), await newUser({ maxQuota: 5 })];
      for (const id of sharers)
        await moved('moveFromUserFilestoreToMaster', id, { masterUser: { id: master } });
      for (const reassign of [undefined, 0, sharers[0]]) {
        const params = { ctx: { id: contextId }, user: { id: master }, reassign };
        const text = new RegExp(
          `^The user ${master} is the owner of a master filestore which other users are using\\. Before deleting this user ` +
            `you must move [^]*Affected users are: \\s*CID: ${contextId}, User IDs: ${sharers.join(',')}`,
        );
        expectFault(await world.users('delete', params), 'InvalidDataException', text);
      }
      const noOwner = { ctx: { id: contextId }, user: { id: master }, reassign: sharers[0] };
      expectFault(await world.users('delete', noOwner), 'InvalidDataException', /master filestore/);
      await remove(sharers, 0);
      await remove([master], 0);
    });

    it('an heir in a master storage owns none', async () => {
      const master = await newUser({ maxQuota: 5 });
      const [heir, id] = [await newUser({ maxQuota: 5 }), await newUser()];
      await moved('moveFromUserFilestoreToMaster', heir, { masterUser: { id: master } });
      const params = { ctx: { id: contextId }, user: { id }, reassign: heir };
      expectFault(await world.users('delete', params), 'InvalidDataException', /not an owner of a filestore/);
    });
  });
});
