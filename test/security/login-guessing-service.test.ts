import { expect } from 'chai';
import { mariadbServer } from '../support/database/databases.js';
import { startTestApp, type TestApp } from '../support/processes/app.js';
import { requirePart } from '../support/processes/require-part.js';
import { RawSoap, type SoapAnswer } from '../support/wire/raw-soap.js';
import { userData, World } from '../wire/fixtures.js';

const env = { LOGIN_FAILURES_ALLOWED: '2', LOGIN_FAILURES_ELSEWHERE: '1000', TRUST_PROXY: 'loopback' };
const fast = { passwordMech: 'SHA-512' };

describe('security: login guessing, two processes on one MariaDB', function () {
  this.timeout(120_000);
  let world: World;
  let second: TestApp;
  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const databaseUrl = await mariadbServer.url();
    world = await World.start(env, databaseUrl);
    second = await startTestApp({ databaseUrl, env });
    for (const name of ['anna', 'berta', 'clara', 'dora']) await world.newUser(name, fast);
  });
  after(async () => {
    await second?.stop();
    await world?.stop();
  });

  const soap = (url: string, login: string, password: string, from: string): Promise<SoapAnswer> => {
    const text =
      `<getData xmlns="http://soap.admin.openexchange.com" xmlns:d="http://dataobjects.soap.admin.openexchange.com/xsd" ` +
      `xmlns:r="http://dataobjects.rmi.admin.openexchange.com/xsd"><ctx><d:id>${world.contextId}</d:id></ctx>` +
      `<user><d:name>${login}</d:name></user><auth><r:login>${login}</r:login><r:password>${password}</r:password></auth></getData>`;
    const body = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${text}</e:Body></e:Envelope>`;
    return new RawSoap(url).post('OXUserService', body, { 'x-forwarded-for': from });
  };
  const rest = async (url: string, login: string, password: string, from: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    const path = `/quota/v1/contexts/${world.contextId}/users/3`;
    return (await fetch(`${url}${path}`, { headers: { authorization, 'x-forwarded-for': from } })).status;
  };
  const faultOf = (answer: SoapAnswer) => [answer.fault?.exception, answer.fault?.text.replace(/;.*/, '')];

  it('both count together over SOAP and REST, and refuse in the words for a wrong password', async () => {
    const from = '192.0.2.1';
    const wrong = faultOf(await soap(world.url, 'anna', 'wrong-1', from));
    expect(wrong).to.deep.equal(['InvalidCredentialsException', 'Authentication failed for user anna']);
    expect(await rest(second.url, 'anna', 'wrong-2', from)).to.equal(401);
    expect(await rest(world.url, 'anna', 'wrong-3', from)).to.equal(401);
    expect(faultOf(await soap(second.url, 'anna', 'wrong-4', from))).to.deep.equal(wrong);
    for (const url of [world.url, second.url]) {
      expect(faultOf(await soap(url, 'anna', 'pw-anna', from))).to.deep.equal(wrong);
      expect(await rest(url, 'anna', 'pw-anna', from)).to.equal(401);
    }
  });

  it('another address, another user from the same one, and another network are not refused', async () => {
    for (const url of [world.url, second.url]) {
      expect((await soap(url, 'anna', 'pw-anna', '192.0.2.2')).fault).to.equal(undefined);
      expect((await soap(url, 'berta', 'pw-berta', '192.0.2.1')).fault).to.equal(undefined);
    }
  });

  it('addresses of one IPv6 network are one', async () => {
    for (let host = 1; host <= 4; host += 1)
      await rest(world.url, 'clara', `wrong-${host}`, `2001:db8:0:1::${host}`);
    expect(await rest(world.url, 'clara', 'pw-clara', '2001:db8:0:1:ffff::9')).to.equal(401);
    expect((await soap(world.url, 'clara', 'pw-clara', '2001:db8:0:2::1')).fault).to.equal(undefined);
  });

  it('what a client claims of itself counts only behind a trusted proxy, and only if it is an address', async () => {
    for (let index = 0; index < 4; index += 1)
      await rest(second.url, 'dora', `wrong-${index}`, `no address ${index}`);
    expect(await rest(second.url, 'dora', 'pw-dora', 'unknown')).to.equal(401);
    const untrusting = await World.start({ ...env, TRUST_PROXY: 'false' });
    try {
      await untrusting.newUser('emil', fast);
      const call = (password: string, from: string) =>
        fetch(`${untrusting.url}/quota/v1/contexts/${untrusting.contextId}/users/3`, {
          headers: {
            authorization: `Basic ${Buffer.from(`emil:${password}`).toString('base64')}`,
            'x-forwarded-for': from,
          },
        });
      for (let index = 0; index < 4; index += 1) await call(`wrong-${index}`, `192.0.2.${index}`);
      expect((await call('pw-emil', '192.0.2.9')).status).to.equal(401);
    } finally {
      await untrusting.stop();
    }
  });

  it('is seen in the log, one escaped line each, and in the metrics, without logins', async () => {
    const login = 'evil\n{"level":"info"}';
    await rest(world.url, login, 'typed-secret', '192.0.2.77');
    const lines = world
      .log()
      .split('\n')
      .filter((line) => line.includes('192.0.2.77'));
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0] ?? '')).to.include({
      level: 'warn',
      message: 'login failed',
      outcome: 'wrong',
    });
    expect(world.log()).to.not.include('typed-secret');
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).to.match(/^oxbow_login_failures_total\{outcome="wrong"\} [1-9]/m);
    expect(metrics).to.match(/^oxbow_login_failures_total\{outcome="refused"\} [1-9]/m);
    expect(metrics).to.match(/^oxbow_logins_refused\{from="address"\} [1-9]/m);
    expect(metrics).to.not.match(/anna|clara|evil|192\.0\.2/);
  });

  it('a call that came with an idempotency key counts like any other', async () => {
    const url = `${world.url}/webservices/OXResellerUserService`;
    const create = (password: string): Promise<SoapAnswer> =>
      world.soap.post('OXResellerUserService', createXml(password), {
        'idempotency-key': `key-${password}`,
        'x-forwarded-for': '192.0.2.88',
      });
    const createXml = (password: string): string => {
      const { login } = world.reseller;
      return (
        `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><create xmlns="http://soap.reseller.admin.openexchange.com" ` +
        `xmlns:d="http://dataobjects.soap.admin.openexchange.com/xsd" xmlns:r="http://dataobjects.rmi.admin.openexchange.com/xsd">` +
        `<ctx><d:id>${world.contextId}</d:id></ctx><usrdata><d:name>${userData('x')['name'] as string}</d:name></usrdata>` +
        `<auth><r:login>${login}</r:login><r:password>${password}</r:password></auth></create></e:Body></e:Envelope>`
      );
    };
    for (let index = 0; index < 4; index += 1) await create(`wrong-${index}`);
    const refused = await create(world.reseller.password);
    expect(refused.fault?.exception, url).to.equal('InvalidCredentialsException');
  });
});

describe('security: login guessing, the time of an answer', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    // Said, so that hashes cost what they cost in production.
    world = await World.start({ LOGIN_FAILURES_ALLOWED: '0' });
    await world.newUser('fast', fast);
    await world.newUser('slow', { passwordMech: 'BCRYPT' });
  });
  after(() => world.stop());

  const medianMs = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

  /** Interleaved, so that whatever else the machine does slows all of them. */
  async function ratios(): Promise<number[]> {
    const logins = [
      'nobody',
      'slow',
      'fast',
      world.contextAdmin.login,
      world.reseller.login,
      world.master.login,
    ];
    const durations = logins.map((): number[] => []);
    for (let round = 0; round < 9; round += 1)
      for (const [index, login] of logins.entries()) {
        const startedMs = performance.now();
        await world.users(
          'getData',
          { ctx: world.ctx, user: { id: 3 } },
          { login, password: `wrong ${round}` },
        );
        durations[index]?.push(performance.now() - startedMs);
      }
    const [nobody = 1, ...known] = durations.map(medianMs);
    return known.map((each) => each / nobody);
  }

  it('does not tell a known login from an unknown one, however its password is stored', async () => {
    // A machine under load may be wrong once; without the same work for all, a fast hash differs tenfold every time.
    let found: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      found = await ratios();
      if (found.every((ratio) => ratio > 0.5 && ratio < 2)) return;
    }
    expect.fail(`medians differ: ${found.join(', ')}`);
  });
});
