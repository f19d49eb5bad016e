import { expect } from 'chai';
import { expectDone, expectFault, returned, type SoapParams } from '../../support/wire/raw-soap.js';
import { texts } from '../../support/wire/xml-tree.js';
import { unifiedQuota, World } from '../fixtures.js';

const OTHER = 'Please choose a different reassign user.';

describe('wire: delete user (docs/contract/users.md#3)', function () {
  this.timeout(90_000);
  let world: World;
  before(async () => (world = await World.start()));
  after(() => world.stop());
  const remove = (id: number, more: SoapParams = {}) =>
    world.users('delete', { ctx: world.ctx, user: { id }, ...more });
  const removeAll = (users: SoapParams[], more: SoapParams = {}) =>
    world.users('deleteMultiple', { ctx: world.ctx, users, ...more });
  const isThere = async (id: number) => (await world.exists({ id })) === 'true';

  it('arguments that are missing', async () => {
    expectFault(
      await world.users('delete', { ctx: world.ctx }),
      'InvalidDataException',
      'Invalid data sent!',
    );
    expectFault(await removeAll([]), 'InvalidDataException', 'User array is empty');
    const nobody = await world.users('delete', { ctx: world.ctx, user: {} });
    expectFault(nobody, 'InvalidDataException', 'One userobject has no userid or username');
  });

  it('unknown users by id are listed, by name wrapped', async () => {
    const text = `No such user(s) 998,999 in context ${world.contextId}`;
    expectFault(await removeAll([{ id: 998 }, { id: 999 }], { reassign: 0 }), 'NoSuchUserException', text);
    const single = `No such user(s) 999 in context ${world.contextId}`;
    expectFault(await remove(999), 'NoSuchUserException', single);
    const ghost = await world.users('delete', { ctx: world.ctx, user: { name: 'ghost' } });
    const wrapped = new RegExp(
      `^com\\.openexchange\\.admin\\.rmi\\.exceptions\\.\\w+: .*No such user ghost in context ${world.contextId}`,
    );
    expectFault(ghost, 'NoSuchUserException', wrapped);
    const foreign = await world.users('delete', { ctx: { id: 99999 }, user: { id: 3 } }, world.master);
    expectFault(foreign, 'InvalidCredentialsException', 'Authentication failed');
  });

  it('the rules come in order: reassign to himself, twice, admin (3.1)', async () => {
    const id = await world.newUser('ruled');
    const self = `It is not allowed to reassign the shared data to the user which should be deleted. ${OTHER}`;
    expectFault(await remove(id, { reassign: id }), 'InvalidDataException', self);
    const twice = `User ${id} is contained multiple times in delete request.`;
    expectFault(await removeAll([{ id }, { id }], { reassign: 0 }), 'InvalidDataException', twice);
    expectFault(await remove(2, { reassign: 0 }), 'InvalidDataException', 'Admin delete not supported');
    expectFault(await removeAll([{ id }, { id: 2 }]), 'InvalidDataException', 'Admin delete not supported');
    expect(await isThere(id)).to.equal(true);
  });

  it('the reassign target must exist and own a file storage', async () => {
    const poor = await world.newUser('poor');
    const id = await world.newUser('leaving');
    const missing = `The reassign user with id 999 does not exist in context ${world.contextId}. ${OTHER}`;
    expectFault(await remove(id, { reassign: 999 }), 'InvalidDataException', missing);
    const noStore = `The reassign user with id ${poor} is not an owner of a filestore. ${OTHER}`;
    expectFault(await remove(id, { reassign: poor }), 'InvalidDataException', noStore);
    expect(await isThere(id)).to.equal(true);
    const rich = await world.newUser('rich', { maxQuota: 10 });
    expectDone(await remove(id, { reassign: rich }));
    expect(await isThere(id)).to.equal(false);
  });

  for (const reassign of [undefined, null, 0, -1]) {
    for (const maxQuota of [undefined, 5]) {
      it(`reassign ${String(reassign)}, maxQuota ${String(maxQuota)}: gone`, async () => {
        const id = await world.newUser(`gone${String(reassign)}${String(maxQuota)}`, { maxQuota });
        expectDone(await remove(id, { reassign }));
        expect(await isThere(id)).to.equal(false);
      });
    }
  }

  it('deletes by name, and several at once', async () => {
    const ids = [await world.newUser('many1'), await world.newUser('many2'), await world.newUser('many3')];
    expectDone(await world.users('delete', { ctx: world.ctx, user: { name: 'many1' }, reassign: 0 }));
    expectDone(await removeAll([{ id: ids[1] }, { name: 'many3' }], { reassign: 0 }));
    for (const id of ids) expect(await isThere(id)).to.equal(false);
  });

  it('one that cannot go keeps all of them', async () => {
    const fine = await world.newUser('fine');
    const held = await world.newUser('held', { maxQuota: 5, ...unifiedQuota('true') });
    const text = new RegExp(
      `Denied to move file storage as unified quota is enabled for user ${held} in context ${world.contextId}`,
    );
    expectFault(await removeAll([{ id: fine }, { id: held }], { reassign: 0 }), 'StorageException', text);
    const unknown = await removeAll([{ id: fine }, { id: 999 }], { reassign: 0 });
    expectFault(unknown, 'NoSuchUserException', /No such user\(s\) .*999 in context/);
    expect(await isThere(fine)).to.equal(true);
    expect(await isThere(held)).to.equal(true);
  });

  it('login, display name and addresses are free at once, the id is not', async () => {
    const aliases = ['phoenix.two@example.org'];
    const first = await world.newUser('phoenix', { aliases });
    expectDone(await remove(first, { reassign: 0 }));
    const second = await world.newUser('phoenix', { aliases });
    expect(second).to.be.greaterThan(first);
    expect(texts(await world.getUser(second), 'aliases')).to.include('phoenix.two@example.org');
  });

  it('a deleted user is nobody any more', async () => {
    const id = await world.newUser('former');
    const me = { login: 'former', password: 'pw-former' };
    expect(returned(await world.users('getData', { ctx: world.ctx, user: { id } }, me))).to.have.length(1);
    expectDone(await remove(id, { reassign: 0 }));
    const after = await world.users('getData', { ctx: world.ctx, user: { id } }, me);
    expectFault(after, 'InvalidCredentialsException', 'Authentication failed');
    const listed = returned(await world.users('list', { ctx: world.ctx, search_pattern: 'former' }));
    expect(listed).to.have.length(0);
  });
});

