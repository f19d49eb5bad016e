import { expect } from 'chai';
import { RequestLimiter } from '../../src/http/server/request-limiter.js';
import { inSlot } from '../../src/provisioning/access/request-slot.js';
import { CredentialVerifier } from '../../src/provisioning/access/credential-verifier.js';
import { LoginGuard } from '../../src/provisioning/access/login-guard.js';
import { hashPassword } from '../../src/provisioning/access/password-hashing.js';
import type { LoginAttempts } from '../../src/provisioning/repositories/access-repository.js';
import { SoapFault } from '../../src/soap/contract/soap-fault.js';
import { eventually } from '../support/eventually.js';
import { envelope, serve, type TestServer } from '../unit/soap/fixtures.js';
import { World } from '../wire/fixtures.js';

const guesses = 250;
const settings = { loginFailuresAllowed: 10, loginFailuresElsewhere: 100, loginFailureWindow: 900 };
const none = { failures: 0, sinceMs: 0 };

/** A database that knows of nobody. */
const attempts: LoginAttempts = {
  read: () => Promise.resolve({ here: none, elsewhere: none, rightMs: null }),
  addFailure: () => Promise.resolve({ here: 1, elsewhere: 1, atAddress: 1 }),
  addRight: () => Promise.resolve(),
  forgetFailures: () => Promise.resolve(0),
  listRefused: () => Promise.resolve([]),
  forgetExpired: () => Promise.resolve(),
  countRefused: () => Promise.resolve({ here: 0, elsewhere: 0 }),
};

describe('security: 250 callers whose passwords are not looked at yet', () => {
  let server: TestServer;
  let limiter: RequestLimiter;
  let openHash: () => void;
  let lookedAt: string[];

  before(async () => {
    const hash = await hashPassword('right', 'SHA-512');
    const held = new Promise<void>((resolve) => (openHash = resolve));
    lookedAt = [];
    const check = async (password: string): Promise<boolean> => {
      if (password === 'right') return true;
      lookedAt.push(password);
      await held;
      return false;
    };
    const verifier = new CredentialVerifier({ check });
    const guard = new LoginGuard({ verifier, attempts, settings, onFailure: () => undefined });
    limiter = new RequestLimiter({ maxConcurrentRequests: 4, maxQueuedRequests: 300 });
    server = await serve(
      'OXResellerUserService',
      {
        list: async (message) => {
          const { auth } = message as { auth: { login: string; password: string } };
          // Guesses and the known caller share an address, which is the worst case.
          if (!(await guard.verify({ ...auth, address: '192.0.2.1' }, hash, 7)))
            throw new SoapFault('Server', 'wrong');
          return { return: [] };
        },
      },
      {
        slots: limiter,
        within: (_call, _request, run) => inSlot(limiter, run),
        toFault: (error) => (error instanceof SoapFault ? error : new SoapFault('Server', 'Broken')),
      },
    );
  });
  after(() => server.stop());

  const call = async (login: string, password: string): Promise<string> => {
    const auth = `<svc:auth><rmi:login>${login}</rmi:login><rmi:password>${password}</rmi:password></svc:auth>`;
    const body = envelope(`<svc:list>${auth}</svc:list>`);
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body,
    });
    await answer.text();
    return answer.status === 200 ? 'in' : 'refused';
  };

  it('keep nobody waiting who is known, and are all answered in the end', async () => {
    expect(await call('known', 'right')).to.equal('in');
    const wrong = Array.from({ length: guesses }, (_, index) => call(`login${index}`, `guess ${index}`));
    await eventually(() => expect(limiter.unproven).to.equal(guesses), 30_000);
    expect(limiter, 'no place is held').to.include({ running: 0, queued: 0, refused: 0 });
    for (let index = 0; index < 20; index += 1) expect(await call('known', 'right')).to.equal('in');
    expect(lookedAt.length, 'few at once').to.be.at.most(8);
    openHash();
    expect(new Set(await Promise.all(wrong))).to.deep.equal(new Set(['refused']));
    expect(limiter).to.include({ running: 0, queued: 0, unproven: 0, refused: 0 });
  });
});

describe('security: guesses against the whole service', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    const env = { LOGIN_FAILURES_ALLOWED: '1000', MAX_CONCURRENT_REQUESTS: '2' };
    world = await World.start({ ...env, TRUST_PROXY: 'loopback' });
  });
  after(() => world.stop());

  const quotaOf = (login: string, password: string, from: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    const path = `/quota/v1/contexts/${world.contextId}/users/2`;
    const headers = { authorization, 'x-forwarded-for': from };
    return fetch(world.url + path, { headers }).then(({ status }) => status);
  };
  const metric = async (name: string): Promise<number> => {
    const page = await (await fetch(`${world.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(page)?.[1] ?? NaN);
  };

  it('leave the places to a known caller, over SOAP and over REST, and another address its turn', async () => {
    const { login, password } = world.contextAdmin;
    const known = () => quotaOf(login, password, '192.0.2.9');
    expect(await known()).to.equal(200);
    let answered = 0;
    const wrong = Array.from({ length: 24 }, async (_, index) => {
      const status = await quotaOf(`nobody${index}`, 'guess', '192.0.2.66');
      answered += 1;
      return status;
    });
    await eventually(
      async () => expect(await metric('oxbow_requests_unproven')).to.be.greaterThan(10),
      30_000,
    );
    expect(await known()).to.equal(200);
    const data = await world.users('getData', { ctx: world.ctx, user: { id: 2 } }, world.contextAdmin);
    expect(data.fault).to.equal(undefined);
    expect(answered, 'guesses are still being looked at').to.be.lessThan(24);
    expect(await quotaOf(world.reseller.login, world.reseller.password, '192.0.2.10')).to.equal(200);
    expect(answered, 'whose password is looked at for the first time waits for its turn only').to.be.lessThan(
      60,
    );
    expect(new Set(await Promise.all(wrong))).to.deep.equal(new Set([401]));
  });
});
