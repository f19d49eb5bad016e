import { expect } from 'chai';
import { ConsoleClient } from '../../support/console/console-client.js';
import { World } from '../fixtures.js';

describe('wire: the console ends refusals of logins', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    world = await World.start({ LOGIN_FAILURES_ALLOWED: '2', TRUST_PROXY: 'loopback' });
  });
  after(() => world?.stop());

  const status = async (password: string, from: string): Promise<number> => {
    const { login } = world.contextAdmin;
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    const headers = { authorization, 'x-forwarded-for': from };
    const path = `/quota/v1/contexts/${world.contextId}/users/2`;
    return (await fetch(world.url + path, { headers })).status;
  };

  it('for the master admin only, who sees from where', async () => {
    const from = '192.0.2.50';
    for (let index = 0; index < 4; index += 1) await status(`wrong-${index}`, from);
    expect(await status(world.contextAdmin.password, from)).to.equal(401);
    const reseller = await ConsoleClient.loggedIn(world.url, world.reseller);
    const known = { login: world.contextAdmin.login, context: String(world.contextId) };
    expect((await reseller.get('/refused-logins')).status).to.equal(403);
    expect((await reseller.post('/refused-logins', known)).status).to.equal(403);
    const master = await ConsoleClient.loggedIn(world.url, world.master);
    expect((await master.get('/requests')).text).to.contain('/refused-logins');
    expect((await master.get('/refused-logins')).text).to.contain(from);
    expect((await master.post('/refused-logins', { context: '7' })).status).to.equal(400);
    expect((await master.post('/refused-logins', known)).status).to.equal(303);
    expect((await master.get('/refused-logins')).text).to.not.contain(from);
  });
});
