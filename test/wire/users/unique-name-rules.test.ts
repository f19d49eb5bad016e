import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp } from '../../support/processes/app.js';
import { expectFault, RawSoap } from '../../support/wire/raw-soap.js';
import { userData, World } from '../fixtures.js';

/** Starts on the same data with other rules; the message of a start that fails. */
async function startFailure(env: Record<string, string>, databaseUrl: string): Promise<string> {
  try {
    await (await startTestApp({ env, databaseUrl })).stop();
    return 'it started';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : 'not an error';
  }
}

describe('wire: rules about unique names that change between two starts', function () {
  this.timeout(30_000);
  let directory: string;
  let databaseUrl: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'oxbow-rules-'));
    databaseUrl = `sqlite:${join(directory, 'oxbow.db')}`;
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('a stricter rule that the data breaks stops the start with one clear line, and nothing is lost', async () => {
    const context = { MAIL_ADDRESS_SCOPE: 'context' };
    const world = await World.start(context, databaseUrl);
    const other = await world.newContext('reseller1_other');
    await world.newUser('anna');
    await world.newUser('anna', {}, other);
    await world.stop();

    expect(await startFailure({ MAIL_ADDRESS_SCOPE: 'platform' }, databaseUrl)).to.equal(
      'ConfigError: MAIL_ADDRESS_SCOPE cannot be made stricter: anna@example.org has several owners',
    );
    expect(await startFailure(context, databaseUrl)).to.equal('it started');
  });

  it('a stricter rule that the data keeps holds from then on, for those who were there before, too', async () => {
    const world = await World.start({ ENFORCE_UNIQUE_DISPLAY_NAME: 'false' }, databaseUrl);
    await world.newUser('anna');
    await world.stop();

    const app = await startTestApp({ databaseUrl });
    const soap = new RawSoap(app.url);
    const usrdata = userData('berta', { display_name: 'Display anna' });
    const params = { ctx: { id: world.contextId }, usrdata };
    const answer = await soap.call('OXResellerUserService', 'create', params, world.reseller);
    await app.stop();
    expectFault(answer, 'InvalidDataException', /^The displayname is already used/);
  });
});

describe('wire: the log line of a request', () => {
  it('says who asked what about which context, how it ended, and no password', async () => {
    const world = await World.start();
    const from = world.log().length;
    await world.users('getData', { ctx: world.ctx, user: { id: 99 } }, world.reseller);
    await world.oxaas('getMailQuota', { ctxid: 7, usrid: 1 }, { ...world.reseller, login: 'evil\r\nline' });
    await world.stop();
    const lines = world
      .log()
      .slice(from)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => message === 'request');
    expect(lines).to.have.length(2);
    expect(lines[0]).to.include({
      service: 'OXResellerUserService',
      operation: 'getData',
      principal: 'reseller1',
      contextId: world.contextId,
      outcome: 'NoSuchUserException',
    });
    expect(lines[1]).to.include({ contextId: 7, outcome: 'InvalidCredentialsException' });
    expect(lines[1]?.['principal']).to.not.match(/[\r\n]/);
    expect(world.log()).to.not.contain(world.reseller.password);
  });
});
