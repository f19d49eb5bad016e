import { expect } from 'chai';
import {
  expectDone,
  expectFault,
  returned,
  returnedOne,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { type Login, World } from '../fixtures.js';

const SERVICE = 'OXSecondaryAccountService';
const PASSWORD = 'foreign-mailbox-secret';

describe('wire: OXSecondaryAccountService (docs/contract/secondary-accounts.md#1)', function () {
  this.timeout(90_000);
  const fast = { passwordMech: 'SHA-512' };
  let world: World;
  let anna: number;
  let bert: number;
  before(async () => {
    world = await World.start();
    const servers = { imapServer: 'imaps://imap.example.org:993', smtpServer: 'smtp://smtp.example.org:587' };
    anna = await world.newUser('anna', { ...fast, ...servers });
    bert = await world.newUser('bert', fast);
  });
  after(() => world.stop());

  const call = (operation: string, params: SoapParams, as: Login = world.reseller): Promise<SoapAnswer> =>
    world.soap.call(SERVICE, operation, { context: world.ctx, ...params }, as);
  const users = (...ids: number[]) => ids.map((id) => ({ id }));
  const data = (primaryAddress: string, more: SoapParams = {}): SoapParams => ({
    primaryAddress,
    login: 'foreign',
    password: PASSWORD,
    transportPassword: PASSWORD,
    mailServer: 'imap.far.example',
    ...more,
  });
  const create = (address: string, holders: SoapParams, more: SoapParams = {}, as?: Login) =>
    call('create', { accountDataOnCreate: data(address, more), ...holders }, as);
  const list = async (holders: SoapParams = {}, as?: Login) => {
    const answer = await call('list', holders, as);
    expect(answer.xml).to.not.include(PASSWORD);
    return returned(answer).map(scalars);
  };
  const listed = async (holders: SoapParams = {}) =>
    (await list(holders)).map(({ userId, primaryAddress }) => `${userId} ${primaryAddress}`);
  const answered = async (answer: Promise<SoapAnswer>) => returnedOne(await answer).text;
  const clear = async () => {
    for (const { primaryAddress } of await list())
      await call('delete', { primaryAddress: primaryAddress ?? '', groups: [{ id: 0 }] });
    expect(await list()).to.deep.equal([]);
  };
  beforeEach(clear);

  it('creates an account with everything, and lists it without passwords', async () => {
    const all = {
      name: 'Far',
      personal: 'Anna Ä.',
      replyTo: 'reply@far.example',
      mailEndpointSource: 'none',
      mailPort: 993,
      mailProtocol: 'imap',
      mailSecure: true,
      mailStartTls: false,
      transportLogin: 'sender',
      transportServer: 'smtp.far.example',
      transportPort: 587,
      transportProtocol: 'smtp',
      transportSecure: false,
      transportStartTls: true,
      archiveFullname: 'Archive',
      draftsFullname: 'Drafts',
      sentFullname: 'Sent',
      spamFullname: 'Spam',
      trashFullname: 'Trash',
      confirmedSpamFullname: 'cs',
      confirmedHamFullname: 'ch',
    };
    expectDone(await create('Anna@Far.example', { users: users(anna) }, all));
    const { mailEndpointSource: _, ...kept } = all;
    const [account, ...more] = await list();
    expect(more).to.deep.equal([]);
    const { id, ...rest } = account ?? {};
    expect(Number(id)).to.be.greaterThan(0);
    const told = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
    expect(told).to.deep.equal({
      contextId: String(world.contextId),
      userId: String(anna),
      primaryAddress: 'Anna@Far.example',
      login: 'foreign',
      mailServer: 'imap.far.example',
      ...Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, String(value)])),
    });
    expect(world.log()).to.not.include(PASSWORD);
  });

  it('calls it by its address when nothing is said', async () => {
    const more = { login: undefined, name: undefined };
    expectDone(await create('a@far.example', { users: users(anna) }, more));
    const [account] = await list();
    expect(account).to.include({ login: 'a@far.example', name: 'a@far.example' });
  });

  describe('mailEndpointSource', () => {
    const localhost = {
      mailServer: 'localhost',
      mailPort: '143',
      mailProtocol: 'imap',
      mailStartTls: 'true',
      transportServer: 'localhost',
      transportPort: '25',
      transportProtocol: 'smtp',
      transportStartTls: 'true',
    };
    const primary = {
      mailServer: 'imap.example.org',
      mailPort: '993',
      mailProtocol: 'imap',
      mailSecure: 'true',
      transportServer: 'smtp.example.org',
      transportPort: '587',
      transportProtocol: 'smtp',
      transportSecure: 'false',
    };
    const rows: [string, SoapParams, Record<string, string>][] = [
      ['primary', { mailEndpointSource: 'primary', mailServer: undefined }, primary],
      ['PRIMARY, which governs transport', { mailEndpointSource: 'PRIMARY', transportServer: 'x' }, primary],
      ['localhost', { mailEndpointSource: 'localhost', mailServer: undefined }, localhost],
      ['Localhost beats what is sent', { mailEndpointSource: 'Localhost', mailPort: 9 }, localhost],
      [
        'none',
        { mailEndpointSource: 'none', mailPort: 9 },
        { mailServer: 'imap.far.example', mailPort: '9' },
      ],
      ['empty', { mailEndpointSource: '' }, { mailServer: 'imap.far.example' }],
      ['unknown', { mailEndpointSource: 'elsewhere' }, { mailServer: 'imap.far.example' }],
    ];
    for (const [title, more, expected] of rows)
      it(title, async () => {
        expectDone(await create('a@far.example', { users: users(anna) }, more));
        expect((await list())[0]).to.include(expected);
      });
    for (const mailEndpointSource of ['none', undefined, 'elsewhere'])
      it(`${mailEndpointSource ?? 'absent'} needs a mail server`, async () => {
        const refusal = await create(
          'a@far.example',
          { users: users(anna) },
          { mailEndpointSource, mailServer: undefined },
        );
        expectFault(refusal, 'StorageException', 'Missing mail server');
      });
  });

  describe('whose', () => {
    it('users, the members of a group, everybody (group 0), each once', async () => {
      const everybody = [2, anna, bert];
      expectDone(await create('a@far.example', { users: users(anna, anna), groups: [{ id: 1 }] }));
      expect(await listed()).to.deep.equal(everybody.map((id) => `${id} a@far.example`));
      expectDone(await create('b@far.example', { groups: [{ id: 0 }] }));
      expect(await listed()).to.have.length(2 * everybody.length);
      expectDone(await create('c@far.example', { users: users(bert) }));
      expect(await listed({ users: users(bert) })).to.deep.equal(
        ['a', 'b', 'c'].map((name) => `${bert} ${name}@far.example`),
      );
      expect(await listed({ users: users(anna), groups: [{ id: 0 }] })).to.have.length(7);
      const ids = (await list()).map(({ id }) => id);
      expect(new Set(ids).size).to.equal(ids.length);
    });

    it('somebody must be named, save to list', async () => {
      const text = 'At least one user or group is required';
      const primaryAddress = 'a@far.example';
      expectFault(await create(primaryAddress, {}), 'InvalidDataException', text);
      const update = { primaryAddress, accountDataUpdate: { name: 'x' } };
      expectFault(await call('update', update), 'InvalidDataException', text);
      expectFault(await call('delete', { primaryAddress }), 'InvalidDataException', text);
      expect(await list()).to.deep.equal([]);
    });

    it('unknown users and groups are NoSuchUser, and nobody gets anything', async () => {
      const primaryAddress = 'a@far.example';
      const rows: [SoapParams, string][] = [
        [{ users: users(anna, 999) }, `No such user 999 in context ${world.contextId}`],
        [{ users: users(anna), groups: [{ id: 888 }] }, `No such group 888 in context ${world.contextId}`],
      ];
      for (const [holders, text] of rows) {
        const update = { primaryAddress, accountDataUpdate: { name: 'x' }, ...holders };
        expectFault(await create(primaryAddress, holders), 'NoSuchUserException', text);
        expectFault(await call('update', update), 'NoSuchUserException', text);
        expectFault(await call('delete', { primaryAddress, ...holders }), 'NoSuchUserException', text);
        expectFault(await call('list', holders), 'NoSuchUserException', text);
      }
      expect(await list()).to.deep.equal([]);
    });

    it('an address that somebody of them has already is refused for all', async () => {
      expectDone(await create('a@far.example', { users: users(bert) }));
      const text = `A user of context ${world.contextId} already has an account with the address A@Far.example`;
      expectFault(await create('A@Far.example', { users: users(anna, bert) }), 'StorageException', text);
      expect(await listed()).to.deep.equal([`${bert} a@far.example`]);
    });

    it('a deleted user takes its accounts along', async () => {
      const id = await world.newUser('gone', fast);
      expectDone(await create('a@far.example', { users: users(id) }));
      expectDone(await world.users('delete', { ctx: world.ctx, user: { id }, reassign: 0 }));
      expect(await list()).to.deep.equal([]);
    });
  });

  it('update changes what is sent, and says whether there was anything', async () => {
    expectDone(await create('a@far.example', { users: users(anna, bert) }, { personal: 'P', mailPort: 143 }));
    const update = (primaryAddress: string, accountDataUpdate: SoapParams, ...ids: number[]) =>
      answered(call('update', { primaryAddress, accountDataUpdate, users: users(...ids) }));
    const change = { name: 'New', mailPort: 993, mailSecure: true, personal: null, password: PASSWORD };
    expect(await update('A@far.example', change, anna)).to.equal('true');
    const [annas, berts] = await list();
    expect(annas).to.include({ name: 'New', mailPort: '993', mailSecure: 'true', personal: 'P' });
    expect(annas).to.include({ mailServer: 'imap.far.example', login: 'foreign' });
    expect(berts).to.include({ name: 'a@far.example', mailPort: '143' });
    expect(await update('b@far.example', change, anna)).to.equal('false');
    expect(await update('a@far.example', { personal: '' }, anna, bert)).to.equal('true');
    expect((await list())[0]?.['personal'] ?? '').to.equal('');
  });

  it('delete says whether there was anything', async () => {
    expectDone(await create('a@far.example', { users: users(anna, bert) }));
    const remove = (...ids: number[]) =>
      answered(call('delete', { primaryAddress: 'A@FAR.example', users: users(...ids) }));
    expect(await remove(anna)).to.equal('true');
    expect(await remove(anna)).to.equal('false');
    expect(await remove(anna, bert)).to.equal('true');
  });

  describe('refusals', () => {
    const holders = () => ({ users: users(anna) });
    it('no data, no address, a bad one', async () => {
      const without = await call('create', holders());
      expectFault(without, 'InvalidDataException', 'Missing account data');
      const noAddress = { accountDataOnCreate: { mailServer: 'x' }, ...holders() };
      expectFault(await call('create', noAddress), 'InvalidDataException', 'Missing primary address');
      expectFault(await create('nobody', holders()), 'InvalidDataException', 'Invalid email address: nobody');
      expectFault(await call('delete', holders()), 'InvalidDataException', 'Missing primary address');
    });
    it('no context, an unknown one', async () => {
      const text = 'Client sent invalid context data object';
      expectFault(await call('list', { context: undefined }), 'InvalidCredentialsException', text);
      const context = { id: 99_999 };
      const unknown = await call('list', { context }, world.master);
      expectFault(unknown, 'NoSuchContextException', 'Context 99999 does not exist');
      const denied = 'Authentication failed';
      expectFault(await call('list', { context }), 'InvalidCredentialsException', denied);
    });
    it('strangers and ordinary users', async () => {
      const rival = { login: 'rival', password: 'rival-secret' };
      await world.newReseller(rival);
      for (const as of [rival, { login: 'anna', password: 'pw-anna' }, { login: 'ctxadmin', password: 'x' }])
        for (const answer of [await create('a@far.example', holders(), {}, as), await call('list', {}, as)])
          expectFault(answer, 'InvalidCredentialsException', 'Authentication failed');
      for (const as of [world.master, world.contextAdmin]) expect(await list({}, as)).to.deep.equal([]);
    });
  });
});
