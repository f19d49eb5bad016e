import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { ConsoleClient } from '../support/console-client.js';
import { startConsoleWorld, type ConsoleWorld } from '../support/console-world.js';
import { sqliteFile } from '../support/databases.js';
import { expectFault } from '../support/raw-soap.js';
import { World } from './fixtures.js';

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

  it('a session ends after 8 hours, and with the key of all sessions', async () => {
    demo = await startConsoleWorld();
    const { knex } = demo;
    const client = await ConsoleClient.loggedIn(demo.world.url, demo.world.reseller);
    const row = await knex('settings').where({ name: 'consoleKey' }).first();
    const payload = client.cookie.split('=')[1]?.split('.')[0] ?? '';
    const session = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { endsAtMs: number };
    const hours = (session.endsAtMs - Date.now()) / 3_600_000;
    expect(hours).to.be.within(7.9, 8);
    const sealed = (endsAtMs: number) => {
      const text = Buffer.from(JSON.stringify({ ...session, endsAtMs })).toString('base64url');
      const mac = createHmac('sha256', row?.value ?? '')
        .update(`session\0${text}`)
        .digest('base64url');
      return `oxbow_console=${text}.${mac}`;
    };
    client.cookie = sealed(Date.now() + 1_000_000);
    expect((await client.get('/')).status).to.equal(200);
    client.cookie = sealed(Date.now() - 1);
    expect((await client.get('/')).status).to.equal(401);
    const other = await ConsoleClient.loggedIn(demo.world.url, demo.world.reseller);
    await knex('settings').where({ name: 'consoleKey' }).delete();
    expect((await other.get('/')).status).to.equal(401);
    expect((await other.logIn(demo.world.reseller)).status).to.equal(303);
    expect((await other.get('/')).status).to.equal(200);
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
    const wrong = { ...world.reseller, password: 'wrong' };
    expect((await client.logIn(wrong)).status).to.equal(401);
    expect((await client.logIn(wrong)).status).to.equal(401);
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
