import { expect } from 'chai';
import { startTestApp } from '../support/processes/app.js';
import { envelope, expectDone, expectFault, operationXml } from '../support/wire/raw-soap.js';
import { userData, World } from '../wire/fixtures.js';
import { control, controlToken } from './control-client.js';

describe('qa: fault rules of the control API', function () {
  this.timeout(60_000);
  let world: World;
  before(async () => {
    world = await World.start({ CONTROL_TOKEN: controlToken });
  });
  after(() => world?.stop());
  afterEach(() => control(world.url, 'DELETE', 'rules'));

  const rule = (form: object) => control(world.url, 'POST', 'rules', form);
  const exists = (name: string) => world.exists({ name });

  it('is not there without CONTROL_TOKEN, and refuses whoever has another token', async () => {
    const plain = await startTestApp();
    expect((await control(plain.url, 'POST', 'reset')).status).to.equal(404);
    await plain.stop();
    for (const authorization of ['', 'Bearer wrong', `Basic ${Buffer.from('a:b').toString('base64')}`]) {
      const answer = await control(world.url, 'GET', 'rules', undefined, authorization);
      expect(answer.status).to.equal(401);
      expect(answer.headers.get('content-type')).to.include('application/problem+json');
      expect(answer.headers.get('www-authenticate')).to.match(/^Bearer/);
    }
  });

  it('answers a declared exception before anything is done, as often as it says', async () => {
    const form = {
      service: 'OXResellerUserService',
      operation: 'create',
      fault: { exception: 'StorageException', text: 'disk on fire' },
      count: 2,
    };
    expect(await rule(form)).to.include({ status: 201 });
    for (const _time of [1, 2])
      expectFault(
        await world.users('create', { ctx: world.ctx, usrdata: userData('flo') }),
        'StorageException',
        'disk on fire',
      );
    expect(await exists('flo')).to.equal('false');
    expect(await world.newUser('flo')).to.be.a('number');
    const { body } = await control(world.url, 'GET', 'rules');
    expect(body).to.nested.include({ 'rules[0].applied': 2, 'rules[0].matched': 2 });
  });

  it('loses the answer after the change was made, which an idempotency key then finds', async () => {
    await rule({ operation: 'create', when: 'after', fault: {}, count: 1 });
    const call = () => {
      const xml = envelope(
        operationXml(
          'OXResellerUserService',
          'create',
          { ctx: world.ctx, usrdata: userData('late') },
          world.reseller,
        ),
      );
      return world.soap.post('OXResellerUserService', xml, { 'idempotency-key': 'late-1' });
    };
    const lost = await call();
    expect(lost.fault?.code).to.match(/:Server$/);
    expect(await exists('late')).to.equal('true');
    const again = await call();
    expect(again.fault?.text).to.equal(undefined);
    expect(again.headers.get('idempotent-replayed')).to.equal('true');
  });

  it('resets the connection before or after', async () => {
    await rule({ operation: 'create', reset: true, count: 1 });
    const create = (name: string) => world.users('create', { ctx: world.ctx, usrdata: userData(name) });
    const failed = await create('cut1').catch((error: unknown) => error);
    expect((failed as { cause?: { code?: string } }).cause?.code).to.match(/ECONNRESET|UND_ERR_SOCKET/);
    expect(await exists('cut1')).to.equal('false');
    await rule({ operation: 'create', reset: true, when: 'after', count: 1 });
    expect(await create('cut2').catch((error: unknown) => error)).to.be.instanceOf(TypeError);
    expect(await exists('cut2')).to.equal('true');
  });

  it('answers an HTTP status, and cuts long answers that come in pieces', async () => {
    await rule({ operation: 'listAll', when: 'after', fault: { httpStatus: 503 }, count: 1 });
    const list = () =>
      world.soap.post(
        'OXResellerUserService',
        envelope(operationXml('OXResellerUserService', 'listAll', { ctx: world.ctx }, world.reseller)),
      );
    expect((await list()).status).to.equal(503);
    expect((await list()).status).to.equal(200);
  });

  it('delays', async () => {
    await rule({ operation: 'exists', delayMs: 300 });
    const startedMs = performance.now();
    await exists('anybody');
    expect(performance.now() - startedMs).to.be.at.least(295);
  });

  it('is about those calls only that it names', async () => {
    const fault = { exception: 'InvalidDataException' };
    await rule({ principal: 'somebody', fault });
    await rule({ contextId: world.contextId + 1, fault });
    await rule({ service: 'OXUserService', fault });
    await rule({ operation: 'change', fault });
    expect(await exists('nobody')).to.equal('false');
    await rule({ principal: world.reseller.login, contextId: world.contextId, operation: 'exists', fault });
    const params = { ctx: world.ctx, user: { name: 'nobody' } };
    expect((await world.users('exists', params)).fault?.exception).to.equal('InvalidDataException');
    expectDone(await world.users('exists', params, world.contextAdmin));
  });

  it('happens with the probability that it says, the same way each time', async () => {
    const run = async (): Promise<string> => {
      await control(world.url, 'DELETE', 'rules');
      await rule({ operation: 'exists', fault: {}, probability: 0.5, randomSeed: 7 });
      let seen = '';
      for (let time = 0; time < 20; time += 1) {
        const answer = await world.users('exists', { ctx: world.ctx, user: { name: 'x' } });
        seen += answer.fault ? 'f' : '.';
      }
      return seen;
    };
    const first = await run();
    expect(first).to.match(/f/).and.to.match(/\./);
    expect(await run()).to.equal(first);
  });

  const mistakes: [what: string, form: object, complaint: RegExp][] = [
    ['nothing to do', { operation: 'create' }, /needs fault, reset or delayMs/],
    ['fault and reset', { fault: {}, reset: true }, /exclude each other/],
    ['an unknown service', { service: 'Nope', fault: {} }, /there is no service Nope/],
    ['an unknown operation', { operation: 'nope', fault: {} }, /there is no operation nope/],
    [
      'an undeclared exception',
      { operation: 'setMailQuota', fault: { exception: 'NoSuchGroupException' } },
      /not declared there, but /,
    ],
    ['an unknown member', { fault: {}, colour: 'red' }, /colour/],
    ['a delay of hours', { delayMs: 3_600_000 }, /delayMs/],
  ];
  for (const [what, form, complaint] of mistakes) {
    it(`refuses a rule with ${what}`, async () => {
      const { status, body } = await rule(form);
      expect(status).to.equal(400);
      expect((body as { detail: string }).detail).to.match(complaint);
    });
  }

  it('goes when it is deleted', async () => {
    const { body } = await rule({ operation: 'exists', fault: {} });
    const { id } = body as { id: number };
    expect((await control(world.url, 'DELETE', `rules/${id}`)).status).to.equal(204);
    expect((await control(world.url, 'DELETE', `rules/${id}`)).status).to.equal(404);
    expect(await exists('x')).to.equal('false');
  });

  it('warns at the start, and does not start where other machines reach it', async () => {
    expect(world.log()).to.include('the control API is served');
    const start = startTestApp({ env: { CONTROL_TOKEN: controlToken, HOST: '0.0.0.0' } });
    expect(String(await start.catch((error: unknown) => error))).to.include('CONTROL_ANY_HOST');
    const app = await startTestApp({
      env: { CONTROL_TOKEN: controlToken, HOST: '0.0.0.0', CONTROL_ANY_HOST: 'true' },
    });
    await app.stop();
  });
});
