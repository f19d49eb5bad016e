import { expect } from 'chai';
import { ConsoleClient } from '../../support/console/console-client.js';
import { hostileName, startConsoleWorld, type ConsoleWorld } from '../../support/console/console-world.js';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectDone, returnedOne } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';

for (const database of testDatabases)
  describe(`wire: the console, rights and forms on ${database.name}`, function () {
    this.timeout(120_000);
    let demo: ConsoleWorld;
    let owner: ConsoleClient;
    let stranger: ConsoleClient;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      demo = await startConsoleWorld({}, await database.url());
      owner = await ConsoleClient.loggedIn(demo.world.url, demo.world.reseller);
      stranger = await ConsoleClient.loggedIn(demo.world.url, demo.stranger);
    });
    after(() => demo?.stop());

    const annaPath = () => `/contexts/${demo.world.contextId}/users/${demo.anna}`;
    const maxQuota = async () => scalars(await demo.world.getUser(demo.anna))['maxQuota'];

    it('nobody sees anything without a login', async () => {
      const nobody = new ConsoleClient(demo.world.url);
      for (const path of [
        '',
        '/',
        '/resellers',
        '/contexts',
        '/users?q=anna',
        '/domains',
        '/requests',
        '/changes',
        annaPath(),
        '/x',
      ]) {
        const { status, text } = await nobody.get(path);
        expect(status, path).to.equal(401);
        expect(text).to.contain('name="password"').and.not.contain('anna@').and.not.contain('acme');
      }
      expect((await nobody.post(`${annaPath()}/both`, { both: '1' })).status).to.equal(401);
      expect(await maxQuota()).to.equal('10240');
    });

    it('the cookie is kept from scripts and other sites, and holds no password', async () => {
      const client = new ConsoleClient(demo.world.url);
      const { headers } = await client.logIn(demo.world.reseller);
      const set = headers.get('set-cookie') ?? '';
      expect(set)
        .to.match(/; Path=\/console;.*HttpOnly;.*SameSite=Strict$/)
        .and.not.contain('Secure');
      expect(client.cookie).to.match(/^oxbow_console=[\w-]{43}$/);
      for (const login of [
        demo.world.contextAdmin,
        { login: 'anna', password: 'pw-anna' },
        { login: '', password: '' },
        { ...demo.world.master, password: 'wrong' },
      ])
        expect((await new ConsoleClient(demo.world.url).logIn(login)).status).to.equal(401);
    });

    it('a login goes on only to pages of the console', async () => {
      const goesTo = async (next: string) =>
        (await new ConsoleClient(demo.world.url).logIn(demo.world.reseller, next)).headers.get('location');
      expect(await goesTo('/console/users?q=a')).to.equal('/console/users?q=a');
      for (const next of [
        'https://evil.example/',
        '//evil.example',
        '/console//\\evil',
        '/webservices',
        '/console/\r\nX: y',
      ])
        expect(await goesTo(next), next).to.equal('/console/');
    });

    it('nothing that is in the database is a cookie, and no changed one is', async () => {
      const rows = await demo.knex('console_sessions').select();
      expect(rows.length).to.be.greaterThan(1);
      const [name = '', value = ''] = owner.cookie.split('=');
      const last = value.endsWith('A') ? 'B' : 'A';
      const forged = [
        ...rows.flatMap((row) => Object.values(row).map(String)),
        ...rows.map((row) => Buffer.from(row.id_hash, 'hex').toString('base64url')),
        owner.token,
        value.slice(0, -1) + last,
        value.slice(0, -1),
        `${value}.`,
        '.',
        '',
        'x'.repeat(5_000),
      ];
      for (const each of forged) {
        const client = new ConsoleClient(demo.world.url);
        client.cookie = `${name}=${each}`;
        expect((await client.get('/')).status, each.slice(0, 100)).to.equal(401);
      }
      expect(JSON.stringify(rows)).to.not.contain(value).and.not.contain(owner.token);
      expect((await owner.get('/')).status).to.equal(200);
    });

    it('a form needs its token, and to come from our pages', async () => {
      const { token } = owner;
      for (const [fields, headers] of [
        [{ token: '' }, {}],
        [{ token: stranger.token }, {}],
        [{ token }, { 'sec-fetch-site': 'cross-site' }],
        [{ token }, { 'sec-fetch-site': 'same-site' }],
        [{ token }, { origin: 'https://evil.example' }],
        [{ token }, { origin: 'null' }],
      ] as const) {
        const answer = await owner.post(`${annaPath()}/both`, { both: '1', ...fields }, headers);
        expect(answer.status).to.equal(403);
        expect(answer.text).to.contain('Nothing was changed');
      }
      expect(await maxQuota()).to.equal('10240');
      const same = { origin: demo.world.url, 'sec-fetch-site': 'same-origin' };
      expect((await owner.post(`${annaPath()}/both`, { both: '10 GB' }, same)).status).to.equal(303);
      expect((await owner.send('GET', `${annaPath()}/both?both=1&token=${token}`)).status).to.equal(404);
    });

    it('refuses texts that SOAP could not carry, in forms and in addresses', async () => {
      const answers = [
        await owner.post(`${annaPath()}/both`, { both: '1\0' }),
        await owner.get('/users?search=%00'),
        await new ConsoleClient(demo.world.url).logIn({ login: 'a\u0001', password: 'x' }),
        await new ConsoleClient(demo.world.url).logIn({ login: 'a', password: 'x\uffff' }),
      ];
      for (const { status, text } of answers) {
        expect(status).to.equal(400);
        expect(text).to.contain('a character that cannot be used');
      }
    });

    it('a reseller neither sees nor changes what is another one’s', async () => {
      const absent = await stranger.get(`/contexts/4711/users/${demo.anna}`);
      for (const path of [annaPath(), `/contexts/${demo.world.contextId}`]) {
        const { status, text } = await stranger.get(path);
        expect(status).to.equal(403);
        expect(text).to.equal(absent.text);
      }
      for (const path of [
        '/',
        '/contexts',
        '/resellers',
        '/users?q=anna',
        '/domains',
        '/requests',
        '/changes',
        '/contexts?owner=1',
      ])
        expect((await stranger.get(path)).text, path)
          .to.not.contain('anna@example.org')
          .and.not.contain('reseller1');
      expect((await stranger.get('/users?q=far')).text).to.contain('farmer@far.example');
      for (const [change, fields] of [
        ['both', { both: '1' }],
        ['limits', { files: '1', mail: '1' }],
        ['unified', { value: 'off' }],
      ] as const)
        expect((await stranger.post(`${annaPath()}/${change}`, fields)).status).to.equal(403);
      expect(await maxQuota()).to.equal('10240');
    });

    it('finds users by login, address and display name, whatever the case, and only from their beginning', async () => {
      for (const search of ['anna', 'ANNA', 'anna@example.o', 'Anna B', 'anna berg'])
        expect((await owner.get(`/users?q=${encodeURIComponent(search)}`)).text, search).to.contain(
          'Anna Berg',
        );
      for (const search of ['nna', 'a%', 'ann_', 'a*', '%', 'a'])
        expect((await owner.get(`/users?q=${encodeURIComponent(search)}`)).text, search).to.not.contain(
          'Anna Berg',
        );
      const within = (search: string) => owner.get(`/contexts/${demo.world.contextId}?q=${search}`);
      expect((await within('BEN')).text)
        .to.contain('Ben Oduya')
        .and.not.contain('Anna Berg');
    });

    it('escapes what people are called and what is searched for', async () => {
      const long = 'x'.repeat(2_000);
      const evil = `"><script>alert(3)</script>${long}`;
      for (const path of [
        `/contexts/${demo.world.contextId}`,
        `/contexts/${demo.world.contextId}/users/${demo.eve}`,
        `/users?q=${encodeURIComponent(hostileName.slice(0, 30))}`,
        `/users?q=${encodeURIComponent(evil)}`,
        `/contexts?q=${encodeURIComponent(evil)}&page=${encodeURIComponent(evil)}`,
        `/resellers?q=${encodeURIComponent(evil)}&q=2`,
      ]) {
        const { status, text } = await owner.get(path);
        expect(status, path).to.equal(200);
        expect(text.replaceAll(/<script src="\/console\/[^"]*" defer>/g, '')).to.not.match(/<script|<img/i);
        expect(text.length).to.be.lessThan(40_000);
      }
    });

    it('is refused as SOAP refuses it, in its words, and nothing is changed', async () => {
      const answer = await owner.post(`${annaPath()}/limits`, { files: '9999999999999', mail: '5' });
      expect(answer.status).to.equal(400);
      const soap = await demo.world.change(demo.anna, { maxQuota: 9_999_999_999_999 });
      const said = soap.fault?.text.replace(/; exceptionId.*/, '') ?? 'no fault';
      expect(answer.text).to.contain(said);
      expect(await maxQuota()).to.equal('10240');
      expect((await owner.post(`${annaPath()}/both`, { both: '0' })).status).to.equal(400);
      expect((await owner.post(`${annaPath()}/unified`, { value: 'constructor' })).status).to.equal(400);
      expect(
        (await owner.post(`/contexts/${demo.world.contextId}/users/4711/both`, { both: '1' })).status,
      ).to.equal(404);
      expect((await owner.post(`${annaPath()}/both`, { both: 'x'.repeat(20_000) })).status).to.equal(400);
    });

    it('no limit and inherited are what they are in SOAP', async () => {
      await owner.post(`${annaPath()}/both`, { both: '' });
      expect(await maxQuota()).to.equal('-1');
      const quota = await demo.world.oxaas('getMailQuota', { ctxid: demo.world.contextId, usrid: demo.anna });
      expect(returnedOne(quota).text).to.equal('0');
      await owner.post(`${annaPath()}/unified`, { value: 'inherit' });
      expect((await owner.get(annaPath())).text).to.match(/off, inherited/);
      await owner.post(`${annaPath()}/unified`, { value: 'on' });
      await owner.post(`${annaPath()}/both`, { both: '10 GB' });
      expect((await owner.get(annaPath())).text).to.contain('class="tag good">unified');
    });

    it('logins and changes are logged, without passwords; looks are not', () => {
      const lines = demo.world
        .log()
        .split('\n')
        .filter((line) => line.includes('"console"'));
      expect(lines.join('\n')).to.contain('"operation":"post /contexts/:contextId/users/:userId/both"');
      expect(lines.join('\n')).to.contain('post /login').and.not.contain('get /');
      expect(demo.world.log()).to.not.contain(demo.world.reseller.password);
    });

    it('a session ends with the password, whoever changes it', async () => {
      const login = { login: 'leaver', password: 'leaver-1' };
      await demo.world.newReseller(login, { passwordMech: 'SHA-512' });
      const byRest = async (password: string): Promise<void> => {
        const row: { id: number } | undefined = await demo
          .knex('resellers')
          .where({ name: 'leaver' })
          .first('id');
        const { login: name, password: secret } = demo.world.master;
        const authorization = `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
        const answer = await fetch(`${demo.world.url}/provisioning/v1/resellers/${row?.id}`, {
          method: 'PATCH',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify({ password }),
        });
        expect(answer.status, await answer.text()).to.equal(200);
      };
      const bySoap = async (password: string): Promise<void> => {
        expectDone(await demo.world.resellers('change', { adm: { name: 'leaver', password } }));
      };
      const byDeletion = async (): Promise<void> => {
        expectDone(await demo.world.resellers('delete', { adm: { name: 'leaver' } }));
      };
      for (const change of [bySoap, byRest, byDeletion]) {
        const clients = [
          await ConsoleClient.loggedIn(demo.world.url, login),
          await ConsoleClient.loggedIn(demo.world.url, login),
        ];
        expect(await demo.knex('console_sessions').where({ login: 'leaver' })).to.have.lengthOf(2);
        await change((login.password = `${login.password}-again`));
        for (const client of clients) expect((await client.get('/')).status).to.equal(401);
        expect(await demo.knex('console_sessions').where({ login: 'leaver' })).to.deep.equal([]);
      }
    });

    it('the log-out ends a session, for whoever copied the cookie as well, and no other', async () => {
      const [client, other] = [
        await ConsoleClient.loggedIn(demo.world.url, demo.world.reseller),
        await ConsoleClient.loggedIn(demo.world.url, demo.world.reseller),
      ];
      const copied = new ConsoleClient(demo.world.url);
      copied.cookie = client.cookie;
      expect((await copied.get('/')).status).to.equal(200);
      expect((await client.post('/logout')).headers.get('set-cookie')).to.match(
        /^oxbow_console=;.*Expires=Thu, 01 Jan 1970/,
      );
      expect((await client.get('/')).status).to.equal(401);
      expect((await copied.get('/')).status).to.equal(401);
      expect((await other.get('/')).status).to.equal(200);
    });

    it('the master admin sees everything, and what is not there as such', async () => {
      const master = await ConsoleClient.loggedIn(demo.world.url, demo.world.master);
      expect((await master.get('/contexts')).text)
        .to.contain('reseller1_acme')
        .and.contain('reseller2_farm');
      expect((await master.get('/resellers')).text).to.contain('reseller2');
      expect((await master.get('/')).text).to.contain('ben@example.org');
      expect((await master.get('/requests')).text)
        .to.contain('setMailQuota')
        .and.contain('reseller2');
      expect((await master.get('/contexts/4711')).status).to.equal(404);
      expect((await master.get('/contexts/0')).status).to.equal(404);
      expect(
        (await master.get(`/contexts/${demo.strangerContextId}/users/${demo.strangerUserId}`)).status,
      ).to.equal(200);
    });
  });
