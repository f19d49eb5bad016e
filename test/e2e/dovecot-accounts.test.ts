import { expect } from 'chai';
import { canLogin, deliver, imapClient, withImap } from '../support/mail/mail-clients.js';
import { expectDone } from '../support/wire/raw-soap.js';
import { describeMail, eventually, type MailUser } from './mail-world.js';

describeMail('accounts', (mail) => {
  const login = ({ address, password }: MailUser) => canLogin(mail().dovecot, address, password);
  const answerTo = async (address: string) => (await deliver(mail().dovecot, address, 1_000)).code;
  const inbox = ({ address, password }: MailUser): Promise<number> =>
    withImap(mail().dovecot, address, password, async (imap) => (await imap.mailboxOpen('INBOX')).exists);
  const permissions = async (operation: string, { id }: MailUser, ...names: string[]): Promise<void> => {
    const asked = { ctxid: mail().world.contextId, usrid: id, permissions: names };
    expectDone(await mail().world.oxaas(operation, asked));
  };
  /** Whether an MTA would let the user send: its SASL asks Dovecot as service smtp. */
  const canSend = ({ address, password }: MailUser): Promise<boolean> =>
    mail()
      .dovecot.doveadm('auth', 'test', '-x', 'service=smtp', address, password)
      .then(
        () => true,
        () => false,
      );

  it('a user made over SOAP logs in with its password, and with no other', async () => {
    const user = await mail().newUser('anna');
    expect(await login(user)).to.equal(true);
    expect(await login({ ...user, address: 'Anna@Example.ORG' })).to.equal(true);
    expect(await login({ ...user, password: 'PW-anna' })).to.equal(false);
    expect(await login({ ...user, password: '' })).to.equal(false);
    expect(await login({ ...user, address: "anna@example.org' OR '1'='1" })).to.equal(false);
  });

  for (const mechanism of ['BCRYPT', 'CRYPT', 'SHA', 'SHA-256', 'SHA-512']) {
    it(`with passwordMech ${mechanism}, too`, async () => {
      const password = `päss "${mechanism}"`;
      const name = `mech-${mechanism.toLowerCase()}`;
      const user = await mail().newUser(name, { passwordMech: mechanism, password });
      expect(await login({ ...user, password })).to.equal(true);
      expect(await login({ ...user, password: `${password} ` })).to.equal(false);
    });
  }

  it('a new password is the only one at once, and ends open sessions', async () => {
    const user = await mail().newUser('renewed');
    const imap = imapClient(mail().dovecot, user.address, user.password);
    const closed = new Promise<void>((resolve) => imap.once('close', resolve));
    await imap.connect();
    await mail().world.changed(user.id, { password: 'another' });
    await closed;
    expect(await login(user)).to.equal(false);
    expect(await login({ ...user, password: 'another' })).to.equal(true);
  });

  it('mailenabled=false stops logins and sending; mail still comes in', async () => {
    const user = await mail().newUser('disabled');
    await mail().world.changed(user.id, { mailenabled: false });
    expect(await login(user)).to.equal(false);
    expect(await canSend(user)).to.equal(false);
    expect(await answerTo(user.address)).to.equal(250);
    await mail().world.changed(user.id, { mailenabled: true });
    expect(await login(user)).to.equal(true);
    expect(await inbox(user)).to.equal(1);
  });

  it('a disabled context stops logins of its users', async () => {
    const admin = { login: 'closing', password: 'closing-secret' };
    const contextId = await mail().world.newContext('reseller1_closing', { adminLogin: admin });
    await mail().world.newUser('locked', { passwordMech: 'SHA-512' }, contextId);
    const user = { id: 0, name: 'locked', address: 'locked@example.org', password: 'pw-locked' };
    expect(await login(user)).to.equal(true);
    expectDone(await mail().world.contexts('disable', { ctx: { id: contextId } }));
    expect(await login(user)).to.equal(false);
    expectDone(await mail().world.contexts('enable', { ctx: { id: contextId } }));
    expect(await login(user)).to.equal(true);
  });

  it('each permission of the mailbox stops its part', async () => {
    const user = await mail().newUser('permitted', { aliases: ['permitted.too@example.org'] });
    const can = async () => ({
      login: await login(user),
      send: await canSend(user),
      receive: (await answerTo(user.address)) === 250,
      receiveByAlias: (await answerTo('permitted.too@example.org')) === 250,
    });
    const all = { login: true, send: true, receive: true, receiveByAlias: true };
    expect(await can()).to.deep.equal(all);
    const cases: [string, Partial<typeof all>][] = [
      ['maillogin', { login: false }],
      ['send', { send: false }],
      ['receive', { receive: false, receiveByAlias: false }],
    ];
    for (const [name, lost] of cases) {
      await permissions('disablePermissions', user, name);
      expect(await can(), name).to.deep.equal({ ...all, ...lost });
      await permissions('enablePermissions', user, name);
    }
    expect(await can()).to.deep.equal(all);
  });

  it('who may not receive is refused for good', async () => {
    const user = await mail().newUser('deaf');
    await permissions('disablePermissions', user, 'receive');
    expect(await answerTo(user.address)).to.equal(550);
  });

  it('aliases, details and catch-alls reach the mailbox; nothing else does', async () => {
    const user = await mail().newUser('catcher', { aliases: ['Second.Name@example.org'] });
    const { world } = mail();
    const catchall = { ctxid: world.contextId, domain: 'caught.example', user: user.name };
    expectDone(await world.oxaas('createDomainCatchall', catchall));
    const reached = [
      user.address,
      'CATCHER@example.org',
      'second.name@example.org',
      'catcher+news@example.org',
      'whoever@caught.example',
    ];
    for (const address of reached) expect(await answerTo(address), address).to.equal(250);
    for (const address of ['nobody@example.org', 'catcher@nowhere.example', '@example.org'])
      expect(await answerTo(address), address).to.be.oneOf([501, 550, 553]);
    expect(await inbox(user)).to.equal(reached.length);
    await eventually(
      'the usage is written',
      async () => (await mail().mailUsage(user.id)).messages === reached.length,
    );
  });

  it('a new primary address keeps the mail and the usage', async () => {
    const user = await mail().newUser('moving');
    expect(await answerTo(user.address)).to.equal(250);
    const address = 'moved@example.org';
    const primary = { primaryEmail: address, email1: address, defaultSenderAddress: address };
    await mail().world.changed(user.id, { ...primary, aliases: [address] });
    expect(await inbox({ ...user, address })).to.equal(1);
    expect(await login(user)).to.equal(false);
    expect(await answerTo(address)).to.equal(250);
    await eventually('the usage is written', async () => (await mail().mailUsage(user.id)).messages === 2);
  });

  it('a context admin has no mailbox', async () => {
    const { contextAdmin } = mail().world;
    for (const address of [contextAdmin.login, 'ctxadmin@example.org'])
      expect(await canLogin(mail().dovecot, address, contextAdmin.password)).to.equal(false);
    expect(await answerTo('ctxadmin@example.org')).to.equal(550);
  });

  it('a deleted user leaves nothing, not even with a session open', async () => {
    const user = await mail().newUser('leaving', {}, 1);
    expect(await answerTo(user.address)).to.equal(250);
    const imap = imapClient(mail().dovecot, user.address, user.password);
    const closed = new Promise<void>((resolve) => imap.once('close', resolve));
    await imap.connect();
    await imap.mailboxOpen('INBOX');
    await imap.messageFlagsAdd('1', ['\\Deleted']);
    expectDone(
      await mail().world.users('delete', { ctx: mail().world.ctx, user: { id: user.id }, reassign: 0 }),
    );
    await closed;
    expect(await login(user)).to.equal(false);
    expect(await answerTo(user.address)).to.equal(550);
    const rows = () => mail().sql('SELECT username FROM mail_usage WHERE username = ?', user.address);
    await eventually('the usage is gone', async () => ((await rows()) as unknown[]).length === 0);
  });

  it('somebody new with the same address gets an empty mailbox', async () => {
    const former = await mail().newUser('again');
    expect(await answerTo(former.address)).to.equal(250);
    expectDone(
      await mail().world.users('delete', { ctx: mail().world.ctx, user: { id: former.id }, reassign: 0 }),
    );
    const user = await mail().newUser('again');
    expect(await inbox(user)).to.equal(0);
    expect((await mail().quotaState(user.id)).usage.mailBytes).to.equal(0);
  });

  it('leaves nothing wrong in its log', () => expect(mail().dovecot.complaints()).to.deep.equal([]));
});
