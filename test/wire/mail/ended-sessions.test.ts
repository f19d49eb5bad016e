import { expect } from 'chai';
import { expectDone, type SoapAnswer, type SoapParams } from '../../support/wire/raw-soap.js';
import { startFakeDoveadm, type FakeDoveadm } from '../../unit/mail/doveadm-fake.js';
import { unifiedQuota, World } from '../fixtures.js';

describe('wire: open mail sessions end after what they would not notice', function () {
  this.timeout(90_000);
  let dovecot: FakeDoveadm;
  let world: World;
  let anna: number;
  let bert: number;
  before(async () => {
    dovecot = await startFakeDoveadm({});
    world = await World.start({
      MAIL_SERVER: 'dovecot',
      DOVEADM_URL: dovecot.url,
      DOVEADM_API_KEY: dovecot.apiKey,
    });
    await world.shareDomain();
    anna = await world.newUser('anna', { maxQuota: 10 });
    bert = await world.newUser('bert');
  });
  after(async () => {
    await world?.stop();
    await dovecot?.stop();
  });

  async function endedBy(...calls: readonly (() => Promise<SoapAnswer>)[]): Promise<string[]> {
    dovecot.commands.length = 0;
    for (const call of calls) expectDone(await call());
    const masks = dovecot.commands
      .filter(([command]) => command === 'kick')
      .map(([, { mask }]) => String(mask));
    return masks.sort();
  }
  const changing = (fields: SoapParams) => () => world.change(anna, fields);
  const permissions = (operation: string, names: readonly string[]) => () =>
    world.oxaas(operation, { ctxid: world.contextId, usrid: anna, permissions: [...names] });
  const quota = (quotaMb: number) => () =>
    world.oxaas('setMailQuota', { ctxid: world.contextId, usrid: anna, quota: quotaMb });
  const ofAnna = ['anna@example.org'];

  it('a change of password, log-in or quota', async () => {
    expect(await endedBy(changing({ password: 'another' }))).to.deep.equal(ofAnna);
    expect(await endedBy(changing({ mailenabled: false }))).to.deep.equal(ofAnna);
    expect(await endedBy(changing({ mailenabled: true }))).to.deep.equal(ofAnna);
    expect(await endedBy(changing({ maxQuota: 20 }))).to.deep.equal(ofAnna);
    expect(await endedBy(quota(30))).to.deep.equal(ofAnna);
  });

  it('unified quota that is switched on', async () => {
    const switching = changing(unifiedQuota('true'));
    expect(await endedBy(switching)).to.deep.equal(ofAnna);
    expect(await endedBy(switching)).to.deep.equal([]);
  });

  it('none after what is sent back as it was, or concerns nobody’s mail', async () => {
    const same = { maxQuota: 20, mailenabled: true, given_name: 'Anna' };
    expect(await endedBy(changing(same), quota(30))).to.deep.equal([]);
  });

  it('permissions that are taken, again each time; granted ones are met at the next login', async () => {
    for (const name of ['SEND', 'WEBLOGIN']) {
      const taken = permissions('disablePermissions', [name]);
      expect(await endedBy(taken), name).to.deep.equal(ofAnna);
      expect(await endedBy(taken), name).to.deep.equal(ofAnna);
      expect(await endedBy(permissions('enablePermissions', [name])), name).to.deep.equal([]);
    }
    const both = permissions('disablePermissions', ['SEND', 'WEBLOGIN']);
    expect(await endedBy(both)).to.deep.equal(ofAnna);
    expect(await endedBy(permissions('enablePermissions', ['SEND', 'WEBLOGIN']))).to.deep.equal([]);
  });

  it('none over a move of files', async () => {
    const move =
      (operation: string, more: SoapParams = {}) =>
      () =>
        world.users(operation, { ctx: world.ctx, user: { id: bert }, ...more });
    const there = { dst_filestore_id: { id: 1 }, max_quota: 5 };
    const moves = [move('moveFromContextToUserFilestore', there), move('moveFromUserToContextFilestore')];
    expect(await endedBy(...moves)).to.deep.equal([]);
  });

  it('a mailbox that got another name', async () => {
    const renamed = { primaryEmail: 'anne@example.org', email1: 'anne@example.org' };
    const aliases = ['anna@example.org', 'anne@example.org'];
    expect(await endedBy(changing({ ...renamed, aliases }))).to.deep.equal(ofAnna);
    const back = { primaryEmail: 'anna@example.org', email1: 'anna@example.org' };
    expect(await endedBy(changing(back))).to.deep.equal(['anne@example.org']);
  });

  it('a context that is switched off, alone or with all others', async () => {
    const all = ['anna@example.org', 'bert@example.org'];
    const { ctx } = world;
    expect(await endedBy(() => world.contexts('disable', { ctx }))).to.deep.equal(all);
    expect(await endedBy(() => world.contexts('enable', { ctx }))).to.deep.equal([]);
    for (const login of [world.reseller, world.master]) {
      expect(await endedBy(() => world.contexts('disableAll', {}, login))).to.deep.equal(all);
      expect(await endedBy(() => world.contexts('enableAll', {}, login))).to.deep.equal([]);
    }
  });

  it('deleted users, and those of a deleted context', async () => {
    const user = { id: bert };
    const ended = await endedBy(() => world.users('delete', { ctx: world.ctx, user }));
    expect(ended).to.deep.equal(['bert@example.org']);
    expect(await endedBy(() => world.contexts('delete', { ctx: world.ctx }))).to.deep.equal(ofAnna);
  });
});
