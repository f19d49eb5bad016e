import { expect } from 'chai';
import {
  envelope,
  expectDone,
  expectFault,
  returned,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { type Login, World } from '../fixtures.js';

const ALL = ['send', 'receive', 'maillogin', 'weblogin'];

describe('wire: OXaaSService beside quotas (docs/contract/oxaas.md#2, docs/contract/oxaas.md#5)', function () {
  this.timeout(90_000);
  const fast = { passwordMech: 'SHA-512' };
  let world: World;
  let userId: number;
  let rivalContext: number;
  const rival: Login = { login: 'rival', password: 'rival-secret' };
  const rivalAdmin: Login = { login: 'rivaladmin', password: 'rival-admin-secret' };

  before(async () => {
    world = await World.start();
    userId = await world.newUser('anna', fast);
    await world.newReseller(rival);
    rivalContext = await world.newContext('rival_acme', { adminLogin: rivalAdmin, as: rival });
  });
  after(() => world.stop());

  const onUser = (more: SoapParams = {}): SoapParams => ({ ctxid: world.contextId, usrid: userId, ...more });
  const permissions = async (as?: Login): Promise<string[]> =>
    returned(await world.oxaas('getPermissions', onUser(), as)).map((node) => node.text);
  const mailEnabled = async () => scalars(await world.getUser(userId))['mailenabled'];

  describe('permissions', () => {
    afterEach(async () => expectDone(await world.oxaas('enablePermissions', onUser({ permissions: ALL }))));

    it('are all there at first', async () => expect(await permissions()).to.deep.equal(ALL));

    it('go and come one by one, in any letter case', async () => {
      expectDone(await world.oxaas('disablePermissions', onUser({ permissions: ['SEND', 'MailLogin'] })));
      expect(await permissions()).to.deep.equal(['receive', 'weblogin']);
      expectDone(await world.oxaas('disablePermissions', onUser({ permissions: ['send'] })));
      expectDone(await world.oxaas('enablePermissions', onUser({ permissions: [' maillogin '] })));
      expect(await permissions()).to.deep.equal(['receive', 'maillogin', 'weblogin']);
    });

    it('can all be taken', async () => {
      expectDone(await world.oxaas('disablePermissions', onUser({ permissions: ALL })));
      expect(await permissions()).to.deep.equal([]);
    });

    it('weblogin is mailenabled of the user service, both ways', async () => {
      expectDone(await world.oxaas('disablePermissions', onUser({ permissions: ['weblogin'] })));
      expect(await mailEnabled()).to.equal('false');
      await world.changed(userId, { mailenabled: true });
      expect(await permissions()).to.deep.equal(ALL);
      await world.changed(userId, { mailenabled: false });
      expect(await permissions()).to.deep.equal(['send', 'receive', 'maillogin']);
    });

    it('the other three leave mailenabled alone', async () => {
      expectDone(await world.oxaas('disablePermissions', onUser({ permissions: ALL.slice(0, 3) })));
      expect(await mailEnabled()).to.equal('true');
    });

    const refused: [string, SoapParams, string, RegExp | string][] = [
      [
        'an unknown name',
        { permissions: ['send', 'fly'] },
        'InvalidDataException',
        'Unknown permission: fly. Known are: send, receive, maillogin, weblogin',
      ],
      ['no name', {}, 'InvalidDataException', /^No permissions specified/],
      ['an unknown user', { usrid: 999, permissions: ['send'] }, 'NoSuchUserException', /No such user 999/],
      ['no user', { usrid: undefined, permissions: ['send'] }, 'InvalidDataException', /no userid/],
      [
        'no context',
        { ctxid: undefined, permissions: ['send'] },
        'InvalidCredentialsException',
        'Client sent invalid context data object',
      ],
      [
        "an unknown context, as somebody else's",
        { ctxid: 99_999, permissions: ['send'] },
        'InvalidCredentialsException',
        'Authentication failed',
      ],
    ];
    for (const [title, more, exception, text] of refused) {
      it(`refuse ${title}`, async () => {
        for (const operation of ['enablePermissions', 'disablePermissions'])
          expectFault(await world.oxaas(operation, onUser(more)), exception, text);
        expect(await permissions()).to.deep.equal(ALL);
      });
    }

    it('are for the context admin, its owner and the master, and nobody else', async () => {
      for (const as of [world.master, world.reseller, world.contextAdmin])
        expect(await permissions(as)).to.deep.equal(ALL);
      const anna = { login: 'anna', password: 'pw-anna' };
      for (const as of [rival, rivalAdmin, anna, { login: 'nobody', password: 'x' }]) {
        const asked = onUser({ permissions: ['send'] });
        const refusal = await world.oxaas('disablePermissions', asked, as);
        expectFault(refusal, 'InvalidCredentialsException', /Authentication failed/i);
      }
      expect(await permissions()).to.deep.equal(ALL);
    });

    it('are bound by position, too (Perl, PHP)', async () => {
      const { login, password } = world.reseller;
      const body =
        '<s:disablePermissions xmlns:s="http://soap.oxaas.admin.openexchange.com/" ' +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
        `<c-gensym1>${world.contextId}</c-gensym1><c-gensym2>${userId}</c-gensym2>` +
        '<c-gensym3>receive</c-gensym3>' +
        `<c-gensym4><login>${login}</login><password>${password}</password></c-gensym4></s:disablePermissions>`;
      const answer = await world.soap.post('OXaaSService', envelope(body));
      expectDone(answer);
      expect(await permissions()).to.deep.equal(['send', 'maillogin', 'weblogin']);
    });
  });

  describe('domain catch-alls', () => {
    const create = (domain: string | undefined, user: string | undefined, as?: Login, ctxid?: number) =>
      world.oxaas('createDomainCatchall', { ctxid: ctxid ?? world.contextId, domain, user }, as);
    const remove = (domain: string, user: string, as?: Login): Promise<SoapAnswer> =>
      world.oxaas('deleteDomainCatchall', { ctxid: world.contextId, domain, user }, as);
    const listed = async (ctxid = world.contextId, as?: Login): Promise<string[]> =>
      returned(await world.oxaas('listDomainCatchalls', { ctxid }, as)).map((node) => {
        const { domain, user } = scalars(node);
        return `${domain} ${user}`;
      });

    it('have several recipients, named by login, mail address or id', async () => {
      const bertId = await world.newUser('bert', fast);
      await world.newUser('cleo', { ...fast, aliases: ['cleo@example.org', 'c@example.org'] });
      expectDone(await create('b.example', 'anna'));
      expectDone(await create('a.example', String(bertId), world.master));
      expectDone(await create('A.Example', 'anna', world.contextAdmin));
      expectDone(await create('a.example', 'C@Example.org'));
      const all = ['a.example anna', 'a.example bert', 'a.example cleo', 'b.example anna'];
      expect(await listed()).to.deep.equal(all);
      expectDone(await remove('a.example', 'cleo@example.org'));
      expectDone(await remove('a.example', 'bert', world.contextAdmin));
      expectDone(await remove('b.example', String(userId)));
      expect(await listed()).to.deep.equal(['a.example anna']);
    });

    it('may be created twice, but not deleted twice', async () => {
      expectDone(await create('twice.example', 'anna'));
      expectDone(await create('twice.example', 'anna'));
      expectDone(await remove('twice.example', 'anna'));
      const text = `No catch-all of mail domain twice.example for user anna in context ${world.contextId}`;
      expectFault(await remove('twice.example', 'anna'), 'InvalidDataException', text);
    });

    it('say which argument is missing', async () => {
      const create = { ctxid: world.contextId, domain: 'a.example', user: 'anna' };
      const missing: [string, SoapParams, string][] = [
        ['createDomainCatchall', { ...create, domain: undefined }, 'domain'],
        ['createDomainCatchall', { ...create, user: undefined }, 'user'],
        ['deleteDomainCatchall', { ...create, domain: undefined }, 'domain'],
        ['createSharedDomain', {}, 'domainname'],
        ['setMailQuota', { ctxid: world.contextId, usrid: 3 }, 'quota'],
        ['setMailQuota', { ctxid: world.contextId, quota: 3 }, 'usrid'],
        ['getMailQuota', { ctxid: world.contextId }, 'usrid'],
        ['getQuotaUsagePerUser', { ctxid: world.contextId }, 'usrid'],
        ['getPermissions', { ctxid: world.contextId }, 'usrid'],
      ];
      for (const [operation, params, name] of missing) {
        const text = new RegExp(`^Missing argument: ${name}(,|;|$)`);
        expectFault(await world.oxaas(operation, params), 'InvalidDataException', text);
      }
    });

    it('keep domains in their ASCII form', async () => {
      expectDone(await create('BÜCHER.example', 'anna'));
      expect(await listed()).to.include('xn--bcher-kva.example anna');
      expectDone(await remove('xn--bcher-kva.example', 'anna'));
    });

    for (const domain of [
      '',
      'nodot',
      'a b.example',
      '@a.example',
      'a..example',
      '*.example',
      '1.2.3.4',
      '%61.example',
    ])
      it(`refuse "${domain}" as a domain`, async () =>
        expectFault(await create(domain, 'anna'), 'InvalidDataException', /^Invalid mail domain/));

    it('refuse recipients that are not there or have no mailbox', async () => {
      for (const user of ['nobody', 'nobody@example.org', '999'])
        expectFault(
          await create('d.example', user),
          'NoSuchUserException',
          `No such user ${user} in context ${world.contextId}`,
        );
      expectFault(await create('d.example', undefined), 'InvalidDataException', /no userid or username/);
      const admin = await create('d.example', world.contextAdmin.login);
      expectFault(admin, 'InvalidDataException', 'User ctxadmin has no mailbox');
    });

    it("go with their user, and follow the user's new login", async () => {
      const id = await world.newUser('gone', fast);
      expectDone(await create('gone.example', 'gone'));
      await world.changed(id, { name: 'going' });
      expect(await listed()).to.include('gone.example going');
      expectDone(await world.users('delete', { ctx: world.ctx, user: { id }, reassign: 0 }));
      expect(await listed()).to.not.include('gone.example going');
    });

    it('go with their context', async () => {
      const id = await world.newContext('reseller1_short');
      await world.newUser('short', fast, id);
      expectDone(await create('short.example', 'short', world.reseller, id));
      expect(await listed(id)).to.deep.equal(['short.example short']);
      expectDone(await world.contexts('delete', { ctx: { id } }));
      const answer = await world.oxaas('listDomainCatchalls', { ctxid: id }, world.master);
      expectFault(answer, 'NoSuchContextException', /./);
    });

    it('are not for domains that a stranger uses, but for those of one owner', async () => {
      expectDone(
        await world.users(
          'create',
          { ctx: { id: rivalContext }, usrdata: { ...rivalUser('ria'), ...fast } },
          rival,
        ),
      );
      const text =
        'Mail domain rival.example is not approved for this context: ask your provider to approve it';
      for (const as of [world.reseller, world.contextAdmin])
        expectFault(await create('rival.example', 'anna', as), 'InvalidDataException', text);
      expectDone(await create('rival.example', 'anna', world.master));
      expectDone(await remove('rival.example', 'anna'));
      const second = await world.newContext('reseller1_second');
      await world.newUser('sid', { ...fast, ...addressOf('sid@second.example') }, second);
      const early = await create('second.example', 'anna', world.contextAdmin);
      expectFault(early, 'InvalidDataException', /not approved/);
      expectDone(await create('second.example', 'anna'));
      const again = await create('second.example', 'anna', world.contextAdmin);
      expectFault(again, 'InvalidDataException', /also used by contexts that are not yours/);
    });

    it('are not for other resellers, contexts and users', async () => {
      for (const as of [rival, rivalAdmin, { login: 'anna', password: 'pw-anna' }]) {
        const asked = { ctxid: world.contextId };
        const refusals = [
          await create('x.example', 'anna', as),
          await remove('a.example', 'anna', as),
          await world.oxaas('listDomainCatchalls', asked, as),
        ];
        for (const refusal of refusals)
          expectFault(refusal, 'InvalidCredentialsException', /Authentication failed/i);
      }
    });
  });

  describe('shared domains', () => {
    const share = (domainname: string, as?: Login) => world.oxaas('createSharedDomain', { domainname }, as);

    it('are shared by the master and by resellers, as often as they like', async () => {
      expectDone(await share('shared.example'));
      expectDone(await share('SHARED.example', rival));
      expectDone(await share('shared.example', world.master));
    });

    it('are not for context admins', async () => {
      expectFault(
        await share('other.example', world.contextAdmin),
        'InvalidCredentialsException',
        'authentication failed',
      );
    });

    it('must be domains', async () =>
      expectFault(await share('nodot'), 'InvalidDataException', 'Invalid mail domain: nodot'));

    it('leave their catch-alls to the provider', async () => {
      expectDone(await share('pool.example'));
      const asked = { ctxid: world.contextId, domain: 'pool.example', user: 'anna' };
      const refusal = await world.oxaas('createDomainCatchall', asked, world.contextAdmin);
      expectFault(refusal, 'InvalidDataException', /^Mail domain pool.example is shared/);
      expectDone(await world.oxaas('createDomainCatchall', asked));
    });
  });
});

function addressOf(address: string): SoapParams {
  return { primaryEmail: address, email1: address };
}

function rivalUser(name: string): SoapParams {
  return {
    name,
    display_name: name,
    password: `pw-${name}`,
    given_name: 'Given',
    sur_name: 'Sur',
    ...addressOf(`${name}@rival.example`),
  };
}
