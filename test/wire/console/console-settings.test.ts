import { expect } from 'chai';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { migrateDatabase } from '../../../src/store/schema/migrate-database.js';
import { ConsoleClient } from '../../support/console/console-client.js';
import { startConsoleWorld, type ConsoleWorld } from '../../support/console/console-world.js';
import { sqliteFile } from '../../support/database/databases.js';
import { startTestApp } from '../../support/processes/app.js';
import { expectFault } from '../../support/wire/raw-soap.js';
import { World } from '../fixtures.js';

describe('wire: the console, settings, sessions and requests', function () {
  this.timeout(120_000);
  let demo: ConsoleWorld | null = null;
  let world: World | null = null;
  afterEach(async () => {
    await demo?.stop();
    await world?.stop();
    [demo, world] = [null, null];
  });

  it('is not there when it is switched off', async () => {
    world = await World.start({ CONSOLE: 'false' });
    expect((await fetch(`${world.url}/console/`)).status).to.equal(404);
    expect((await fetch(`${world.url}/console/login`, { method: 'POST' })).status).to.equal(404);
  });

  it('a session ends after 8 hours, and its row is gone after the next login', async () => {
    demo = await startConsoleWorld();
    const { knex, world: running } = demo;
    const client = await ConsoleClient.loggedIn(running.url, running.reseller);
    const [row] = await knex('console_sessions').select();
    const expiresMs = row?.expires_ms ?? 0;
    expect((expiresMs - Date.now()) / 3_600_000).to.be.within(7.9, 8);
    expect((await client.get('/')).status).to.equal(200);
    await knex('console_sessions').update({ expires_ms: expiresMs - 8 * 3_600_000 });
    expect((await client.get('/')).status).to.equal(401);
    const other = await ConsoleClient.loggedIn(running.url, running.reseller);
    expect(await knex('console_sessions').select('id_hash')).to.have.lengthOf(1);
    await knex('console_sessions').delete();
    expect((await other.get('/')).status, 'without its row').to.equal(401);
  });

  it('holds on every process of the database, and ends on all', async () => {
    const databaseUrl = await sqliteFile.url();
    world = await World.start({}, databaseUrl);
    const second = await World.resume(world, {}, databaseUrl);
    try {
      const client = await ConsoleClient.loggedIn(world.url, world.reseller);
      const there = new ConsoleClient(second.url);
      there.cookie = client.cookie;
      expect((await there.get('/')).status).to.equal(200);
      expect((await there.post('/logout')).status).to.equal(303);
      expect((await client.get('/')).status).to.equal(401);
    } finally {
      await second.stop();
    }
  });

  it("the master admin's ends with another MASTER_PASSWORD, and not with the same", async () => {
    const databaseUrl = await sqliteFile.url();
    let app = await startTestApp({ databaseUrl, env: { MASTER_PASSWORD: 'first' } });
    const login = { login: 'oxadminmaster', password: 'first' };
    const client = await ConsoleClient.loggedIn(app.url, login);
    for (const [masterPassword, status] of [
      ['first', 200],
      ['second', 401],
      ['first', 401],
    ] as const) {
      await app.stop();
      app = await startTestApp({ databaseUrl, env: { MASTER_PASSWORD: masterPassword } });
      const again = new ConsoleClient(app.url);
      again.cookie = client.cookie;
      expect((await again.get('/')).status, masterPassword).to.equal(status);
    }
    await app.stop();
  });

  it('the key with which earlier versions signed sessions is gone', async () => {
    const databaseUrl = await sqliteFile.url();
    const target = parseDatabaseUrl(databaseUrl);
    const knex = connect(target);
    await migrateDatabase(target, knex);
    await knex.schema.dropTable('console_sessions');
    await knex('knex_migrations').where({ name: '0020-console-sessions' }).delete();
    await knex('settings').insert({ name: 'consoleKey', value: 'forge-me' });
    await migrateDatabase(target, knex);
    expect(await knex('settings').where({ name: 'consoleKey' })).to.deep.equal([]);
    expect(await knex('console_sessions').select()).to.deep.equal([]);
    await knex.destroy();
  });

  for (const [publicUrl, env] of [
    ['https://mail.example.org', {}],
    ['http://mail.example.org', { TRUST_PROXY: 'loopback' }],
  ] as const)
    it(`the cookie is only for https with ${publicUrl} ${JSON.stringify(env)}`, async () => {
      world = await World.start({ PUBLIC_URL: publicUrl, ...env });
      const body = new URLSearchParams({ ...world.reseller });
      const headers = { 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' };
      const client = new ConsoleClient(world.url);
      const answer = await client.send('POST', '/login', { body, headers });
      expect(answer.headers.get('set-cookie')).to.match(/; Secure/);
      await client.get('/');
      const bye = await client.post('/logout', {}, headers);
      expect(bye.headers.get('set-cookie')).to.match(/^oxbow_console=;.*Secure/);
    });

  it('behind a proxy links have its path, and the cookie is only for https', async () => {
    const env = { PUBLIC_URL: 'https://mail.example.org/oxbow', TRUST_PROXY: 'loopback' };
    world = await World.start(env);
    const headers = { 'x-forwarded-proto': 'https', origin: 'https://mail.example.org' };
    const body = new URLSearchParams({ ...world.reseller });
    const client = new ConsoleClient(world.url);
    const answer = await client.send('POST', '/login', { body, headers });
    expect(answer.headers.get('location')).to.equal('/oxbow/console/');
    expect(answer.headers.get('set-cookie')).to.match(/Path=\/oxbow\/console;.*Secure/);
    const { text } = await client.get('/');
    expect(text).to.contain('href="/oxbow/console/contexts"').and.not.contain('"/console/');
    const strange = await client.send('POST', '/login', { body, headers: { origin: 'https://example.org' } });
    expect(strange.status).to.equal(403);
  });

  it('without the override nobody looks into contexts', async () => {
    const databaseUrl = await sqliteFile.url();
    const before = await World.start({}, databaseUrl);
    const { contextId } = before;
    await before.newUser('anna', { passwordMech: 'SHA-512' });
    await before.stop();
    world = await World.resume(before, { MASTER_ACCOUNT_OVERRIDE: 'false' }, databaseUrl);
    const client = await ConsoleClient.loggedIn(world.url, world.reseller);
    const overview = await client.get('/');
    expect(overview.status).to.equal(200);
    expect(overview.text).to.contain('MASTER_ACCOUNT_OVERRIDE');
    const context = await client.get(`/contexts/${contextId}`);
    expect(context.status).to.equal(200);
    expect(context.text).to.contain('MASTER_ACCOUNT_OVERRIDE').and.not.contain('Display anna');
    expect((await client.get('/users?q=anna')).status).to.equal(403);
    expect((await client.get(`/contexts/${contextId}/users/2`)).status).to.equal(403);
  });

  it('wrong logins are slowed and refused as those of SOAP are', async () => {
    world = await World.start({ LOGIN_FAILURES_ALLOWED: '1' });
    const client = new ConsoleClient(world.url);
    for (const password of ['wrong', 'wrong', 'wrong too'])
      expect((await client.logIn({ ...world.reseller, password })).status).to.equal(401);
    expect((await client.logIn(world.reseller)).status).to.equal(401);
    const answer = await world.contexts('list', { search_pattern: '*' });
    expectFault(answer, 'InvalidCredentialsException', 'authentication failed');
  });

  it('a reseller sees its requests and those on its contexts, not the logins of strangers there', async () => {
    demo = await startConsoleWorld();
    const { stranger, strangerContextId } = demo;
    const mine = demo.world.ctx;
    await demo.world.users('listAll', { ctx: mine }, stranger);
    await demo.world.users('exists', { ctx: mine, user: { id: 3 } }, demo.world.contextAdmin);
    await demo.world.users('getData', { ctx: { id: strangerContextId }, user: { id: 2 } });
    await demo.world.contexts('exists', { ctx: { id: strangerContextId } }, stranger);
    const seen = async (login: { login: string; password: string }) =>
      (await (await ConsoleClient.loggedIn(demo?.world.url ?? '', login)).get('/requests')).text;
    const owners = await seen(demo.world.reseller);
    expect(owners).to.contain('listAll').and.contain('ctxadmin').and.contain('getData');
    expect(owners).to.not.contain('reseller2');
    const strangers = await seen(stranger);
    expect(strangers).to.contain('listAll').and.contain('reseller2');
    expect(strangers).to.not.contain('ctxadmin').and.not.contain('reseller1');
  });
});