describe('wire: the delete veto of unified quota (docs/contract/choices.md#1)', function () {
  this.timeout(90_000);
  /** Which of absent, 0 and a valid target are refused for an enabled user with an own file storage. */
  const rules: Record<string, { absent: boolean; zero: boolean; target: boolean }> = {
    always: { absent: true, zero: true, target: true },
    moves: { absent: true, zero: false, target: true },
    never: { absent: false, zero: false, target: false },
  };
  for (const [rule, refused] of Object.entries(rules)) {
    describe(`UNIFIED_QUOTA_DELETE_VETO=${rule}`, () => {
      let world: World;
      let target: number;
      before(async () => {
        world = await World.start({ UNIFIED_QUOTA_DELETE_VETO: rule });
        target = await world.newUser('target', { maxQuota: 10 });
      });
      after(() => world.stop());
      const remove = (id: number, reassign?: number) =>
        world.users('delete', { ctx: world.ctx, user: { id }, reassign });

      for (const [kind, veto] of Object.entries(refused)) {
        it(`reassign ${kind}: ${veto ? 'refused until the attribute is off' : 'deleted'}`, async () => {
          const id = await world.newUser(`uni${kind}`, { maxQuota: 5, ...unifiedQuota(' TRUE ') });
          const reassign = kind === 'target' ? target : kind === 'zero' ? 0 : undefined;
          const answer = await remove(id, reassign);
          if (!veto) return expectDone(answer);
          const text = `Denied to move file storage as unified quota is enabled for user ${id} in context ${world.contextId}`;
          expectFault(answer, 'StorageException', new RegExp(text));
          expect(await world.exists({ id })).to.equal('true');
          await world.changed(id, unifiedQuota('false'));
          expectDone(await remove(id, reassign));
        });
      }
      it('no own file storage, or not true: never refused', async () => {
        expectDone(await remove(await world.newUser('nostore', unifiedQuota('true')), undefined));
        for (const value of ['false', 'yes', '']) {
          const id = await world.newUser(`not${value}`, { maxQuota: 5, ...unifiedQuota(value) });
          expectDone(await remove(id, 0));
        }
      });
      it('deleting the whole context is never refused (3.3)', async () => {
        const id = await world.newContext('reseller1_whole');
        await world.newUser('inside', { maxQuota: 5, ...unifiedQuota('true') }, id);
        expectDone(await world.contexts('delete', { ctx: { id } }));
      });
    });
  }
});
