import { expect } from 'chai';
import { AuditClient } from '../../support/audit.js';
import { envelope, operationXml } from '../../support/wire/raw-soap.js';
import { userData, World } from '../fixtures.js';

const service = 'OXResellerUserService';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('wire: one id for a request, from header to answer, log and trail', function () {
  this.timeout(60_000);
  let world: World;
  before(async () => {
    world = await World.start();
    // Else the first user would leave an entry about its mail domain as well.
    await world.shareDomain();
    await world.newUser('first');
  });
  after(() => world.stop());

  const create = async (name: string, headers: Record<string, string>): Promise<string> => {
    const xml = operationXml(service, 'create', { ctx: world.ctx, usrdata: userData(name) }, world.reseller);
    const answer = await world.soap.post(service, envelope(xml), headers);
    return answer.headers.get('x-request-id') ?? '';
  };

  const idsEverywhere = async (id: string) => {
    const { entries } = await new AuditClient(world.url).entries(`requestId=${id}`, world.master);
    const lines = world
      .log()
      .split('\n')
      .filter((line) => line.includes(`"requestId":"${id}"`) && line.includes('"operation":"create"'));
    return { entries: entries.length, lines: lines.length };
  };

  it('X-Request-Id, of the longest', async () => {
    const id = 'x'.repeat(64);
    expect(await create('given', { 'x-request-id': id })).to.equal(id);
    expect(await idsEverywhere(id)).to.deep.equal({ entries: 1, lines: 1 });
  });

  it('the trace id of a traceparent', async () => {
    const id = await create('traced', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    expect(id).to.equal(traceId);
    expect(await idsEverywhere(id)).to.deep.equal({ entries: 1, lines: 1 });
  });

  it('also of a fault', async () => {
    const xml = operationXml(service, 'getData', { ctx: world.ctx, user: { id: 999 } }, world.reseller);
    const answer = await world.soap.post(service, envelope(xml), { 'x-request-id': 'refused-1' });
    expect(answer.fault?.exception).to.equal('NoSuchUserException');
    expect(answer.headers.get('x-request-id')).to.equal('refused-1');
    expect(world.log()).to.include('"requestId":"refused-1"');
  });

  for (const [what, headers] of Object.entries({
    'none is given': {},
    'the given one is too long': { 'x-request-id': 'x'.repeat(65) },
    'the given one has spaces': { 'x-request-id': 'a b' },
    'the given one has markup': { 'x-request-id': '<script>' },
    'the traceparent is none': { traceparent: `00-${traceId}-x-01` },
    'the traceparent is all zeros': { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
  }))
    it(`is made where ${what}`, async () => {
      const answer = await fetch(`${world.url}/health/live`, { headers });
      expect(answer.headers.get('x-request-id')).to.match(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    });
});
